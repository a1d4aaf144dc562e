"""Profiles for OSRM that come nearer to our own `car` step by step, to tell why durations differ.

Each is some Lua that loads OSRM's own car profile from its wheel and changes what it names, with the
figures of assets/profiles/car.toml. What stays apart after the last step is what Lua cannot reach:
conditional tags, opening hours, limits of zones, and where U-turns are allowed.
"""

import pathlib
import tomllib

import osrm_peer

ROOT = pathlib.Path(__file__).resolve().parents[3]
OUR_CAR = ROOT / "assets/profiles/car.toml"

# The order of roads from large to small, as `class_rank` of the simulator has it; from 1.
RANKS = {
    "motorway": 1, "motorway_link": 2, "trunk": 2, "trunk_link": 3, "primary": 3, "primary_link": 4,
    "secondary": 4, "secondary_link": 5, "tertiary": 5, "tertiary_link": 6, "unclassified": 6,
    "road": 7, "residential": 7, "living_street": 8, "service": 9, "pedestrian": 9, "track": 10,
}

FASTEST_WAY = """
change(function(profile) profile.properties.weight_name = 'duration' end)
"""

SPEEDS = """
change(function(profile)
  profile.speed_reduction = ours.limit_share
  profile.speeds = Sequence { highway = {} }
  for class, rule in pairs(ours.classes) do
    if rule.access ~= 'closed' then profile.speeds.highway[class] = rule.speed_kmh end
  end
  for _, of_ground in ipairs({'surface', 'tracktype', 'smoothness'}) do
    profile[of_ground .. '_speeds'] = ours.ground_kmh[of_ground]
  end
end)

-- The lower of what the class is built for and a share of the limit, which OSRM's own takes alone.
local own_maxspeed = handlers.maxspeed
handlers.maxspeed = function(profile, way, result, data)
  local class = ours.classes[data.highway]
  if not class then return own_maxspeed(profile, way, result, data) end
  local forward, backward = result.forward_speed, result.backward_speed
  result.forward_speed, result.backward_speed = -1, -1
  own_maxspeed(profile, way, result, data)
  local usual = class.limit_kmh * ours.limit_share
  local function lower(of_class, signed)
    return math.min(of_class, signed > 0 and signed or usual)
  end
  result.forward_speed = lower(forward, result.forward_speed)
  result.backward_speed = lower(backward, result.backward_speed)
end

local own_surface = handlers.surface
handlers.surface = function(profile, way, result, data)
  own_surface(profile, way, result, data)
  local most = math.huge
  local service = data.highway == 'service' and ours.services[way:get_value_by_key('service') or '']
  if service then most = service.speed_kmh end
  local is_two_way = result.forward_mode ~= mode.inaccessible
    and result.backward_mode ~= mode.inaccessible
  local width = tonumber(way:get_value_by_key('width') or '')
  local needed = is_two_way and 2 * ours.vehicle.width_m + 0.9 or ours.vehicle.width_m + 0.6
  local is_narrow = way:get_value_by_key('narrow') == 'yes' or
    (is_two_way and way:get_value_by_key('lanes') == '1')
  if width then is_narrow = width < needed end
  if is_narrow then most = math.min(most, ours.narrow_kmh) end
  result.forward_speed = math.min(result.forward_speed, most)
  result.backward_speed = math.min(result.backward_speed, most)
end
"""

ACCESS = """
change(function(profile)
  profile.access_tag_whitelist = Set(ours.access.open)
  profile.restricted_access_tag_list = Set(ours.access.destination)
  local shut = {}
  for _, list in ipairs({ours.access.destination, ours.access.closed}) do
    for _, value in ipairs(list) do table.insert(shut, value) end
  end
  profile.access_tag_blacklist = Set(shut)
  profile.service_access_tag_blacklist = Set {}
  profile.restricted_highway_whitelist = Set(ours.class_names)
  profile.vehicle_height = ours.vehicle.height_m
  profile.vehicle_width = ours.vehicle.width_m
  profile.vehicle_length = ours.vehicle.length_m
  profile.vehicle_weight = ours.vehicle.mass_t * 1000
  local open, delays = {}, {}
  for barrier, rule in pairs(ours.barriers) do
    if rule.access ~= 'closed' then table.insert(open, barrier) end
    if rule.access ~= 'closed' and rule.delay_s then delays[barrier] = rule.delay_s end
  end
  profile.barrier_whitelist = Set(open)
  profile.barrier_penalties = delays
end)

-- Roads that are for destinations only without a tag that says so.
local own_access = handlers.access
handlers.access = function(profile, way, result, data)
  local outcome = own_access(profile, way, result, data)
  local class = ours.classes[data.highway]
  local service = ours.services[way:get_value_by_key('service') or '']
  local is_for_guests = class and class.access == 'destination' or
    (data.highway == 'service' and service and service.access == 'destination')
  if is_for_guests and not data.forward_access then result.forward_restricted = true end
  if is_for_guests and not data.backward_access then result.backward_restricted = true end
  return outcome
end

after_turn(function(profile, turn)
  if not turn.source_restricted and turn.target_restricted then
    turn.duration = turn.duration + ours.destination_entry_s
  end
end)
"""

TURNS = """
change(function(profile)
  profile.turn_penalty = ours.turns.sharp_s
  profile.turn_bias = ours.turns.bias
  profile.oncoming_turn_penalty = 0
  profile.properties.u_turn_penalty = ours.turns.u_turn_s
  profile.properties.traffic_signal_penalty = ours.turns.signals_s
  profile.highway_turn_classification = ours.ranks
end)

local function is_control(obstacle)
  return obstacle.type == obstacle_type.traffic_signals or obstacle.type == obstacle_type.stop
    or obstacle.type == obstacle_type.stop_minor or obstacle.type == obstacle_type.give_way
end

-- Who comes from a smaller road waits, unless a sign or a signal has its own wait.
after_turn(function(profile, turn)
  local waits = turn.number_of_roads > 2 and not turn.is_u_turn
  for _, obstacle in pairs(obstacle_map:get(turn.from, turn.via)) do
    if is_control(obstacle) then waits = false end
    if obstacle.type == obstacle_type.stop then
      turn.duration = turn.duration + ours.turns.stop_s - obstacle.duration
    end
    if obstacle.type == obstacle_type.give_way then
      turn.duration = turn.duration + ours.turns.give_way_s - obstacle.duration
    end
  end
  if not waits then return end
  local from, to = turn.source_highway_turn_classification, turn.target_highway_turn_classification
  turn.duration = turn.duration + math.min(math.max(from - to, 0), 3) * ours.turns.onto_larger_s
  for _, legs in ipairs({turn.roads_on_the_right, turn.roads_on_the_left}) do
    for _, leg in pairs(legs) do
      local rank = leg.highway_turn_classification
      if rank > 0 and rank < math.min(from, to) then
        turn.duration = turn.duration + ours.turns.across_larger_s
        return
      end
    end
  end
end)
"""

STEPS = {
    "the fastest way": FASTEST_WAY,
    "our speeds": SPEEDS,
    "our access": ACCESS,
    "our turn costs": TURNS,
}


def steps(folder):
    """The name of each step and its profile; every step has what those before it have."""
    yield "its own car profile", osrm_peer.own_profile()
    car = tomllib.loads(OUR_CAR.read_text())
    ours = car | {"ranks": RANKS, "class_names": list(car["classes"])}
    body = ""
    for number, (name, more) in enumerate(STEPS.items(), start=1):
        body += more
        path = folder / f"step-{number}.lua"
        path.write_text(script(ours, body))
        yield name, path


def script(ours, body):
    own = osrm_peer.own_profile()
    return f"""
package.path = {lua(f'{own.parent}/?.lua;')} .. package.path
local car = dofile({lua(str(own))})
local handlers = require('lib/way_handlers')
local ours = {lua(ours)}

local function change(more)
  local before = car.setup
  car.setup = function()
    local profile = before()
    more(profile)
    return profile
  end
end

local function after_turn(more)
  local before = car.process_turn
  car.process_turn = function(profile, turn)
    before(profile, turn)
    more(profile, turn)
    turn.weight = turn.duration
  end
end
{body}
return car
"""


def lua(value):
    """A value as Lua writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "{" + ", ".join(map(lua, value)) + "}"
    return "{" + ", ".join(f"[{lua(key)}] = {lua(item)}" for key, item in value.items()) + "}"

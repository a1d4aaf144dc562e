"""The part of a saved day that PyVRP can express, as a saved day and as PyVRP's problem.

PyVRP unloads a vehicle at a place of its own and lets it end where it likes, has prizes, several kinds of
load, shifts and overtime. It knows no breaks, no other unloading for another stream, and no compartments
that are changed between two trips. `relaxed` takes these out of a day, and nothing else.
"""

import base64
import copy
import math

import numpy as np
import pyvrp

FAR = 1 << 40


def relaxed(day):
    """A saved day without what PyVRP cannot express: each class keeps the site where it unloads the
    most stops, and the compartments that take the most of them; other stops are worth nothing."""
    day = copy.deepcopy(day)
    problem = day["problem"]
    for index, group in enumerate(problem["fleet"]):
        stops = [stop for stop in problem["stops"] if stop["classes"] >> index & 1]
        sites = group["unloadings"]
        site = max(sites, key=lambda site: count(stops, problem["unloadings"][site]["streams"]))
        group["unloadings"] = [site]
        accepted = [stop for stop in stops if problem["unloadings"][site]["streams"] >> stop["stream"] & 1]
        group["outfits"] = [max(group["outfits"], key=lambda outfit: count(accepted, takes(outfit)))]
        group["breaks"] = {"work": None, "driving": None}
    for stop in problem["stops"]:
        if not classes_of(problem, stop):
            stop["need"] = {"optional": {"prize": 0}}
    day["vehicles"] = []
    day["plan"] = {"routes": [], "unserved": list(range(len(problem["stops"])))}
    return day


def count(stops, streams):
    return sum(streams >> stop["stream"] & 1 for stop in stops)


def takes(outfit):
    """The streams of all compartments, a bit for each."""
    return sum({box["takes"] for box in outfit["compartments"]})


def classes_of(problem, stop):
    """The vehicle classes that can serve a stop and unload what it holds."""
    return [index for index, group in enumerate(problem["fleet"])
            if stop["classes"] >> index & 1
            and takes(group["outfits"][0]) >> stop["stream"] & 1
            and problem["unloadings"][group["unloadings"][0]]["streams"] >> stop["stream"] & 1]


def table(lines):
    """A table of a saved day, whose rows are base64 of LEB128 numbers, each plus one."""
    return np.array([row(line) for line in lines], dtype=np.int64)


def row(line):
    numbers, number, shift = [], 0, 0
    for byte in base64.b64decode(line + "=" * (-len(line) % 4)):
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(number - 1 if number else FAR)
            number, shift = 0, 0
    return numbers


class Expressed:
    """PyVRP's problem of a relaxed day, and how plans of the one are told in the other.

    Locations are the day's places, and behind them one for each class: there its vehicles end, once
    they have unloaded, come home and been shut down. Depots are the garages, the sites and these ends.
    Clients are the stops that a class can serve, `stops` their numbers in the day.
    """

    def __init__(self, day):
        self.problem = day["problem"]
        problem, fleet = self.problem, self.problem["fleet"]
        self.travels = [{kind: table(lines) for kind, lines in travel["both"].items()}
                        for travel in problem["travels"]]
        self.places = len(self.travels[0]["lengths"])
        self.stops = [number for number, stop in enumerate(problem["stops"]) if classes_of(problem, stop)]
        lengths, durations = zip(*(self.ways(index) for index in range(len(fleet))))
        self.data = pyvrp.ProblemData(
            locations=[pyvrp.Location(0, 0)] * (self.places + len(fleet)),
            clients=[self.client(problem["stops"][number]) for number in self.stops],
            depots=[depot for index in range(len(fleet)) for depot in self.depots(index)],
            vehicle_types=[self.vehicle(index) for index in range(len(fleet))],
            distance_matrices=list(lengths), duration_matrices=list(durations))

    def site(self, index):
        return self.problem["unloadings"][self.problem["fleet"][index]["unloadings"][0]]

    def way(self, index, kind, start, end):
        return int(self.travels[self.problem["fleet"][index]["travel"]][kind][start, end])

    def ways(self, index):
        """Lengths and durations of a class: setting up at a place belongs to the way there, and the
        last unloading and the way home to the way to the end."""
        group, site = self.problem["fleet"][index], self.site(index)
        ends = len(self.problem["fleet"])
        tables = []
        for kind in ("lengths", "durations"):
            table = self.travels[group["travel"]][kind]
            whole = np.zeros((self.places + ends, self.places + ends), dtype=np.int64)
            whole[:self.places, :self.places] = table
            if kind == "durations":
                whole[:self.places, :self.places] += np.array(self.problem["setups"] or [0] * self.places)
                np.fill_diagonal(whole, 0)
            home = self.way(index, kind, site["place"], group["end"])
            home += self.after_arrival(index) if kind == "durations" else 0
            whole[:self.places, self.places + index] = table[:, site["place"]] + home
            tables.append(whole)
        return tables

    def after_arrival(self, index):
        return self.site(index)["duration"] + self.problem["fleet"][index]["finish"]

    def client(self, stop):
        if len(stop["windows"]) > 1:
            raise ValueError("a stop with several time windows")
        window = stop["windows"][0] if stop["windows"] else {"open": 0, "close": FAR}
        prize = 0 if stop["need"] == "required" else stop["need"]["optional"]["prize"]
        return pyvrp.Client(
            location=stop["place"], delivery=[], pickup=self.load(stop), service_duration=stop["service"],
            tw_early=window["open"], tw_late=window["close"], release_time=stop["release"],
            prize=prize, required=stop["need"] == "required")

    def load(self, stop):
        """What a stop takes up: the volume in each compartment of each class, and the mass in each."""
        room = []
        able = classes_of(self.problem, stop)
        for index, group in enumerate(self.problem["fleet"]):
            for box in group["outfits"][0]["compartments"]:
                is_taken = index in able and box["takes"] >> stop["stream"] & 1
                room.append(math.ceil(stop["volume"] / box["compaction"]) if is_taken else 0)
            room.append(stop["mass"] if index in able else 0)
        if len(able) > 1:
            raise ValueError("a stop that several classes can serve")
        return room

    def depots(self, index):
        """Garage, site and end of a class."""
        group, site = self.problem["fleet"][index], self.site(index)
        if len(site["windows"]) != 1 or group["begun"] or site["cost_per_visit"] or site["cost_per_mass"]:
            raise ValueError(f"the site of {group['name']}, or that it is under way")
        window = site["windows"][0]
        late = self.way(index, "durations", site["place"], group["end"]) + self.after_arrival(index)
        return [pyvrp.Depot(group["start"], service_duration=group["prepare"]),
                pyvrp.Depot(site["place"], window["open"], window["close"], site["duration"]),
                pyvrp.Depot(self.places + index, window["open"] + late, window["close"] + late)]

    def vehicle(self, index):
        group, room = self.problem["fleet"][index], []
        for other, of in enumerate(self.problem["fleet"]):
            boxes = [box["volume"] for box in of["outfits"][0]["compartments"]]
            limits = [*boxes, of["outfits"][0]["payload"]]
            room += limits if other == index else [0] * len(limits)
        costs, normal = group["costs"], group["normal_duration"]
        return pyvrp.VehicleType(
            num_available=group["count"], capacity=room, start_depot=3 * index, end_depot=3 * index + 2,
            reload_depots=[3 * index + 1], max_reloads=group["max_trips"] - 1, profile=index,
            tw_early=group["shift"]["open"], tw_late=group["shift"]["close"], fixed_cost=costs["fixed"],
            shift_duration=normal, max_overtime=group["max_duration"] - normal,
            unit_distance_cost=costs["per_length"], unit_duration_cost=costs["per_tick"],
            unit_overtime_cost=costs["per_overtime_tick"])

    def solution(self, plan):
        """A plan of the day as PyVRP sees it."""
        client = {stop: number for number, stop in enumerate(self.stops)}
        kinds = pyvrp.ActivityType
        routes = []
        for route in plan["routes"]:
            index, activities = route["class"], []
            for trip in route["trips"]:
                if activities:
                    activities.append(pyvrp.Activity(kinds.DEPOT, 3 * index + 1))
                activities += [pyvrp.Activity(kinds.CLIENT, client[stop]) for stop in trip["stops"]]
            routes.append(pyvrp.Route(self.data, activities, index))
        return pyvrp.Solution(self.data, routes)

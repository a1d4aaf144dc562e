"""Which tags of OpenStreetMap make which layer, written down a second time, from the
documentation of the import and not from its code, for the independent readers beside this file."""

CARE = {"pharmacy", "doctors", "clinic", "hospital"}
WATER = {"river", "stream", "canal"}
ROADS = set(
    "motorway motorway_link trunk trunk_link primary primary_link secondary secondary_link "
    "tertiary tertiary_link unclassified residential living_street service road track busway "
    "bus_guideway escape pedestrian footway bridleway steps path cycleway platform".split()
)

STREAMS = {
    "glass": "glass glass_bottles glass_jars",
    "paper": "paper newspaper magazines",
    "packaging": "plastic plastic_bottles plastic_packaging PET packaging paper_packaging "
    "beverage_cartons beverage_carton cartons",
    "mixed": "mixed dry_recycling",
    "cardboard": "cardboard",
    "metal": "cans metal scrap_metal aluminium tins",
    "textile": "clothes shoes textiles fabric",
    "organic": "organic green_waste garden_waste food_waste compost",
    "residual": "waste residual_waste",
}
STREAM_OF = {f"recycling:{name}": stream for stream, names in STREAMS.items() for name in names.split()}


def streams(tags):
    """The streams of waste that a recycling point names."""
    return {STREAM_OF[key] for key, value in tags.items() if key in STREAM_OF and value != "no"}


def words(text):
    """What is written in one string, as a test on values."""
    return set(text.split()).__contains__


def all_but(text):
    """Any value but those in one string."""
    refused = set(text.split()) | {""}
    return lambda value: value not in refused


# Key, values, what covers the land; the first key that fits names it.
LAND = [
    (
        "natural",
        words(
            "wood tree_group scrub shrubbery heath moor tundra fell grassland wetland water mud sand dune "
            "beach shoal shingle scree blockfield bare_rock rock glacier"
        ),
    ),
    ("landuse", all_but("no none yes proposed")),
    (
        "leisure",
        words(
            "park garden common village_green recreation_ground dog_park playground pitch golf_course "
            "miniature_golf sports_centre stadium fitness_station horse_riding ice_rink swimming_pool "
            "water_park beach_resort marina"
        ),
    ),
    (
        "amenity",
        words(
            "school kindergarten college university hospital clinic social_facility place_of_worship "
            "townhall courthouse police fire_station prison marketplace grave_yard parking "
            "bicycle_parking motorcycle_parking bus_station fuel recycling waste_transfer_station"
        ),
    ),
    ("waterway", words("riverbank dock boatyard")),
    ("place", words("square")),
]


def is_building(tags):
    return any(tags.get(key, "no") != "no" for key in ("building", "building:part"))


def cover(tags):
    """What covers an area, if anything does."""
    is_below = "underground" in (tags.get("parking"), tags.get("location"))
    if is_building(tags) or is_below or tags.get("area") == "no":
        return None
    for key, fits in LAND:
        if key in tags and fits(tags[key]):
            return tags[key]
    is_area = tags.get("area") == "yes" or tags.get("type") == "multipolygon"
    return tags["highway"] if is_area and tags.get("highway") in ROADS else None


def area_class(tags):
    """What makes two areas of the same outline the same one: whole buildings whatever they are."""
    if is_building(tags):
        return "building" if tags.get("building", "no") != "no" else "part"
    return cover(tags)


# Key, values, theme; the first row that fits counts.
THEMES = [
    ("amenity", words("recycling"), "recycling"),
    ("amenity", words("place_of_worship monastery"), "worship"),
    (
        "amenity",
        words(
            "school kindergarten college university music_school language_school driving_school training "
            "dancing_school prep_school childcare research_institute"
        ),
        "education",
    ),
    (
        "amenity",
        words(
            "townhall courthouse police fire_station post_office prison public_building embassy ranger_station"
        ),
        "administration",
    ),
    ("office", words("government diplomatic tax administrative quango"), "administration"),
    (
        "amenity",
        words(
            "theatre cinema library arts_centre community_centre public_bookcase exhibition_centre "
            "conference_centre events_venue planetarium studio concert_hall music_venue toy_library"
        ),
        "culture",
    ),
    ("tourism", words("museum gallery artwork aquarium"), "culture"),
    (
        "tourism",
        words(
            "hotel motel hostel guest_house apartment chalet alpine_hut wilderness_hut camp_site "
            "caravan_site attraction information theme_park zoo resort"
        ),
        "tourism",
    ),
    (
        "historic",
        words(
            "aqueduct archaeological_site battlefield bridge building castle church city_gate fort house "
            "industrial locomotive manor memorial mill monastery monument mine ruins ship tank tomb tower "
            "wayside_cross wayside_shrine"
        ),
        "tourism",
    ),
    (
        "leisure",
        words(
            "sports_centre sports_hall stadium pitch track swimming_pool swimming_area water_park ice_rink "
            "golf_course miniature_golf fitness_centre fitness_station horse_riding bowling_alley dance "
            "disc_golf_course climbing ski_resort marina slipway sauna"
        ),
        "sport",
    ),
    ("amenity", words("dojo public_bath dive_centre"), "sport"),
    (
        "leisure",
        words(
            "park playground garden nature_reserve dog_park picnic_table bandstand beach_resort bird_hide "
            "fishing firepit amusement_arcade adult_gaming_centre escape_game trampoline_park indoor_play "
            "hackerspace"
        ),
        "leisure",
    ),
    ("tourism", words("viewpoint picnic_site"), "leisure"),
    ("amenity", words("bbq casino gambling nightclub social_centre"), "leisure"),
    ("railway", words("station halt tram_stop subway_entrance"), "transport"),
    ("aerialway", words("station"), "transport"),
    ("aeroway", words("aerodrome terminal heliport helipad"), "transport"),
    ("highway", words("bus_stop rest_area services"), "transport"),
    ("public_transport", words("station"), "transport"),
    (
        "amenity",
        words(
            "bus_station ferry_terminal taxi parking bicycle_parking motorcycle_parking bicycle_rental "
            "bicycle_repair_station car_rental car_sharing car_pooling boat_rental motorcycle_rental "
            "charging_station fuel"
        ),
        "transport",
    ),
    (
        "amenity",
        words(
            "restaurant cafe bar pub biergarten fast_food food_court ice_cream marketplace bank "
            "bureau_de_change car_wash vehicle_inspection internet_cafe coworking_space payment_centre "
            "money_transfer"
        ),
        "commerce",
    ),
    ("shop", all_but("no vacant none"), "commerce"),
    ("craft", all_but("no"), "commerce"),
    ("office", all_but("no vacant"), "commerce"),
    (
        "amenity",
        words(
            "dentist veterinary nursing_home social_facility health_post mortuary crematorium funeral_hall "
            "grave_yard animal_shelter"
        ),
        "other",
    ),
    (
        "healthcare",
        words(
            "laboratory physiotherapist psychotherapist midwife nurse optometrist podiatrist "
            "rehabilitation speech_therapist alternative blood_donation audiologist dialysis"
        ),
        "other",
    ),
    ("amenity", words("toilets drinking_water shower fountain shelter post_box atm"), "other"),
    ("emergency", words("defibrillator ambulance_station assembly_point"), "other"),
    ("landuse", words("cemetery"), "other"),
    ("club", all_but("no"), "other"),
]

# Sought by their name only: without one they are mostly those of private houses.
NAMED_ONLY = {("leisure", "garden"), ("leisure", "swimming_pool"), ("historic", "building")}


def theme(tags):
    """What people look for at a place, if they may go there."""
    is_bin = tags.get("amenity") == "recycling" and tags.get("recycling_type") != "centre"
    if is_bin or tags.get("access") in ("private", "no"):
        return None
    has_name = bool(tags.get("name", "").strip())
    for key, fits, of in THEMES:
        value = tags.get(key)
        if value is not None and fits(value) and (has_name or (key, value) not in NAMED_ONLY):
            return of
    return None


ON_NODES = set(
    "crossing elevator give_way mini_roundabout motorway_junction passing_place stop toll_gantry "
    "traffic_signals turning_circle turning_loop".split()
)
RAILS = {"level_crossing", "crossing", "tram_level_crossing", "tram_crossing"}
ALWAYS = set(
    "barrier crossing ford maxheight maxweight maxwidth noexit traffic_calming traffic_sign traffic_signals".split()
)
ACCESS = set(
    "access agricultural bicycle bus caravan carpool coach disabled emergency foot forestry goods hazmat hgv "
    "hgv_articulated horse hov minibus mofa moped motor_vehicle motorcar motorcycle motorhome psv share_taxi taxi "
    "tourist_bus trailer vehicle".split()
)


def says_something_to_traffic(tags):
    """Whether a node does, where it lies on a road."""
    if any(value.strip() in ON_NODES for value in tags.get("highway", "").split(";")):
        return True
    if tags.get("railway") in RAILS or ALWAYS & tags.keys():
        return True
    return any(key.removesuffix(":conditional") in ACCESS for key in tags)


TURNS = set(
    "no_left_turn no_right_turn no_straight_on no_u_turn no_entry no_exit "
    "only_left_turn only_right_turn only_straight_on only_u_turn".split()
)


def turn(tags):
    """What a restriction says, of its most general key."""
    keys = [key for key in tags if key == "restriction" or key.startswith("restriction:")]
    if not keys:
        return None
    key = min(keys, key=lambda key: (key.endswith("conditional"), key.count(":")))
    value = tags[key].split("@")[0].strip()
    return value if value in TURNS else None


def turns(tags, members, roads):
    """How many turns a restriction forbids over roads that meet: 0 where it makes no sense."""
    kind = turn(tags)
    of = {role: [(kind, ref) for kind, ref, other in members if other == role] for role in ("from", "via", "to")}
    pairs = len(of["from"]) * len(of["to"])
    is_single = len(of["from"]) == 1 or kind == "no_entry"
    is_single = is_single and (len(of["to"]) == 1 or kind == "no_exit")
    if kind is None or pairs == 0 or not is_single:
        return 0
    if any(type != "w" or ref not in roads for role in ("from", "to") for type, ref in of[role]):
        return 0
    ends = [set(roads[ref]) for role in ("from", "to") for _, ref in of[role]]
    if len(of["via"]) == 1 and of["via"][0][0] == "n":
        return pairs if all(of["via"][0][1] in nodes for nodes in ends) else 0
    if not of["via"] or any(type != "w" or ref not in roads for type, ref in of["via"]):
        return 0
    return pairs if are_joined([set(roads[ref]) for _, ref in of["via"]], ends) else 0


def are_joined(ways, ends):
    """Whether ways, and the roads at their ends, hang together by their nodes."""
    reached, left = ends[0], ways + ends[1:]
    while True:
        near = [nodes for nodes in left if nodes & reached]
        if not near:
            return not left
        left = [nodes for nodes in left if not nodes & reached]
        reached = reached.union(*near)

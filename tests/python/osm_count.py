#!/usr/bin/env python3
"""Counts in an OpenStreetMap extract what an import must find there, with pyosmium alone.

    osm_count.py FILE.osm.pbf

prints one JSON object: how many assets of each kind, drawn lines and whole administrative units
the extract holds. It shares no code with the importer: areas, for one, are put together by
libosmium.
"""

import collections
import json
import sys

import osmium

CARE = {"pharmacy", "doctors", "clinic", "hospital"}
WATER = {"river", "stream", "canal"}
ROADS = set(
    "motorway motorway_link trunk trunk_link primary primary_link secondary secondary_link "
    "tertiary tertiary_link unclassified residential living_street service road track busway "
    "bus_guideway escape pedestrian footway bridleway steps path cycleway".split()
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
    return {STREAM_OF[tag.k] for tag in tags if tag.k in STREAM_OF and tag.v != "no"}


class Counter(osmium.SimpleHandler):
    """Nodes, ways and relations as they are; areas only for boundaries."""

    def __init__(self):
        super().__init__()
        self.counts = collections.Counter()
        self.units = collections.defaultdict(dict)

    def count_assets(self, tags):
        amenity = tags.get("amenity")
        if amenity in CARE:
            self.counts["health-facility"] += 1
            self.counts[f"health-facility:{amenity}"] += 1
        if tags.get("man_made") == "surveillance":
            self.counts["camera"] += 1
        if amenity == "waste_basket":
            self.counts.update({"site": 1, "container": 1, "container:litter": 1})
        if amenity == "recycling" and tags.get("recycling_type") == "centre":
            self.counts["unloading-site"] += 1
        elif amenity == "recycling":
            named = streams(tags) or {"unknown"}
            self.counts.update({"site": 1, "container": len(named)})
            self.counts.update(f"container:{stream}" for stream in named)

    def node(self, node):
        self.count_assets(node.tags)

    def way(self, way):
        if len(way.nodes) >= 4 and way.ends_have_same_id():
            self.count_assets(way.tags)
        is_whole = all(node.location.valid() for node in way.nodes)
        if is_whole and len({node.ref for node in way.nodes}) >= 2:
            if way.tags.get("highway") in ROADS:
                self.counts["roads"] += 1
            elif way.tags.get("waterway") in WATER:
                self.counts["water"] += 1

    def relation(self, relation):
        if relation.tags.get("type") == "multipolygon":
            self.count_assets(relation.tags)

    def area(self, area):
        if not area.from_way() and area.tags.get("boundary") == "administrative":
            level = area.tags.get("admin_level", "")
            self.units[level][area.orig_id()] = area.tags.get("name")


def count(path):
    counter = Counter()
    counter.apply_file(path, locations=True)
    counts = dict(sorted(counter.counts.items()))
    counts["units"] = {level: len(units) for level, units in sorted(counter.units.items())}
    return counts


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(json.dumps(count(sys.argv[1]), ensure_ascii=False))

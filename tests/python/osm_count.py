#!/usr/bin/env python3
"""Counts in an OpenStreetMap extract what an import must find there, with pyosmium alone.

    osm_count.py FILE.osm.pbf

prints one JSON object: how many objects of each layer and of each kind within it the extract
holds. It shares no code with the importer: areas, for one, are put together by libosmium. Which
tags make a layer is written down once more in osm_layers.py.
"""

import collections
import json
import sys

import osmium
import osm_layers as layers


class Reader(osmium.SimpleHandler):
    """Nodes, ways and relations as they are; what is an area is known from libosmium."""

    def __init__(self):
        super().__init__()
        self.counts = collections.Counter()
        self.units = collections.defaultdict(dict)
        self.roads = {}
        self.traffic_nodes = set()
        self.street_of = {}
        self.bare_numbers = []
        self.street_relations = []
        self.restrictions = []
        self.area_ways = {}
        self.area_relations = {}
        self.outer_ways = {}
        self.outlines = set()

    def add(self, layer, of=None):
        self.counts[layer] += 1
        if of is not None:
            self.counts[f"{layer}:{of}"] += 1

    def count_assets(self, tags):
        amenity = tags.get("amenity")
        if amenity in layers.CARE:
            self.add("health-facility", amenity)
        if tags.get("man_made") == "surveillance":
            self.add("camera")
        if amenity == "waste_basket":
            self.counts.update({"site": 1, "container": 1, "container:litter": 1})
        if amenity == "recycling" and tags.get("recycling_type") == "centre":
            self.add("unloading-site")
        elif amenity == "recycling":
            named = layers.streams(tags) or {"unknown"}
            self.counts.update({"site": 1, "container": len(named)})
            self.counts.update(f"container:{stream}" for stream in named)

    def count_place(self, key, tags):
        """What stands for one place: assets, points of interest, addresses."""
        self.count_assets(tags)
        theme = layers.theme(tags)
        if theme is not None:
            self.add("points_of_interest", theme)
        if tags.get("addr:housenumber", "").strip():
            if any(tags.get(f"addr:{of}", "").strip() for of in ("street", "place")):
                self.add("address")
            else:
                self.bare_numbers.append(key)

    def node(self, node):
        if not node.tags:
            return
        tags = dict(node.tags)
        self.count_place(("n", node.id), tags)
        if layers.says_something_to_traffic(tags):
            self.traffic_nodes.add(node.id)

    def way(self, way):
        tags = dict(way.tags)
        is_closed = len(way.nodes) >= 4 and way.ends_have_same_id()
        if is_closed:
            self.count_place(("w", way.id), tags)
        if "addr:interpolation" in tags:
            self.add("guessed-addresses")
        is_whole = all(node.location.valid() for node in way.nodes)
        if is_whole and len({node.ref for node in way.nodes}) >= 2:
            if tags.get("highway") in layers.ROADS or tags.get("route") == "ferry":
                self.roads[way.id] = [node.ref for node in way.nodes]
                is_ferry = tags.get("route") == "ferry"
                self.add("roads", "ferry" if is_ferry else tags["highway"])
            elif tags.get("waterway") in layers.WATER:
                self.add("water")
        if is_closed and is_whole:
            self.area_ways[way.id] = tags
        self.street_of[way.id] = tags.get("name")

    def relation(self, relation):
        tags = dict(relation.tags)
        kind = tags.get("type", "")
        if kind == "multipolygon":
            self.count_place(("r", relation.id), tags)
            self.area_relations[relation.id] = tags
            ways = (member for member in relation.members if member.type == "w")
            self.outer_ways[relation.id] = {way.ref for way in ways if way.role in ("", "outer")}
        members = [(member.type, member.ref, member.role) for member in relation.members]
        if kind == "restriction" or kind.startswith("restriction:"):
            self.restrictions.append((tags, members))
        if kind == "associatedStreet":
            self.street_relations.append((tags, members))

    def area(self, area):
        self.outlines.add(("w" if area.from_way() else "r", area.orig_id()))
        if not area.from_way() and area.tags.get("boundary") == "administrative":
            level = area.tags.get("admin_level", "")
            self.units[level][area.orig_id()] = area.tags.get("name")

    def finish(self):
        self.count_areas()
        self.count_road_nodes()
        self.count_restrictions()
        self.count_bare_numbers()

    def count_areas(self):
        """Buildings and land: relations that libosmium makes areas of, and closed ways that do not
        say once more what a relation says that they are an outer ring of."""
        relations = {id: tags for id, tags in self.area_relations.items() if ("r", id) in self.outlines}
        told = {(way, layers.area_class(tags)) for id, tags in relations.items() for way in self.outer_ways[id]}
        ways = [tags for id, tags in self.area_ways.items() if (id, layers.area_class(tags)) not in told]
        for tags in [*ways, *relations.values()]:
            if layers.is_building(tags):
                is_whole = tags.get("building", "no") != "no"
                self.add("buildings", "whole" if is_whole else "part")
            else:
                cover = layers.cover(tags)
                if cover is not None:
                    self.add("land_cover", cover)

    def count_road_nodes(self):
        on_roads = {ref for refs in self.roads.values() for ref in refs}
        self.counts["road_nodes"] = len(self.traffic_nodes & on_roads)

    def count_restrictions(self):
        for tags, members in self.restrictions:
            pairs = layers.turns(tags, members, self.roads)
            self.counts["turn_restrictions"] += pairs

    def count_bare_numbers(self):
        """House numbers whose street is told by a relation."""
        houses = set()
        for tags, members in self.street_relations:
            ways = [self.street_of.get(ref) for kind, ref, role in members if (kind, role) == ("w", "street")]
            name = tags.get("name") or tags.get("addr:street") or next(filter(None, ways), None)
            if name:
                roles = {"house", "addr:houselink", "address"}
                houses |= {(kind, ref) for kind, ref, role in members if role in roles}
        found = sum(key in houses for key in self.bare_numbers)
        self.counts["address"] += found
        self.counts["address:by-relation"] = found
        self.counts["no-street-told"] = len(self.bare_numbers) - found


def count(path):
    reader = Reader()
    reader.apply_file(path, locations=True)
    reader.finish()
    counts = dict(sorted(reader.counts.items()))
    counts["units"] = {level: len(units) for level, units in sorted(reader.units.items())}
    return counts


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(json.dumps(count(sys.argv[1]), ensure_ascii=False))

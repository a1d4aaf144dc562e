#!/usr/bin/env python3
"""Compares the layers of a pack with what GDAL reads from the extract that it was made of.

    osm_gdal.py PACK FILE.osm.pbf

Both are read by ogr2ogr (its drivers for FlatGeobuf and OpenStreetMap), so that neither the
importer nor the pack's own reader is asked. Objects are matched by their number in OpenStreetMap;
land cover, which has none, by its geometry. Prints one JSON object; by layer:

    compared    how many objects both have
    equal       how many of them have the same parts, rings and corners, to 1e-7 degrees
    absent      numbers of the pack's objects that GDAL does not give
    different   numbers of those whose geometry differs, wherever their rings start or turn
"""

import collections
import json
import os
import subprocess
import sys
import tempfile

GRID = 10**7


def features(source, layer=None, where=None):
    """The features of a layer as (properties, geometry)."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out.geojsonl")
        command = ["ogr2ogr", "-f", "GeoJSONSeq", "-lco", "COORDINATE_PRECISION=9", out, source]
        command += [layer] if layer else []
        command += ["-where", where] if where else []
        environment = {**os.environ, "OGR_GEOJSON_MAX_OBJ_SIZE": "0"}
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL, env=environment)
        with open(out, encoding="utf-8") as lines:
            for line in lines:
                feature = json.loads(line)
                if feature["geometry"] is not None:
                    yield feature["properties"], feature["geometry"]


def on_grid(point):
    """A point on OpenStreetMap's own grid of 1e-7 degrees."""
    return (round(point[0] * GRID), round(point[1] * GRID))


def course(points):
    """The corners of a line without repetition."""
    corners = [on_grid(point) for point in points]
    return [corner for corner, before in zip(corners, [None, *corners]) if corner != before]


def ring(points):
    """A ring whichever way it turns and wherever it starts."""
    corners = course(points)[:-1]
    start = corners.index(min(corners))
    forwards = corners[start:] + corners[:start]
    return min(tuple(forwards), tuple(forwards[:1] + forwards[:0:-1]))


def area(geometry):
    """A multipolygon whatever the order of its parts and holes."""
    parts = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        parts = [parts]
    return tuple(sorted((ring(part[0]), tuple(sorted(map(ring, part[1:])))) for part in parts))


def is_inside(point, outline):
    """Whether a point lies in a multipolygon of the form that `area` gives."""
    lon, lat = point[0] * GRID, point[1] * GRID
    crossings = 0
    for outer, holes in outline:
        for corners in (outer, *holes):
            for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1]):
                if (y0 > lat) != (y1 > lat) and x0 + (lat - y0) / (y1 - y0) * (x1 - x0) > lon:
                    crossings += 1
    return crossings % 2 == 1


class Gdal:
    """What GDAL reads from an extract."""

    def __init__(self, extract):
        self.lines, self.areas, self.points = {}, {}, {}
        self.closed_lines = 0
        for properties, geometry in features(extract, "lines"):
            self.lines[int(properties["osm_id"])] = course(geometry["coordinates"])
        for properties, geometry in features(extract, "multipolygons"):
            of_way = properties.get("osm_way_id")
            key = f"osm-w{of_way}" if of_way else f"osm-r{properties['osm_id']}"
            self.areas[key] = area(geometry)
        for properties, geometry in features(extract, "points"):
            self.points[int(properties["osm_id"])] = on_grid(geometry["coordinates"])


class Outcome:
    """How far one layer agrees."""

    def __init__(self):
        self.counts = collections.Counter(compared=0, equal=0)
        self.absent, self.different = [], []

    def add(self, key, is_equal):
        """`is_equal` is None where GDAL does not have the object."""
        if is_equal is None:
            self.absent.append(key)
            return
        self.counts["compared"] += 1
        if is_equal:
            self.counts["equal"] += 1
        else:
            self.different.append(key)

    def to_json(self):
        return {**self.counts, "absent": self.absent, "different": self.different}


def compare_roads(pack, gdal):
    """Lines by number. GDAL takes a closed way for an area where a tag of it is of areas; then its
    course is the ring of that area."""
    outcome, as_areas = Outcome(), 0
    for properties, geometry in features(pack("roads")):
        number, points = properties["way"], geometry["coordinates"]
        if number in gdal.lines:
            outcome.add(number, gdal.lines[number] == course(points))
        elif f"osm-w{number}" in gdal.areas:
            as_areas += 1
            outcome.add(number, gdal.areas[f"osm-w{number}"] == ((ring(points), ()),))
        else:
            outcome.add(number, None)
    outcome.counts["as_areas"] = as_areas
    return outcome


def compare_buildings(pack, gdal):
    outcome = Outcome()
    for properties, geometry in features(pack("buildings")):
        key = properties["key"]
        outcome.add(key, area(geometry) == gdal.areas[key] if key in gdal.areas else None)
    return outcome


def compare_land(pack, gdal):
    """Land cover has no numbers: each of its outlines must be one that GDAL gives, as often."""
    outcome, left = Outcome(), collections.Counter(gdal.areas.values())
    for properties, geometry in features(pack("land_cover")):
        outline = area(geometry)
        is_there = left[outline] > 0
        left[outline] -= is_there
        outcome.add(f"{properties['class']} at {geometry['coordinates'][0][0][0]}", is_there or None)
    return outcome


def compare_nodes(pack, gdal):
    outcome = Outcome()
    for properties, geometry in features(pack("road_nodes")):
        number, place = properties["node"], on_grid(geometry["coordinates"])
        outcome.add(number, gdal.points[number] == place if number in gdal.points else None)
    return outcome


def compare_places(layer, pack, gdal):
    """Nodes stand where GDAL has them; areas somewhere inside of GDAL's outline."""
    outcome = Outcome()
    for properties, geometry in features(pack(layer)):
        key, point = properties["key"], geometry["coordinates"]
        if key.startswith("osm-n"):
            place = gdal.points.get(int(key[5:]))
            outcome.add(key, None if place is None else place == on_grid(point))
        else:
            outline = gdal.areas.get(key)
            outcome.add(key, None if outline is None else is_inside(point, outline))
    return outcome


def compare(folder, extract):
    def pack(layer):
        return os.path.join(folder, f"{layer}.fgb")

    gdal = Gdal(extract)
    outcomes = {
        "roads": compare_roads(pack, gdal),
        "buildings": compare_buildings(pack, gdal),
        "land_cover": compare_land(pack, gdal),
        "road_nodes": compare_nodes(pack, gdal),
        "points_of_interest": compare_places("points_of_interest", pack, gdal),
        "addresses": compare_places("addresses", pack, gdal),
    }
    return {layer: outcome.to_json() for layer, outcome in outcomes.items()}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(json.dumps(compare(*sys.argv[1:])))

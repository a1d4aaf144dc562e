#!/usr/bin/env python3
"""Compares the layers of a pack with what GDAL reads from the extract that it was made of.

    osm_gdal.py PACK FILE.osm.pbf

Both are read by ogr2ogr (its drivers for FlatGeobuf and OpenStreetMap), so that neither the
importer nor the pack's own reader is asked. Objects are matched by their number in OpenStreetMap;
land cover, which has none, by its geometry. Prints one JSON object; by layer:

    compared    how many objects both have
    equal       how many of them have the same parts, rings and corners, to 1e-7 degrees,
                wherever their rings start and whichever way they turn
    touching    how many of these have a ring that touches itself: GDAL leaves it as it is, the
                import makes rings of it that do not; both are cut at such corners here
    absent      numbers of the pack's objects that GDAL does not give
    different   numbers of those whose geometry differs

GDAL's driver takes a closed way for an area if it has certain keys, and else for a line; and it
leaves out a way that is the outline of a multipolygon as well. So a way is looked for among its
areas, its closed lines and the rings of its areas.
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
        subprocess.run(command, check=True, stdout=sys.stderr, env=environment)
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


def simple_rings(outline):
    """All rings of an area, cut wherever they touch themselves, in order."""
    rings = []
    for outer, holes in outline:
        for corners in (outer, *holes):
            path, position = [], {}
            for corner in (*corners, corners[0]):
                if corner in position:
                    start = position[corner]
                    part = path[start:]
                    for passed in part[1:]:
                        del position[passed]
                    del path[start + 1 :]
                    if len(part) > 2:
                        rings.append(ring([(x / GRID, y / GRID) for x, y in (*part, part[0])]))
                else:
                    position[corner] = len(path)
                    path.append(corner)
    return sorted(rings)


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
        for properties, geometry in features(extract, "multipolygons"):
            of_way = properties.get("osm_way_id")
            key = f"osm-w{of_way}" if of_way else f"osm-r{properties['osm_id']}"
            self.areas[key] = area(geometry)
        self.rings = {corners for outline in self.areas.values() for corners, _ in outline}
        for properties, geometry in features(extract, "lines"):
            corners = course(geometry["coordinates"])
            self.lines[int(properties["osm_id"])] = corners
            if len(corners) > 3 and corners[0] == corners[-1]:
                self.areas.setdefault(f"osm-w{properties['osm_id']}", ((ring(geometry["coordinates"]), ()),))
        for properties, geometry in features(extract, "points"):
            self.points[int(properties["osm_id"])] = on_grid(geometry["coordinates"])


class Outcome:
    """How far one layer agrees."""

    def __init__(self):
        self.counts = collections.Counter(compared=0, equal=0, touching=0)
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

    def add_outline(self, key, ours, gdals):
        """`gdals` is None where GDAL does not have the object."""
        is_equal = None if gdals is None else ours == gdals
        if is_equal is False and simple_rings(ours) == simple_rings(gdals):
            self.counts["touching"] += 1
            is_equal = True
        self.add(key, is_equal)

    def to_json(self):
        return {**self.counts, "absent": self.absent, "different": self.different}


def compare_roads(pack, gdal):
    """Lines by number; where GDAL takes a closed way for an area, its ring."""
    outcome = Outcome()
    for properties, geometry in features(pack("roads")):
        number, points = properties["way"], geometry["coordinates"]
        outline = gdal.areas.get(f"osm-w{number}")
        if number in gdal.lines:
            outcome.add(number, gdal.lines[number] == course(points))
        elif outline is not None:
            outcome.add_outline(number, ((ring(points), ()),), outline)
        else:
            is_closed = on_grid(points[0]) == on_grid(points[-1])
            outcome.add(number, True if is_closed and ring(points) in gdal.rings else None)
    return outcome


def compare_buildings(pack, gdal):
    outcome = Outcome()
    for properties, geometry in features(pack("buildings")):
        key = properties["key"]
        outcome.add_outline(key, area(geometry), gdal.areas.get(key))
    return outcome


def compare_land(pack, gdal):
    """Land cover has no numbers: each of its outlines must be one that GDAL gives, as often; or one
    with the same rings."""
    outcome, left = Outcome(), collections.Counter(gdal.areas.values())
    touching = None
    for properties, geometry in features(pack("land_cover")):
        outline = area(geometry)
        key = f"{properties['class']} at {geometry['coordinates'][0][0][0]}"
        if left[outline] > 0:
            left[outline] -= 1
            outcome.add(key, True)
            continue
        if len(outline) == 1 and not outline[0][1] and outline[0][0] in gdal.rings:
            outcome.add(key, True)
            continue
        if touching is None:
            touching = {tuple(simple_rings(other)): other for other in gdal.areas.values()}
        outcome.add_outline(key, outline, touching.get(tuple(simple_rings(outline))))
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

#!/usr/bin/env python3
"""Prints places, lines and areas with the figures of PROJ and GeographicLib, by pyproj alone.

    geodesy.py

prints one JSON object: `points` (a place and its coordinates in each planar system), `lines` (two
places and the length of the geodesic between them) and `areas` (a ring and the area inside). The
places are the same at every run.
"""

import json
import math
import random

from pyproj import Geod, Transformer

# West, south, east, north.
REGIONS = {
    "montbeliard": (6.4, 47.1, 7.2, 47.8),
    "andorra": (1.35, 42.4, 1.85, 42.7),
    "monaco": (7.38, 43.7, 7.46, 43.78),
    "france": (-5.0, 41.4, 9.6, 51.0),
}
SYSTEMS = ["EPSG:2154", "EPSG:3857", "EPSG:32631", "EPSG:32632"] + [
    f"EPSG:{code}" for code in range(3942, 3951)
]
POINTS = 200
LINES = 200
AREAS = 40
WGS84 = Geod(ellps="WGS84")


def place(draw, region):
    west, south, east, north = region
    return [draw.uniform(west, east), draw.uniform(south, north)]


def points(draw, name, region):
    places = [place(draw, region) for _ in range(POINTS)]
    for system in SYSTEMS:
        project = Transformer.from_crs("EPSG:4326", system, always_xy=True)
        for lon, lat in places:
            x, y = project.transform(lon, lat)
            yield {"region": name, "crs": system, "place": [lon, lat], "planar": [x, y]}


def lines(draw, name, region):
    """Half of them across the region, half of at most some 50 km."""
    for number in range(LINES):
        start, end = place(draw, region), place(draw, region)
        if number % 2:
            end = [old + draw.uniform(-0.3, 0.3) for old in start]
        _, _, length = WGS84.inv(*start, *end)
        yield {"region": name, "from": start, "to": end, "length": length}


def areas(draw, name, region):
    """Star-shaped rings, counter-clockwise, of 3 to 60 corners."""
    for _ in range(AREAS):
        lon, lat = place(draw, region)
        reach = draw.uniform(0.002, 0.1)
        corners = draw.randint(3, 60)
        ring = []
        for corner in range(corners):
            turn = math.tau * corner / corners
            far = reach * draw.uniform(0.3, 1.0)
            ring.append([lon + far * math.cos(turn), lat + far * math.sin(turn)])
        area, _ = WGS84.polygon_area_perimeter(*zip(*ring))
        yield {"region": name, "ring": ring, "area": abs(area)}


def figures():
    found = {"points": [], "lines": [], "areas": []}
    for name, region in REGIONS.items():
        draw = random.Random(f"geodesy {name}")
        found["points"].extend(points(draw, name, region))
        found["lines"].extend(lines(draw, name, region))
        found["areas"].extend(areas(draw, name, region))
    return found


if __name__ == "__main__":
    print(json.dumps(figures()))

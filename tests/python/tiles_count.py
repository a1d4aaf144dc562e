#!/usr/bin/env python3
"""Reads all vector tiles of a zoom over a box, with mapbox_vector_tile alone.

    tiles_count.py http://127.0.0.1:8080 WEST SOUTH EAST NORTH ZOOM

prints one JSON object: for each layer how many features the tiles have together, each counted once,
and the versions and extents that they state; and how many tiles there are and the largest of them.
"""

import json
import math
import sys
import urllib.request

import mapbox_vector_tile


def column(lon, zoom):
    return int((lon + 180) / 360 * 2**zoom)


def row(lat, zoom):
    return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)


def main():
    base = sys.argv[1]
    west, south, east, north = map(float, sys.argv[2:6])
    zoom = int(sys.argv[6])
    layers, sizes = {}, []
    for y in range(row(north, zoom), row(south, zoom) + 1):
        for x in range(column(west, zoom), column(east, zoom) + 1):
            with urllib.request.urlopen(f"{base}/tiles/WebMercatorQuad/{zoom}/{y}/{x}") as answer:
                tile = answer.read()
            if not tile:
                continue
            sizes.append(len(tile))
            for name, layer in mapbox_vector_tile.decode(tile).items():
                found = layers.setdefault(name, {"ids": set(), "versions": set(), "extents": set()})
                found["ids"].update(feature["id"] for feature in layer["features"])
                found["versions"].add(layer["version"])
                found["extents"].add(layer["extent"])
    told = {
        name: {
            "count": len(found["ids"]),
            "versions": sorted(found["versions"]),
            "extents": sorted(found["extents"]),
        }
        for name, found in layers.items()
    }
    print(json.dumps({"layers": told, "tiles": len(sizes), "largest": max(sizes, default=0)}))


main()

#!/usr/bin/env python3
"""Makes a road network of any size: a town of crossing streets, drawn with a seed.

    .tools/bench/bin/python tests/bench/roads/grid.py SIDE SEED [--gr F] [--osm F.osm.pbf] [--nodes F.npz]

SIDE x SIDE crossings, some 100 m apart, each a little off its place. Every 40th street is a main road,
every 10th a secondary one, the others residential; of those some stretches are missing and some
one-way. `--osm` adds what only a turn-aware search heeds: signals where larger roads cross, and a few
forbidden left turns. `--gr` writes the same network node by node, in milliseconds, `--nodes` the
same with positions as numpy arrays. Same side and seed, same bytes. Synthetic throughout.
"""

import argparse
import pathlib

import numpy

SPACING_M = 100.0
JITTER = 0.3
SOUTH, WEST = 47.0, 6.0
METRES_A_DEGREE = 111_320.0
MISSING, ONE_WAY, NO_LEFT = 0.15, 0.2, 0.01
MAIN, SECONDARY, RESIDENTIAL = 0, 1, 2
CLASSES = ("primary", "secondary", "residential")
SPEEDS_KMH = numpy.array([70.0, 50.0, 30.0])
# What a stretch is: absent, both ways, or only along or against the order of its crossings.
ABSENT, BOTH, ALONG, AGAINST = 0, 1, 2, 3


class Grid:
    """Crossing (row, column) has number row * side + column; stretches lead east or north of it."""

    def __init__(self, side, seed):
        self.side = side
        draw = numpy.random.default_rng(seed)
        rows, columns = numpy.divmod(numpy.arange(side * side), side)
        north, east = ((rows, columns) + draw.uniform(-JITTER, JITTER, (2, side * side))) * SPACING_M
        self.lat = SOUTH + north / METRES_A_DEGREE
        self.lon = WEST + east / (METRES_A_DEGREE * numpy.cos(numpy.radians(SOUTH)))
        self.north_m, self.east_m = north, east
        self.eastward = draw_stretches(draw, side, by_row=True)
        self.northward = draw_stretches(draw, side, by_row=False)
        self.no_left = numpy.flatnonzero(draw.random(side * side) < NO_LEFT)

    def arcs(self):
        """Every stretch in each permitted direction: tail, head, milliseconds; sorted by tail, head."""
        parts = []
        for kinds, step, street in ((self.eastward, 1, 0), (self.northward, self.side, 1)):
            tail = numpy.flatnonzero(kinds != ABSENT)
            head, kind = tail + step, kinds[tail]
            speeds = SPEEDS_KMH[street_class(numpy.divmod(tail, self.side)[street])]
            metres = numpy.hypot(self.north_m[head] - self.north_m[tail],
                                 self.east_m[head] - self.east_m[tail])
            cost = numpy.rint(metres * 3600 / speeds).astype(numpy.int64)
            for ends, unwanted in (((tail, head), AGAINST), ((head, tail), ALONG)):
                parts.append(numpy.array([*ends, cost])[:, kind != unwanted])
        arcs = numpy.concatenate(parts, axis=1)
        return arcs[:, numpy.lexsort((arcs[1], arcs[0]))]


def street_class(number):
    return numpy.where(number % 40 == 0, MAIN, numpy.where(number % 10 == 0, SECONDARY, RESIDENTIAL))


def draw_stretches(draw, side, by_row):
    """What leads from each crossing to the next of its row, or of its column."""
    rows, columns = numpy.divmod(numpy.arange(side * side), side)
    street, place = (rows, columns) if by_row else (columns, rows)
    is_small = street_class(street) == RESIDENTIAL
    missing, one_way, along = draw.random((3, side * side))
    kinds = numpy.where(is_small & (one_way < ONE_WAY), numpy.where(along < 0.5, ALONG, AGAINST), BOTH)
    kinds[is_small & (missing < MISSING)] = ABSENT
    kinds[place == side - 1] = ABSENT
    return kinds


def write_gr(grid, path):
    with open(path, "w") as out:
        numpy.savetxt(out, grid.arcs().T, fmt="a %d %d %d")


def write_nodes(grid, path):
    tail, head, cost = grid.arcs()
    numpy.savez(path, tail=tail, head=head, cost=cost, lat=grid.lat, lon=grid.lon)


def write_osm(grid, path):
    import osmium
    from osmium.osm.mutable import Node

    pathlib.Path(path).unlink(missing_ok=True)
    writer = osmium.SimpleWriter(str(path))
    try:
        has_signals = signals(grid)
        for number, (lon, lat) in enumerate(zip(grid.lon.tolist(), grid.lat.tolist())):
            tags = {"highway": "traffic_signals"} if has_signals[number] else {}
            writer.add_node(Node(id=number + 1, version=1, location=(lon, lat), tags=tags))
        restrict(grid, writer, list(write_ways(grid, writer)))
    finally:
        writer.close()


def signals(grid):
    rows, columns = numpy.divmod(numpy.arange(grid.side**2), grid.side)
    return (street_class(rows) != RESIDENTIAL) & (street_class(columns) != RESIDENTIAL)


def write_ways(grid, writer):
    """One way for each run of like stretches of a street; gives (id, kind, is_row, crossings)."""
    from osmium.osm.mutable import Way

    number = 0
    for kinds, step, is_row in ((grid.eastward, 1, True), (grid.northward, grid.side, False)):
        for street in range(grid.side):
            first = street * grid.side if is_row else street
            line = numpy.arange(grid.side) * step + first
            tags = {"highway": CLASSES[int(street_class(numpy.array(street)))]}
            tags["maxspeed"] = str(int(SPEEDS_KMH[CLASSES.index(tags["highway"])]))
            tags["name"] = f"{'Row' if is_row else 'Column'} {street + 1}"
            for kind, crossings in runs(kinds[line], line):
                number += 1
                oneway = {"oneway": "yes"} if kind != BOTH else {}
                along = crossings if kind != AGAINST else crossings[::-1]
                writer.add_way(Way(id=number, version=1, nodes=[int(c) + 1 for c in along],
                                   tags=tags | oneway))
                yield number, kind, is_row, crossings


def runs(kinds, line):
    changes = numpy.flatnonzero(numpy.diff(kinds)) + 1
    for begin, end in zip([0, *changes], [*changes, len(kinds)]):
        if kinds[begin] != ABSENT:
            yield int(kinds[begin]), line[begin : end + 1]


def restrict(grid, writer, ways):
    """No left turn for who comes from the south: into the street that leads west."""
    from osmium.osm.mutable import Relation

    # A run that ends or begins at the crossing, so that way, node and way tell one turn only.
    from_south = {int(c[-1]): way for way, kind, is_row, c in ways if not is_row and kind != AGAINST}
    to_west = {int(c[-1]): way for way, kind, is_row, c in ways if is_row and kind != ALONG}
    places = [int(place) for place in grid.no_left if place in from_south and place in to_west]
    for number, place in enumerate(places, start=1):
        ends = from_south[place], to_west[place]
        members = [("w", ends[0], "from"), ("n", place + 1, "via"), ("w", ends[1], "to")]
        tags = {"type": "restriction", "restriction": "no_left_turn"}
        writer.add_relation(Relation(id=number, version=1, members=members, tags=tags))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("side", type=int)
    parser.add_argument("seed", type=int)
    for name in ("--gr", "--osm", "--nodes"):
        parser.add_argument(name, type=pathlib.Path)
    wanted = parser.parse_args()
    grid = Grid(wanted.side, wanted.seed)
    for path, write in ((wanted.gr, write_gr), (wanted.osm, write_osm), (wanted.nodes, write_nodes)):
        if path:
            write(grid, path)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Checks a matrix that `twin matrix --dump DIR` wrote with somebody else's Dijkstra.

    .tools/bench/bin/python tests/bench/roads/check_dump.py DIR [ROWS] [SEED]

Of DIR it reads edges.csv, points.csv and matrix.npy, nothing else. Entry (i, j), i != j, must be the
least of from-cost + distance + to-cost over the ways to leave point i and to reach point j; a sum
below 0 does not count, for then the target lies behind on the very edge we stand on. ROWS random
rows are checked (by default 100, `all` for every one) with scipy's Dijkstra, in batches.

Where only a way round the block reaches a target that lies behind on its own edge, no shortest
distance tells it (that of a node to itself is 0). Such entries are looked at a second time with the
shortest round trip of the edge, and counted apart. Prints one JSON line; ends with 1 on a mismatch.
"""

import json
import pathlib
import sys

import numpy
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

UNREACHABLE = 2**32 - 1
DISTANCES_AT_ONCE = 40_000_000
SHOWN = 5


class Dump:
    """The graph, the ways to leave and to reach each point, and the matrix to check."""

    def __init__(self, folder):
        self.matrix = numpy.load(folder / "matrix.npy", allow_pickle=False)
        if self.matrix.dtype != numpy.uint32 or self.matrix.ndim != 2:
            sys.exit(f"matrix.npy is {self.matrix.ndim}-dimensional {self.matrix.dtype}, not u32 of 2")
        points = read_csv(folder / "points.csv", "index,role,node,cost,lon,lat", texts=True)
        self.leaving = ways(points, "from")
        self.reaching = ways(points, "to")
        edges = read_csv(folder / "edges.csv", "from,to,cost")
        ways_there = [*self.leaving.values(), *self.reaching.values()]
        ends = [node for ways in ways_there for node, _ in ways]
        nodes = int(max([edges[:, :2].max(initial=0), *ends])) + 1
        self.graph = least_of_parallel(edges, nodes)

    def targets(self):
        """Of each way to reach a point: the column, the node, the cost; sorted by column."""
        rows = [(index, *way) for index, ways in sorted(self.reaching.items()) for way in ways]
        return numpy.array(rows, dtype=numpy.int64).reshape(-1, 3)


def read_csv(path, header, texts=False):
    with open(path) as rows:
        found = rows.readline().strip()
        if found != header:
            sys.exit(f"{path.name} begins with {found!r}, not {header!r}")
        if texts:
            return [row.strip().split(",") for row in rows]
        table = numpy.loadtxt(rows, delimiter=",", dtype=numpy.int64, ndmin=2)
        return table.reshape(-1, header.count(",") + 1)


def ways(points, role):
    found = {}
    for index, its_role, node, cost, *_ in points:
        if its_role == role:
            found.setdefault(int(index), []).append((int(node), int(cost)))
    return found


def least_of_parallel(edges, nodes):
    """The graph as scipy wants it; of parallel edges it would take the sum."""
    if len(edges) and edges[:, 2].min() < 0:
        sys.exit("edges.csv has a cost below 0")
    order = numpy.lexsort((edges[:, 2], edges[:, 1], edges[:, 0]))
    edges = edges[order]
    pairs = edges[:, 0] * nodes + edges[:, 1]
    first = numpy.concatenate(([True], pairs[1:] != pairs[:-1])) if len(edges) else slice(0)
    edges = edges[first]
    starts = numpy.searchsorted(edges[:, 0], numpy.arange(nodes + 1))
    return csr_array((edges[:, 2].astype(float), edges[:, 1], starts), shape=(nodes, nodes))


def expected_row(ways, distances, targets, points):
    """The row of one point, and which entries have a way round that no distance tells."""
    best = numpy.full(points, numpy.inf)
    behind = numpy.zeros(points, dtype=bool)
    columns, nodes, costs = targets.T
    for node, cost in ways:
        sums = cost + distances[node][nodes] + costs
        counts = sums >= 0
        behind[columns[~counts]] = True
        numpy.minimum.at(best, columns[counts], sums[counts])
    return best, behind


def round_trip(graph, node):
    """The least cost from a node out and back to itself; infinite where there is no way back."""
    begin, end = graph.indptr[node : node + 2]
    if begin == end:
        return numpy.inf
    back = dijkstra(graph, indices=graph.indices[begin:end])[:, node]
    return float((graph.data[begin:end] + back).min())


def round_the_block(dump, ways, column, distances):
    """An entry once more, with round trips where the target lies behind on our own edge."""
    best = numpy.inf
    for node, cost in ways:
        for target, to_cost in dump.reaching.get(column, ()):
            total = cost + distances[node][target] + to_cost
            if total < 0 and node == target:
                total = cost + round_trip(dump.graph, node) + to_cost
            if total >= 0:
                best = min(best, total)
    return best


def check(dump, rows):
    points = dump.matrix.shape[0]
    targets = dump.targets()
    report = {"rows": len(rows), "entries": 0, "unreachable": 0, "round_the_block": 0, "mismatches": 0}
    at_once = max(1, DISTANCES_AT_ONCE // (2 * dump.graph.shape[0]))
    for start in range(0, len(rows), at_once):
        batch = rows[start : start + at_once]
        sources = sorted({node for row in batch for node, _ in dump.leaving.get(row, ())})
        tables = dijkstra(dump.graph, indices=sources) if sources else numpy.empty((0, 0))
        distances = dict(zip(sources, tables))
        for row in batch:
            check_row(dump, row, distances, targets, points, report)
    return report


def check_row(dump, row, distances, targets, points, report):
    ways = dump.leaving.get(row, ())
    expected, behind = expected_row(ways, distances, targets, dump.matrix.shape[1])
    found = dump.matrix[row].astype(float)
    found[dump.matrix[row] == UNREACHABLE] = numpy.inf
    differs = found != expected
    differs[row] = False
    for column in numpy.flatnonzero(differs & behind):
        if round_the_block(dump, ways, column, distances) == found[column]:
            differs[column] = False
            report["round_the_block"] += 1
    report["entries"] += points - 1
    report["unreachable"] += int(numpy.isinf(numpy.delete(found, row)).sum())
    for column in numpy.flatnonzero(differs)[: max(0, SHOWN - report["mismatches"])]:
        was, wanted = found[column], expected[column]
        print(f"({row}, {column}): {was:.0f}, expected {wanted:.0f}", file=sys.stderr)
    report["mismatches"] += int(differs.sum())


def main(folder, rows="100", seed="1"):
    dump = Dump(pathlib.Path(folder))
    points = dump.matrix.shape[0]
    count = points if rows == "all" else min(int(rows), points)
    chosen = numpy.random.default_rng(int(seed)).choice(points, size=count, replace=False)
    report = check(dump, sorted(int(row) for row in chosen))
    print(json.dumps(report))
    sys.exit(1 if report["mismatches"] else 0)


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])

#!/usr/bin/env python3
"""Times RoutingKit's customizable contraction hierarchy on a graph of `grid.py --nodes`.

    .tools/bench/bin/python tests/bench/roads/routingkit_cch_times.py F.npz RUNS [DUMP]

CPU seconds of the process: the order (inertial nested dissection by position), the hierarchy, and the
customisation of all arcs on one thread, each the least of RUNS. "customise" is the cheaper of a new
metric and one whose buffers are used again. With DUMP, of `twin matrix --gr` on the same graph, some
rows of its matrix are compared with RoutingKit's distances. Prints one JSON line.
"""

import csv
import json
import pathlib
import sys
import time

import numpy
import routingkit_cch as routingkit

ROWS = 50
UNREACHABLE = 2**32 - 1


def timed(work, runs):
    """The least CPU seconds of several runs, and the last result."""
    least, result = float("inf"), None
    for _ in range(runs):
        del result
        before = time.process_time()
        result = work()
        least = min(least, time.process_time() - before)
    return least, result


def ways(dump, role):
    """Of each point the one node and cost: without turns there is one way to leave and to reach it."""
    with open(dump / "points.csv", newline="") as rows:
        rows = [row for row in csv.DictReader(rows) if row["role"] == role]
    return [(int(row["node"]), int(row["cost"])) for row in sorted(rows, key=lambda r: int(r["index"]))]


def compare(metric, dump):
    """How many entries of the dump's matrix were compared, and how many differ."""
    matrix = numpy.load(dump / "matrix.npy", allow_pickle=False)
    leaving, reaching = ways(dump, "from"), ways(dump, "to")
    if not len(leaving) == len(reaching) == len(matrix):
        sys.exit("a point of the dump has several ways to leave or to reach it")
    query = routingkit.CCHOneToMany(metric, [node for node, _ in reaching])
    differing = 0
    rows = range(0, len(matrix), max(1, len(matrix) // ROWS))
    for row in rows:
        node, cost = leaving[row]
        expected = [UNREACHABLE if way is None else cost + way + end
                    for way, (_, end) in zip(query.distances_from(node), reaching)]
        differs = matrix[row].astype(numpy.int64) != numpy.array(expected)
        differs[row] = False
        differing += int(differs.sum())
    return {"compared": len(rows) * (len(matrix) - 1), "differing": differing}


def main(path, runs, dump=None):
    graph, runs = numpy.load(path), int(runs)
    tail, head, cost = (graph[name].tolist() for name in ("tail", "head", "cost"))
    lat, lon = graph["lat"].tolist(), graph["lon"].tolist()
    order_s, order = timed(
        lambda: routingkit.compute_order_inertial(len(lat), tail, head, lat, lon), runs)
    build_s, hierarchy = timed(lambda: routingkit.CCH(order, tail, head, False), runs)
    new_s, metric = timed(lambda: routingkit.CCHMetric(hierarchy, cost), runs)
    again_s, _ = timed(lambda: metric.reset(cost), runs)
    report = {"nodes": len(lat), "arcs": len(tail), "order_cpu_s": order_s, "build_cpu_s": build_s,
              "customise_cpu_s": min(new_s, again_s)}
    if dump:
        report |= compare(metric, pathlib.Path(dump))
    print(json.dumps(report))


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])

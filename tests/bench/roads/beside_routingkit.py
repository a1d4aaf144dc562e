"""Order, hierarchy and customisation of a grid beside RoutingKit, on the same graph without turns."""

import json
import subprocess
import sys

import peer_tools
import product
import report
from beside_osrm import HERE, check, check_same

SIDE, SEED, POINTS, RUNS = 250, 1, 1000, 5
CUSTOMISE_WANTED, PREPARE_WANTED = 3, 5
TIMEOUT_S = 600


def measure(folder):
    report.title(f"Beside RoutingKit: a grid of {SIDE} × {SIDE} crossings")
    roads, nodes, dump = folder / "grid.gr", folder / "grid.npz", folder / "dump"
    run("grid.py", SIDE, SEED, "--gr", roads, "--nodes", nodes)
    points = product.random_points(POINTS)
    checked = product.matrix("--gr", roads, points=points, more=("--dump", dump))
    check(dump)
    ours = product.best_matrix("--gr", roads, points=points, runs=RUNS)
    check_same(checked, ours)
    peer_tools.python(peer_tools.ROUTINGKIT)
    theirs = json.loads(run("routingkit_cch_times.py", nodes, RUNS, dump))
    show(ours, theirs)


def show(ours, theirs):
    prepared = theirs["order_cpu_s"] + theirs["build_cpu_s"]
    rows = [("order and hierarchy", ours["prepare_cpu_s"], prepared),
            ("customise", ours["customise_cpu_s"], theirs["customise_cpu_s"])]
    report.table(["CPU seconds", "ours", "RoutingKit", "ours / RoutingKit"],
                 [[what, report.seconds(a), report.seconds(b), f"{a / b:.2f}"] for what, a, b in rows])
    text = f"{theirs['differing']} of {theirs['compared']:,} distances differ from RoutingKit's"
    report.wrong(text) if theirs["differing"] else report.verdict(text, True)
    report.at_most("customise beside RoutingKit", ours["customise_cpu_s"] / theirs["customise_cpu_s"],
                   CUSTOMISE_WANTED)
    report.at_most("prepare beside RoutingKit", ours["prepare_cpu_s"] / prepared, PREPARE_WANTED)


def run(script, *arguments):
    """One of the scripts beside this one, in a process of its own."""
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise product.TooSlow(f"{script}: not done after {TIMEOUT_S} s") from None
    if done.returncode != 0:
        raise product.ProductFailed(f"{script}: {done.stderr.strip()[-300:]}")
    return done.stdout

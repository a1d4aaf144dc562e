"""Time and memory as a grid grows, with and without turns, and what that foretells for France."""

import json
import math
import pathlib
import sys

import product
import report
from beside_routingkit import run

SIDES, SEED, POINTS = (100, 224, 447, 1000), 1, 1000
KINDS = (("without turns", "--gr", "grid.gr"), ("with turns", "--osm", "grid.osm.pbf"))
FIGURES = ("prepare_cpu_s", "customise_cpu_s", "matrix_cpu_s", "peak_rss_mib")
# An assumption, not a count: 1.1 million km of road, with a junction or an end each 220 m.
FRANCE_NODES = 5_000_000


def measure(folder, plot=None):
    report.title(f"Growth: grids without turns (`.gr`) and with turns (`.osm.pbf`), {POINTS:,} points")
    series = {"without turns": [], "with turns": []}
    for side in SIDES:
        for name, option, file in KINDS:
            outcome = grow(folder / file, option, side)
            if outcome:
                series[name].append(outcome)
    show(series)
    foretell(series)
    if plot:
        draw(series, pathlib.Path(plot))


def grow(path, option, side):
    """One grid through `twin matrix`; none where it takes too long, which is said."""
    try:
        run("grid.py", side, SEED, option, path)
        outcome = product.matrix(option, path, points=product.random_points(POINTS))
        print(f"{side} × {side}, {option}: {json.dumps(outcome)}", file=sys.stderr, flush=True)
        return outcome
    except product.TooSlow as reason:
        report.skipped(f"grid of {side} × {side}, {option}", reason)
        return None
    finally:
        path.unlink(missing_ok=True)


def show(series):
    rows = []
    for name, outcomes in series.items():
        for o in outcomes:
            each = o["peak_rss_mib"] * 2**20 / o["nodes"]
            rows.append([name, f"{o['nodes']:,}", f"{o['edge_nodes']:,}", f"{o['edge_arcs']:,}",
                         *(f"{o[key]:.3f} s" for key in FIGURES[:3]), f"{o['peak_rss_mib']:,.0f} MiB",
                         f"{each:,.0f} B"])
    report.table(["grid", "crossings", "searched nodes", "searched arcs", "prepare", "customise",
                  f"matrix {POINTS:,}²", "peak memory", "per crossing"], rows)


def foretell(series):
    """Carries the power law between the two largest grids on to France."""
    rows = []
    for name, outcomes in series.items():
        if len(outcomes) < 2:
            continue
        small, large = outcomes[-2:]
        cells = [name]
        for key in FIGURES:
            if not small[key] or not large[key]:
                cells.append("too small to tell")
                continue
            power = math.log(large[key] / small[key]) / math.log(large["nodes"] / small["nodes"])
            value = large[key] * (FRANCE_NODES / large["nodes"]) ** power
            unit = "MiB" if key.endswith("mib") else "s"
            cells.append(f"{value:,.1f} {unit} (n^{power:.2f})")
        rows.append(cells)
    print(f"All of France, taken as {FRANCE_NODES:,} crossings, by the power between the largest two. A\n"
          "grid has no rivers, valleys or villages to cut along, so that preparation and customisation of\n"
          "real roads should grow less.\n")
    report.table(["grid", "prepare", "customise", f"matrix {POINTS:,}²", "peak memory"], rows)


def draw(series, path):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "roads", "font.size": 9})
    from matplotlib import pyplot

    figure, (times, memory) = pyplot.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    for (name, outcomes), line in zip(series.items(), ("--", "-")):
        nodes = [o["nodes"] for o in outcomes]
        for key, colour in zip(FIGURES[:3], ("#1f5a8a", "#b4541a", "#3d7a3d")):
            label = f"{key.removesuffix('_cpu_s')}, {name}"
            times.plot(nodes, [o[key] for o in outcomes], line, color=colour, marker=".", label=label)
        peaks = [o["peak_rss_mib"] for o in outcomes]
        memory.plot(nodes, peaks, line, color="#555555", marker=".", label=name)
    for axes, text in ((times, "CPU seconds, one thread"), (memory, "peak memory, MiB")):
        axes.set(xscale="log", yscale="log", xlabel="crossings", title=text)
        axes.minorticks_off()
        axes.grid(True, which="major", linewidth=0.3)
        axes.legend(fontsize=7)
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    print(f"drawn: {path}\n")

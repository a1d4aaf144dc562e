"""Runs the `twin` that is measured, and reads what it says of itself."""

import csv
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
TWIN = pathlib.Path(os.environ.get("TWIN_PROGRAM", ROOT / "target/release/twin"))
TIMEOUT_S = 900


class ProductFailed(Exception):
    """`twin` ended with an error, or too late."""


class TooSlow(ProductFailed):
    """`twin` was stopped before it ended."""


def matrix(*source, points, seed=1, more=()):
    """One run of `twin matrix --json` of a car on one thread; `source` is for example "--osm", FILE."""
    command = [TWIN, "matrix", *source, "--seed", str(seed), "--profile", "car", "--threads", "1",
               "--json", *points, *more]
    return json.loads(output([str(part) for part in command]))


def best_matrix(*source, points, runs, seed=1, more=()):
    """The least of each figure over several runs; sizes and the checksum must not differ."""
    outcomes = [matrix(*source, points=points, seed=seed, more=more) for _ in range(runs)]
    if len({outcome["checksum"] for outcome in outcomes}) != 1:
        raise ProductFailed("the same matrix has another checksum in another run")
    best = dict(outcomes[0])
    for key in (key for key in best if key.endswith("_cpu_s")):
        best[key] = min(outcome[key] for outcome in outcomes)
    return best


def random_points(count):
    return ("--points", str(count))


def points_at(path):
    return ("--at", str(path))


def places(dump):
    """Where the points of a dump lie, as (lon, lat) in their order."""
    found = {}
    with open(dump / "points.csv", newline="") as rows:
        for row in csv.DictReader(rows):
            found.setdefault(int(row["index"]), (float(row["lon"]), float(row["lat"])))
    return [found[index] for index in sorted(found)]


def write_places(path, positions):
    with open(path, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["lon", "lat"])
        writer.writerows((f"{lon:.7f}", f"{lat:.7f}") for lon, lat in positions)


def output(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise TooSlow(f"not done after {TIMEOUT_S} s: {' '.join(command)}") from None
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise ProductFailed(f"`{' '.join(command)}` ended with {done.returncode}: {last}")
    return done.stdout

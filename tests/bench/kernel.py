#!/usr/bin/env python3
"""The plain model of filling in ours, SimPy, nexosim and on a binary heap, in one run.

    python3 tests/bench/kernel.py [--hours 8760] [--runs 3]

2,000 containers, an even amount each hour, emptied when full; an event is one container's hour.
Processor seconds of one thread, the least of so many runs, which take turns. SimPy comes from PyPI
into the environment of the peers (`.tools/bench`), nexosim from crates.io into a workspace of its own.
Ends with 1 where one of them empties less or more often than chance explains; a missed target is said.
"""

import argparse
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "roads"))

import peer_tools  # noqa: E402
import report  # noqa: E402

FOLDER = HERE / "kernel"
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parents[1] / "target"))
PROGRAM = TARGET / "release/kernel"
SIMPY = "simpy==4.1.2"
CONTAINERS = 2_000
WANTED = {"nexosim 1.0.0": 50, "SimPy 4.1.2": 150}


def arguments():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--hours", type=int, default=8_760)
    options.add_argument("--runs", type=int, default=3)
    return options.parse_args()


def contenders():
    """Names with the command lines that measure them; a peer that cannot be had is left out."""
    run = {name: [PROGRAM, word] for name, word in
           [("ours", "ours"), ("nexosim 1.0.0", "nexosim"), ("binary heap (Rust)", "heap")]}
    try:
        run["SimPy 4.1.2"] = [peer_tools.python(SIMPY), FOLDER / "des_simpy.py"]
    except peer_tools.PeerMissing as reason:
        report.skipped("SimPy", reason)
    return run


def measure(command, hours):
    """Events, processor seconds and emptyings of one run."""
    command = [str(part) for part in (*command, hours)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    events, seconds, emptyings = done.stdout.split()
    return int(events), float(seconds), int(emptyings)


def expected_emptyings(hours):
    """By renewals: full after 200.7 hours in the mean, with a standard deviation of some 8."""
    return CONTAINERS * hours / 200.7


def main():
    options = arguments()
    subprocess.run(["cargo", "build", "--quiet", "--release", "--locked", "--manifest-path",
                    str(FOLDER / "Cargo.toml"), "--target-dir", str(TARGET)], check=True)
    best = {}
    for _ in range(options.runs):
        for name, command in contenders().items():
            outcome = measure(command, options.hours)
            best[name] = min(best.get(name, outcome), outcome, key=lambda one: one[1])
    rates = {name: events / seconds for name, (events, seconds, _) in best.items()}
    report.title(f"2,000 containers, {options.hours} hours")
    report.table(
        ("", "events/s", "CPU", "emptyings", "ours / theirs"),
        [(name, f"{rates[name] / 1e6:,.2f} M", report.seconds(best[name][1]), best[name][2],
          f"{rates['ours'] / rates[name]:,.1f}") for name in best])
    for name, (_, _, emptyings) in best.items():
        # The first hours of each container are no whole cycle: half of one is missing.
        expected = expected_emptyings(options.hours) - CONTAINERS / 2
        if abs(emptyings - expected) > 0.03 * CONTAINERS + 0.01 * expected:
            report.wrong(f"{name} empties {emptyings} times, expected are some {expected:.0f}")
    for name, wanted in WANTED.items():
        if name in rates:
            report.at_least(f"events a second beside {name}", rates["ours"] / rates[name], wanted)
    sys.exit(1 if report.failures else 0)


if __name__ == "__main__":
    main()

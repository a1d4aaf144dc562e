#!/usr/bin/env python3
"""Plans the agglomeration's day beside PyVRP, as far as PyVRP can express it, and on two threads beside one.

    cargo build --release --bin twin && python3 tests/bench/plan_day.py [--dates 2022-05-17]

A day of the embedded territory is saved with its tables of ways; what PyVRP cannot express is taken
out (plans/day_problem.py says what), and both sides plan the rest: the same matrix, windows, sites,
trips, shifts, overtime and prizes, the same seconds of processor time on one thread, the same seeds.
Ours is priced by PyVRP's model and must cost there what `twin` says, to the millionth of a euro. Then
the whole day is planned on one thread and on two for the same time on the wall, which needs an idle
machine. TWIN_PROGRAM is the `twin` to measure. Ends with 1 where a result is wrong.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "plans"), str(HERE / "roads")]

import peer_tools  # noqa: E402
import product  # noqa: E402
import report  # noqa: E402

TIMEOUT_S = 1_800
EUR = 1e-6


def arguments():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--dates", type=lambda text: text.split(","), default=["2022-05-17", "2022-05-20"])
    options.add_argument("--seeds", type=numbers, default=[1, 2, 3, 4, 5])
    options.add_argument("--budgets", type=numbers, default=[10, 60], help="CPU seconds")
    options.add_argument("--wall", type=int, default=10, help="seconds of one and of two threads")
    return options.parse_args()


def numbers(text):
    return [int(part) for part in text.split(",")]


def run(*command, may_fail=False):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=TIMEOUT_S)
    # `twin` ends with 1 where a plan breaks a rule, and tells it all the same.
    if done.returncode != 0 and not (may_fail and done.stdout):
        raise product.ProductFailed(f"{command[0]} {command[1]}: {done.stderr.strip()}")
    return done.stdout


def saved_day(date, folder):
    """A day with its tables, and the part of it that both sides can plan."""
    whole, part = folder / f"{date}.json", folder / f"{date}-relaxed.json"
    # Only the problem is wanted: a plan of one step may lack stops.
    run(product.TWIN, "plan", "day", "--embedded", "--date", date, "--iterations", 1, "--save", whole,
        "--json", may_fail=True)
    run(python(), HERE / "plans/pyvrp_day.py", "relax", whole, part)
    return whole, part


def python():
    return peer_tools.python(peer_tools.PYVRP)


def ours(day, seed, *limits):
    """What `twin` finds, in millionths of a euro, by its own word."""
    out = day.with_suffix(".planned.json")
    told = json.loads(run(product.TWIN, "plan", "solve", day, "--format", "day", "--seed", seed, "--json",
                          "--save", out, *limits, may_fail=True))
    if not told["feasible"]:
        report.wrong(f"{day.stem}, seed {seed}: {told['violations'][0]}")
    return round(told["cost"] / EUR), out


def beside_pyvrp(date, day, options):
    """Both sides' costs at each budget, seed by seed."""
    found = {("ours", budget): [] for budget in options.budgets}
    found |= {("pyvrp", budget): [] for budget in options.budgets}
    for seed in options.seeds:
        for budget in options.budgets:
            said, out = ours(day, seed, "--cpu-seconds", budget, "--threads", 1)
            priced = json.loads(run(python(), HERE / "plans/pyvrp_day.py", "price", out))
            if priced["cost"] != said or not priced["feasible"]:
                report.wrong(f"{date}, seed {seed}: PyVRP prices our {said} as {priced}")
            found["ours", budget].append(said)
        told = json.loads(run(python(), HERE / "plans/pyvrp_day.py", "solve", day, seed, *options.budgets))
        for mark in told["marks"]:
            found["pyvrp", int(mark["budget_cpu_s"])].append(mark["said"])
        print(f"{date}, seed {seed}: {[(key, costs[-1]) for key, costs in found.items()]}", flush=True)
    rows = []
    for budget in options.budgets:
        means = [mean(found[side, budget]) for side in ("ours", "pyvrp")]
        rows.append([f"{date}, {budget} s", *(euros(value) for value in means)])
        if None not in means:
            report.at_most(f"{date}, {budget} s of one thread: cost ÷ PyVRP's", means[0] / means[1], 1)
    report.table([f"the day without breaks, {len(options.seeds)} seeds, EUR", "ours", "PyVRP"], rows)


def mean(costs):
    """None where a plan is missing."""
    return None if None in costs else statistics.mean(costs)


def euros(value):
    return "–" if value is None else f"{value * EUR:,.2f}"


def two_threads(date, day, options):
    costs = {1: [], 2: []}
    for seed in options.seeds:
        for threads in costs:
            said, _ = ours(day, seed, "--seconds", options.wall, "--threads", threads)
            costs[threads].append(said)
    one, two = (statistics.mean(costs[threads]) for threads in (1, 2))
    rows = [[date, euros(one), euros(two)]]
    report.table([f"the whole day, {options.wall} s on the wall, {len(options.seeds)} seeds, EUR",
                  "one thread", "two threads"], rows)
    report.at_most(f"{date}: cost of two threads ÷ one thread", two / one, 1)


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        for date in options.dates:
            whole, part = saved_day(date, pathlib.Path(folder))
            try:
                beside_pyvrp(date, part, options)
            except peer_tools.PeerMissing as reason:
                report.skipped("the day beside PyVRP", reason)
            two_threads(date, whole, options)
    print("\n".join(["In short:", *report.verdicts]))
    sys.exit(1 if report.failures else 0)


if __name__ == "__main__":
    main()

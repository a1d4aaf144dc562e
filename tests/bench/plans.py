#!/usr/bin/env python3
"""Measures `twin plan solve` beside PyVRP on published routing problems, in one run.

    cargo build --release --bin twin && python3 tests/bench/plans.py [--families cvrp,vrptw] [FOLDER]

FOLDER holds a folder of `.vrp` files, each with its `.sol`, for each family; by default
`../shared/data/vrp`. Both sides have the same seconds of processor time on one thread and the same
seeds, and run in turn. Whatever they say of their costs, these are computed anew here from the
routes, and every rule is checked; a plan that breaks one is told as wrong.

Each result is a line of the file of results (--out), and what is there for the same commit is not
measured again: an interrupted run goes on. PyVRP (a wheel in `.tools/bench`, which needs a CPython
3.12) is left out with a word where it cannot be had. TWIN_PROGRAM is the `twin` to measure, by default
the one of `make run`. Ends with 1 where a result is wrong; a missed target is only said.
"""

import argparse
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "plans"), str(HERE / "roads")]

import instances  # noqa: E402
import peer_tools  # noqa: E402
import product  # noqa: E402
import report  # noqa: E402

FOLDER = os.environ.get("TWIN_BENCH_PLANS", HERE.parents[2] / "shared/data/vrp")
RESULTS = HERE.parents[1] / "target/bench/plans.jsonl"


def arguments():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folder", nargs="?", type=pathlib.Path, default=FOLDER)
    options.add_argument("--families", type=names, help="some of the folder's folders: cvrp,prize")
    options.add_argument("--instances", type=names, help="some of the files, without their ending")
    options.add_argument("--seeds", type=numbers, default=[1, 2, 3, 4, 5])
    options.add_argument("--budgets", type=numbers, default=[10, 60], help="CPU seconds")
    options.add_argument("--only", choices=("ours", "pyvrp"))
    options.add_argument("--out", type=pathlib.Path, default=RESULTS)
    return options.parse_args()


def names(text):
    return text.split(",")


def numbers(text):
    return [int(part) for part in text.split(",")]


def enter_peers_python():
    """Goes on in the environment of the peer, which has numpy."""
    try:
        program = peer_tools.python()
    except peer_tools.PeerMissing as reason:
        print(f"SKIPPED: the plans beside PyVRP: {reason}")
        sys.exit(0)
    if pathlib.Path(sys.prefix).resolve() != peer_tools.FOLDER.resolve():
        os.execv(program, [str(program), __file__, *sys.argv[1:]])


def main():
    options = arguments()
    enter_peers_python()
    import compare
    import runs

    chosen = list(instances.found(pathlib.Path(options.folder), options))
    if not chosen:
        sys.exit(f"there is no such problem in {options.folder}")
    if options.only != "pyvrp" and not product.TWIN.exists():
        sys.exit(f"{product.TWIN} is not there: build it first (cargo build --release --bin twin)")
    results = runs.Results(options.out, runs.commit())
    runs.measure(chosen, options, results)
    compare.show(chosen, options, results)
    print("\n".join(["In short:", *report.verdicts]))
    sys.exit(1 if report.failures else 0)


if __name__ == "__main__":
    main()

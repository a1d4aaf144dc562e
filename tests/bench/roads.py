#!/usr/bin/env python3
"""Measures the roads beside the engines people use, and checks their results, in one run.

    cargo build --release --bin twin && python3 tests/bench/roads.py [--plot] [SECTION...]

A section is osrm, plausible, routingkit or growth; without one all of them, of which growth takes
the longest by far. CPU seconds of one thread throughout, ours and the peer's in the same run. The
peers come as wheels into `.tools/bench` (a CPython 3.12 is needed); one that cannot be had is skipped
and named at the end. TWIN_PROGRAM is the `twin` to measure, by default the one of `make run`;
TWIN_BENCH_ROADS the folder with the extracts. `--plot` draws `roads-growth.svg` anew. Ends with 1
where a result is wrong; a missed target is only said.
"""

import os
import pathlib
import signal
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "roads"))

import peer_tools  # noqa: E402
import product  # noqa: E402
import report  # noqa: E402

ROADS = pathlib.Path(os.environ.get("TWIN_BENCH_ROADS", HERE.parents[2] / "shared/data/roads"))
ANDORRA = ROADS / "andorra-2025-01.osm.pbf"
SECTIONS = ("osrm", "plausible", "routingkit", "growth")


def enter_peers_python():
    """Goes on in the environment of the peers, which has numpy and scipy."""
    try:
        program = peer_tools.python()
    except peer_tools.PeerMissing as reason:
        print(f"SKIPPED: all peers of the roads: {reason}")
        sys.exit(0)
    if pathlib.Path(sys.prefix).resolve() != peer_tools.FOLDER.resolve():
        os.execv(program, [str(program), __file__, *sys.argv[1:]])


def measure(section, folder, plot):
    """One section; its modules need what the environment of the peers has."""
    import beside_osrm
    import beside_routingkit
    import growth
    import plausible

    if section in ("osrm", "plausible") and not ANDORRA.exists():
        raise peer_tools.PeerMissing(f"there is no {ANDORRA}")
    if section == "osrm":
        beside_osrm.measure(ANDORRA, folder)
    elif section == "plausible":
        plausible.measure(ANDORRA, folder)
    elif section == "routingkit":
        beside_routingkit.measure(folder)
    else:
        growth.measure(folder, plot)


def main(arguments):
    plot = HERE / "roads-growth.svg" if "--plot" in arguments else None
    wanted = [name for name in arguments if name != "--plot"]
    if not set(wanted) <= set(SECTIONS):
        sys.exit(__doc__)
    if not product.TWIN.exists():
        sys.exit(f"{product.TWIN} is not there: build it first (cargo build --release --bin twin)")
    enter_peers_python()
    # So that a running child is stopped and the folder goes away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for section in wanted or SECTIONS:
        with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
            try:
                measure(section, pathlib.Path(folder), plot)
            except peer_tools.PeerMissing as reason:
                report.skipped(section, reason)
            except product.ProductFailed as reason:
                report.wrong(f"{section}: {reason}")
    print("\n".join(["In short:", *report.verdicts]))
    sys.exit(1 if report.failures else 0)


if __name__ == "__main__":
    main(sys.argv[1:])

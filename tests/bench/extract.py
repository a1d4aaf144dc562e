#!/usr/bin/env python3
"""Measures the import of an OpenStreetMap extract, and of the same one several times over.

    cargo build --release -p api && python3 tests/bench/extract.py [FILE.osm.pbf] [COPIES]

By default Andorra of ../shared/data, and 20 copies under other ids. Prints a table: objects kept,
CPU seconds and peak memory of `twin pack import`, which writes the pack as well.
"""

import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TWIN = pathlib.Path(os.environ.get("TWIN_PROGRAM", ROOT / "target/release/twin"))
ANDORRA = ROOT.parent / "shared/data/roads/andorra-2025-01.osm.pbf"
REPEAT = ROOT / "tests/python/osm_repeat.py"


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(extract, folder):
    """Imports an extract; gives objects, CPU seconds, peak memory in MiB."""
    before = cpu_seconds()
    command = [TWIN, "pack", "import", "--json", "--osm", extract, "--out", folder / "pack"]
    outcome = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    objects = sum(layer["count"] for layer in outcome["layers"])
    return objects, cpu_seconds() - before, outcome["peak_rss_mib"]


def main(extract=ANDORRA, copies="20"):
    print("| extract | file | objects | CPU | peak memory |")
    print("|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        folder = pathlib.Path(folder)
        repeated = folder / "repeated.osm.pbf"
        subprocess.run([sys.executable, REPEAT, extract, copies, repeated], check=True)
        for name, path in [("once", pathlib.Path(extract)), (f"{copies} times", repeated)]:
            home = folder / name.replace(" ", "-")
            home.mkdir()
            objects, seconds, peak = measure(path, home)
            size = path.stat().st_size / 2**20
            print(f"| {name} | {size:.1f} MiB | {objects:,} | {seconds:.2f} s | {peak:.0f} MiB |")


if __name__ == "__main__":
    if len(sys.argv) > 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])

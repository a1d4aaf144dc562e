"""Prepares OSRM for one extract and one profile, and asks it for tables; all on one thread."""

import json
import os
import pathlib
import resource
import shutil
import subprocess

import peer_tools

HERE = pathlib.Path(__file__).resolve().parent
TIMEOUT_S = 600
# The allocator keeps what was freed, so that a table meets no new page: a server that has run a while.
WARM_HEAP = {"MALLOC_TRIM_THRESHOLD_": "8000000000", "MALLOC_MMAP_THRESHOLD_": "8000000000",
             "MALLOC_TOP_PAD_": "100000000"}


class Osrm:
    """An extract under a profile, in a folder of its own; contracted at once, partitioned if asked."""

    def __init__(self, extract, profile, folder):
        self.home = peer_tools.osrm_home()
        self.folder = folder
        (folder / "ch").mkdir(parents=True)
        shutil.copy(extract, folder / "ch/map.osm.pbf")
        before = children_cpu_s()
        self._run("osrm-extract", "-p", profile, folder / "ch/map.osm.pbf")
        self.extract_cpu_s = children_cpu_s() - before
        # Partitioning numbers the graph anew, so that a contraction no longer fits: one folder each.
        shutil.copytree(folder / "ch", folder / "mld")
        before = children_cpu_s()
        self._run("osrm-contract", folder / "ch/map.osrm")
        self.contract_cpu_s = children_cpu_s() - before

    def partition(self):
        for program in ("osrm-partition", "osrm-customize"):
            self._run(program, self.folder / "mld/map.osrm")

    def table(self, algorithm, places, runs, out=None, environment=()):
        """Seconds of the table of the places, see `osrm_table.py`; its durations go to `out`."""
        base = self.folder / algorithm.lower() / "map.osrm"
        command = [peer_tools.python(peer_tools.OSRM), HERE / "osrm_table.py", base, algorithm, places]
        command += [runs, out] if out else [runs]
        return json.loads(call(command, dict(os.environ, **dict(environment))))

    def _run(self, program, *arguments):
        return call([self.home / "bin" / program, "--threads", "1", *arguments])


def own_profile():
    return peer_tools.osrm_home() / "share/profiles/car.lua"


def children_cpu_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def call(command, environment=None):
    command = [str(part) for part in command]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TIMEOUT_S, env=environment)
    except subprocess.TimeoutExpired:
        raise peer_tools.PeerMissing(f"not done after {TIMEOUT_S} s: {' '.join(command)}") from None
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip()[-300:]
        raise peer_tools.PeerMissing(f"`{' '.join(command)}` failed: {last}")
    return done.stdout

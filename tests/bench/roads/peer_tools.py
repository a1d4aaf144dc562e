"""The Python of the peers: a virtual environment of its own, made when it is first needed.

The wheels of OSRM, RoutingKit and PyVRP are measured under one pinned interpreter, so that two runs on two
machines compare the same builds. `.tools/bench` holds it, or the folder in TWIN_BENCH_VENV.
"""

import json
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
FOLDER = pathlib.Path(os.environ.get("TWIN_BENCH_VENV", ROOT / ".tools/bench"))
STAMP = FOLDER / "installed.json"
WANTED = (3, 12)
BASE = ("numpy==2.5.5", "scipy==1.18.1", "osmium==4.3.2", "matplotlib==3.11.2")
OSRM = "osrm-bindings==26.10.0"
ROUTINGKIT = "routingkit-cch==0.1.4"
PYVRP = "pyvrp==0.14.1"
INSTALL_TIMEOUT_S = 600


class PeerMissing(Exception):
    """Why there is nothing to measure with, in one sentence."""


def python(peer=None):
    """The interpreter of the peers, which has `peer`; installs what is not there as listed."""
    state = json.loads(STAMP.read_text()) if STAMP.exists() else {"listed": []}
    if not set(BASE) <= set(state["listed"]):
        install_base()
        state = {"listed": list(BASE), "missing": {}}
        STAMP.write_text(json.dumps(state))
    if peer and peer not in state["listed"]:
        install(peer, state)
        STAMP.write_text(json.dumps(state))
    if peer in state["missing"]:
        raise PeerMissing(state["missing"][peer])
    return FOLDER / "bin/python"


def osrm_home():
    """The folder of OSRM's wheel: `bin/` with its programs, `share/profiles` with its profiles."""
    code = "import osrm, pathlib; print(pathlib.Path(osrm.__file__).parent)"
    done = subprocess.run([python(OSRM), "-c", code], check=True, capture_output=True, text=True)
    return pathlib.Path(done.stdout.strip())


def install_base():
    """Makes the environment anew, without a peer."""
    base = interpreter()
    print(f"installing the peers into {FOLDER}", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    run([base, "-m", "venv", FOLDER])
    pip(*BASE)


def install(peer, state):
    """Adds a peer, or the reason why it cannot be had; neither is tried again."""
    try:
        pip(peer)
    except PeerMissing as reason:
        state["missing"][peer] = str(reason)
    state["listed"].append(peer)


def interpreter():
    """A CPython 3.12: on the PATH, or among the versions of pyenv."""
    pyenv = pathlib.Path(os.environ.get("PYENV_ROOT", pathlib.Path.home() / ".pyenv"))
    candidates = [shutil.which("python3.12"), *sorted(pyenv.glob("versions/3.12.*/bin/python3.12"))]
    for candidate in filter(None, candidates):
        if version_of(candidate) == WANTED:
            return candidate
    raise PeerMissing("the peers need a CPython 3.12 with venv as `python3.12` on the PATH")


def version_of(candidate):
    """A shim on the PATH may stand for an interpreter that is not there; it has no version."""
    code = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
    done = subprocess.run([candidate, "-c", code], capture_output=True, text=True, timeout=30)
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else None


def pip(*packages):
    run([FOLDER / "bin/pip", "install", "--quiet", "--disable-pip-version-check", *packages])


def run(command):
    command = [str(part) for part in command]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise PeerMissing(f"not done after {INSTALL_TIMEOUT_S} s: {' '.join(command)}") from None
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise PeerMissing(f"`{' '.join(command)}` failed: {last}")

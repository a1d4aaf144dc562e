#!/usr/bin/env python3
"""What a frame of the 3D viewer costs, beside a plain scene of as many triangles.

    python3 tests/bench/viewer.py [--frames 60] [--size 1280x720] [--programs target/release]

A server of the embedded territory runs on this machine. For each number of containers the viewer
flies over all of the territory (drawing), and then the same without drawing while 1,000 containers
change in a second (systems). Beside each drawn scene, Bevy's own material under one light draws a field
of as many triangles. Figures are of the driver that is told: with Mesa's llvmpipe, the processor draws.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
ASSETS = (2_000, 20_000, 100_000)
CHANGES = 1_000
# The overhead over a plain scene, and the milliseconds of systems, that are asked for.
MOST_OVERHEAD = 1.25
MOST_SYSTEMS_MS = 4.0


def arguments():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--frames", type=int, default=60)
    options.add_argument("--size", default="1280x720")
    options.add_argument("--programs", type=pathlib.Path, default=ROOT / "target/release")
    return options.parse_args()


class Server:
    """A twin of the embedded territory on a free port."""

    def __init__(self, programs, folder):
        command = [programs / "twin", "serve", "--listen", "127.0.0.1:0", "--clock", "1x", "--data", folder]
        environment = {**os.environ, "TWIN_LOG": "error"}
        self.process = subprocess.Popen([str(part) for part in command], env=environment,
                                        stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            raise SystemExit(f"the server does not start: {line!r}")
        self.url = line.removeprefix("listening on ").strip()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def measure(options, url, *more):
    """The figures of a flight."""
    command = [options.programs / "twin-viewer", "--server", url, "--headless", "--json",
               "--size", options.size, *more]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=1200)
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def main():
    options = arguments()
    frames = ("--bench-frames", options.frames)
    misses = []
    with tempfile.TemporaryDirectory() as folder:
        server = Server(options.programs, folder)
        try:
            time.sleep(5)
            row("containers", "triangles", "frames a second", "frame p95, ms", "frame max, ms",
                "plain scene, frames a second", "viewer / plain, time", "systems p50, ms",
                "systems p95, ms", "memory at most, MiB")
            row(*["---:"] * 10)
            for assets in ASSETS:
                repeated = ("--bench-assets", assets)
                drawn = measure(options, server.url, *frames, *repeated)
                plain = measure(options, server.url, *frames, "--bench-plain", drawn["triangles"])
                systems = measure(options, server.url, "--bench-frames", 600, *repeated,
                                  "--bench-schedule", "--bench-changes", CHANGES)
                ratio = plain["fps_mean"] / drawn["fps_mean"]
                if ratio > MOST_OVERHEAD:
                    misses.append(f"{assets} containers: {ratio:.2f} times a plain scene's time")
                if systems["frame_ms_p95"] > MOST_SYSTEMS_MS:
                    misses.append(f"{assets} containers: systems {systems['frame_ms_p95']:.1f} ms at p95")
                row(f"{drawn['assets']:,}", f"{drawn['triangles']:,}", f"{drawn['fps_mean']:.2f}",
                    f"{drawn['frame_ms_p95']:.0f}", f"{drawn['frame_ms_max']:.0f}",
                    f"{plain['fps_mean']:.2f}", f"{ratio:.2f}", f"{systems['frame_ms_p50']:.2f}",
                    f"{systems['frame_ms_p95']:.2f}", f"{drawn['peak_rss_mib']:.0f}")
            print(f"\ndriver: {drawn['driver']}, {options.size}")
        finally:
            server.stop()
    for miss in misses:
        print(f"MISSED: {miss}")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""What a frame of the 3D viewer costs, beside a plain scene of as many triangles.

    python3 tests/bench/viewer.py [--frames 60] [--size 1280x720] [--programs target/release] [parts | memory | loading | web]

A server of the embedded territory runs on this machine. For each number of containers the viewer
flies over all of the territory (drawing), and then the same without drawing while 1,000 containers
change in a second (systems). Beside each drawn scene, Bevy's own material under one light draws a field
of as many triangles. Figures are of the driver that is told: with Mesa's llvmpipe, the processor draws.

With `parts` it tells what each part of the picture costs: the same flight without it. With `memory` it flies about for
half an hour, near and far, and tells the memory of each half minute. With `loading` it flies about without drawing, so that
tiles come and go all the time, and tells how long the systems of a frame took at most. With `web` the frames are those of
Chromium, for which `make viewer-web` was run before the server was built.
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
PARTS = ("ground", "signs", "writing", "smoothing")
# The memory of the last third of a flight may be so many times that of the second one.
MOST_GROWTH = 1.03
CHANGES = 1_000
# The overhead over a plain scene, and the milliseconds of systems, that are asked for.
MOST_OVERHEAD = 1.25
MOST_SYSTEMS_MS = 4.0
# A frame at 60 a second.
BUDGET_MS = 1000 / 60


def arguments():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--frames", type=int, default=60)
    options.add_argument("--size", default="1280x720")
    options.add_argument("what", nargs="?", choices=("frames", "parts", "memory", "loading", "web"), default="frames")
    options.add_argument("--minutes", type=float, default=30.0)
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
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=1200 + 60 * options.minutes)
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def frames(options, url):
    """A table of frames beside plain scenes; answers what was asked for and missed."""
    turn = ("--bench-frames", options.frames)
    misses = []
    row("containers", "triangles", "drawn after, s", "frames a second", "frame p95, ms", "frame max, ms",
        "plain scene, frames a second", "viewer / plain, time", "systems p50, ms", "systems p95, ms",
        "memory at most, MiB")
    row(*["---:"] * 11)
    for assets in ASSETS:
        repeated = ("--bench-assets", assets)
        drawn = measure(options, url, *turn, *repeated)
        plain = measure(options, url, *turn, "--bench-plain", drawn["triangles"])
        systems = measure(options, url, "--bench-frames", 600, *repeated, "--bench-schedule",
                          "--bench-changes", CHANGES)
        ratio = plain["fps_mean"] / drawn["fps_mean"]
        if ratio > MOST_OVERHEAD:
            misses.append(f"{assets} containers: {ratio:.2f} times a plain scene's time")
        if systems["frame_ms_p95"] > MOST_SYSTEMS_MS:
            misses.append(f"{assets} containers: systems {systems['frame_ms_p95']:.1f} ms at p95")
        row(f"{drawn['assets']:,}", f"{drawn['triangles']:,}", f"{drawn['drawn_after_s']:.1f}",
            f"{drawn['fps_mean']:.2f}", f"{drawn['frame_ms_p95']:.0f}", f"{drawn['frame_ms_max']:.0f}",
            f"{plain['fps_mean']:.2f}", f"{ratio:.2f}", f"{systems['frame_ms_p50']:.2f}",
            f"{systems['frame_ms_p95']:.2f}", f"{drawn['peak_rss_mib']:.0f}")
    print(f"\ndriver: {drawn['driver']}, {options.size}")
    return misses


def parts(options, url):
    """A table of what each part of the picture costs."""
    turn = ("--bench-frames", options.frames, "--bench-assets", ASSETS[-1])
    row("", "frame, ms", "the part costs, ms")
    row("---", "---:", "---:")
    whole = 1000 / measure(options, url, *turn)["fps_mean"]
    row("all", f"{whole:.0f}", "")
    for part in PARTS:
        rest = 1000 / measure(options, url, *turn, "--bench-without", part)["fps_mean"]
        row(f"without {part}", f"{rest:.0f}", f"{whole - rest:.0f}")
    return []


def memory(options, url):
    """The memory of a long flight about; it may not grow."""
    flown = measure(options, url, "--bench-frames", 60, "--bench-minutes", options.minutes)
    samples = flown["rss_mib"]
    third = len(samples) // 3
    if not third:
        raise SystemExit("the flight is too short: fly for 2 minutes at least")
    mean = lambda part: sum(part) / len(part)
    first, second, last = (mean(samples[nth * third:(nth + 1) * third]) for nth in range(3))
    print(f"{options.minutes:g} minutes, MiB in the mean of each third: {first:.0f}, {second:.0f}, {last:.0f}; "
          f"at most {flown['peak_rss_mib']:.0f}; worst frame {flown['frame_ms_max']:.0f} ms")
    grown = last / second
    return [f"memory grew to {grown:.2f} of the second third"] if grown > MOST_GROWTH else []


def loading(options, url):
    """What the systems of a frame take while tiles come and go; none may take all of a frame."""
    minutes = min(options.minutes, 3.0)
    flown = measure(options, url, "--bench-frames", 60, "--bench-minutes", minutes, "--bench-schedule",
                    "--bench-assets", ASSETS[-1], "--bench-changes", CHANGES)
    print(f"{minutes:g} minutes, {flown['assets']:,} containers of which {CHANGES:,} change in a second: systems "
          f"{flown['frame_ms_p50']:.2f} ms in the median, {flown['frame_ms_p95']:.2f} ms at p95, "
          f"{flown['frame_ms_max']:.1f} ms at most of {BUDGET_MS:.1f}")
    late = flown["frame_ms_max"]
    return [f"the systems of a frame took {late:.1f} ms"] if late > BUDGET_MS else []


def web(_options, url):
    """The table of frames in Chromium."""
    script = ROOT / "assets/web/e2e/viewer-frames.mjs"
    subprocess.run(["node", str(script), url], check=True, timeout=7200)
    return []


TABLES = {"frames": frames, "parts": parts, "memory": memory, "loading": loading, "web": web}


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(options.programs, folder)
        try:
            time.sleep(5)
            misses = TABLES[options.what](options, server.url)
        finally:
            server.stop()
    for miss in misses:
        print(f"MISSED: {miss}")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())

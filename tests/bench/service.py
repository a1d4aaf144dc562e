#!/usr/bin/env python3
"""Measures a served twin on this machine: start, memory, requests per second, stream latency.

    make web && cargo build --release -p api && python3 tests/bench/service.py

Needs wrk (Debian) and ../shared/data/contours for the large pack. Everything runs on the loopback,
bounded in time, and is stopped by the process ids started here. The limit beside each figure is
/healthz of the same server in the same run: what its HTTP stack can do at all.
"""

import asyncio
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TWIN = ROOT / "target/release/twin"
OUTLINES = ROOT.parent / "shared/data/contours/communes72.geojson"
TOKEN = "bench-token"
SECONDS = 6
CLIENTS = 50
WRITES = 200


class Server:
    """A twin of its own, on a free port, with a data directory that goes away."""

    def __init__(self, *arguments):
        self.folder = tempfile.mkdtemp(prefix="twin-bench-")
        environment = dict(os.environ, TWIN_OPERATOR_TOKEN=TOKEN)
        command = [TWIN, "serve", "--listen", "127.0.0.1:0", "--data", f"{self.folder}/data"]
        started = time.monotonic()
        self.process = subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environment, text=True)
        line = self.process.stdout.readline()
        self.ready_s = time.monotonic() - started
        found = re.search(r"http://(\S+)", line)
        if not found:
            sys.exit(f"twin did not start: {line!r}")
        self.address = found.group(1)

    def get(self, path):
        with urllib.request.urlopen(f"http://{self.address}{path}", timeout=30) as answer:
            return answer.read()

    def rss_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)


def requests_per_second(server, path):
    out = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{SECONDS}s", "--latency", f"http://{server.address}{path}"],
        capture_output=True, text=True, check=True, timeout=60).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    p99 = re.search(r"99%\s+(\S+)", out).group(1)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    if bad:
        sys.exit(f"{path}: {bad.group(0)}")
    return rate, p99


async def listen(server, arrivals, is_open):
    host, port = server.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /live?kind=site HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    is_open.set()
    try:
        while True:
            line = await reader.readline()
            if not line:
                return
            if line.startswith(b"id:"):
                arrivals.append((int(line[3:]), time.monotonic()))
    finally:
        writer.close()


async def stream_latency(server):
    """From before a write is sent to its event at each client, in milliseconds, sorted."""
    arrivals = [[] for _ in range(CLIENTS)]
    opened = [asyncio.Event() for _ in range(CLIENTS)]
    tasks = [asyncio.create_task(listen(server, a, o)) for a, o in zip(arrivals, opened)]
    await asyncio.gather(*(o.wait() for o in opened))
    host, port = server.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    sent = {}
    for number in range(WRITES):
        record = {"kind": "site", "key": "bench", "place": [6.8, 47.5 + number * 1e-6],
                  "detail": {"name": None, "street": None, "site_type": "other"}}
        body = json.dumps(record).encode()
        before = time.monotonic()
        writer.write(
            f"PUT /assets/site/bench HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {TOKEN}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if " 200 " not in head.splitlines()[0]:
            sys.exit(head)
        length = int(re.search(r"content-length: (\d+)", head, re.I).group(1))
        answer = json.loads(await reader.readexactly(length))
        sent[answer["seq"]] = before
        await asyncio.sleep(0.02)
    await asyncio.sleep(1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    latencies = [t - sent[seq] for client in arrivals for seq, t in client if seq in sent]
    expected = CLIENTS * WRITES
    if len(latencies) < expected:
        print(f"  {expected - len(latencies)} of {expected} events not matched to a write")
    return sorted(latency * 1000 for latency in latencies)


def measure(name, server):
    counts = json.loads(server.get("/readyz"))["counts"]
    total = sum(counts.values())
    time.sleep(2)
    print(f"{name}: {total} assets, ready after {server.ready_s:.2f} s, "
          f"{server.rss_mib():.0f} MiB at rest")
    item = json.loads(server.get("/assets?kind=container&limit=1"))["features"][0]["id"]
    limit, _ = requests_per_second(server, "/healthz")
    print(f"  /healthz (the limit): {limit:.0f} requests/s")
    paths = {
        "/assets/{id}": f"/assets/{item}",
        "bbox page of 100": "/assets?kind=container&bbox=6.78,47.49,6.82,47.52&limit=100",
    }
    for what, path in paths.items():
        rate, p99 = requests_per_second(server, path)
        print(f"  {what}: {rate:.0f} requests/s, p99 {p99}, {rate / limit:.2f} of the limit")


def main():
    if not TWIN.exists() or not shutil.which("wrk"):
        sys.exit("build the release first (cargo build --release -p api), and install wrk")
    server = Server()
    try:
        measure("embedded territory", server)
        latencies = asyncio.run(stream_latency(server))
        p50, p99 = (latencies[len(latencies) * share // 100] for share in (50, 99))
        print(f"  write → event at {CLIENTS} clients: p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    finally:
        server.stop()
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        pack = f"{folder}/pack"
        subprocess.run([TWIN, "pack", "import", "--communes", OUTLINES, "--virtual-sites", "34000",
                        "--virtual-sensors", "--out", pack], check=True, stdout=subprocess.DEVNULL)
        server = Server("--pack", pack)
        try:
            measure("large pack", server)
        finally:
            server.stop()


if __name__ == "__main__":
    main()

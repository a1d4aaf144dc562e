#!/usr/bin/env python3
"""How many measured values a second reach the disk, and how soon listeners learn of them.

    python3 tests/bench/ingest.py [--seconds 20] [--sensors 20000]

The server has one core, with it the database where there is one, and the load (tests/bench/ingest, a Rust
program) the other. Beside it, on the server's core: Python that reads the same lines and writes the same rows
with sqlite3, and with psycopg's COPY into the same PostgreSQL (where psycopg is there: pip install
'psycopg[binary]'), in transactions of the size that the server comes to, synced alike. Every figure is told
with what was asked; a miss is said.
"""

import argparse
import json
import os
import pathlib
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from postgres import Cluster

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
TWIN = TARGET / "release/twin"
LOAD = TARGET / "release/ingest"
TOKEN = "for-a-measurement"
GROUP = 4_096

SCHEMA = """
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;
    CREATE TABLE inputs (no INTEGER PRIMARY KEY, at INTEGER, changes INTEGER, body TEXT, sum INTEGER);
    CREATE TABLE changes (channel INTEGER, seq INTEGER, input INTEGER, at INTEGER, asset INTEGER,
        structural INTEGER, body TEXT, sum INTEGER, PRIMARY KEY (channel, seq)) WITHOUT ROWID;
    CREATE INDEX changes_of_asset ON changes (asset, at, seq);
"""


def arguments():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--sensors", type=int, default=20_000)
    return options.parse_args()


class Server:
    """A twin on a free port, with one core."""

    def __init__(self, folder, pack, store=""):
        command = ["taskset", "-c", "0", TWIN, "serve", "--listen", "127.0.0.1:0", "--pack", pack,
                   "--data", folder]
        environment = {**os.environ, "TWIN_OPERATOR_TOKEN": TOKEN, "TWIN_LOG": "error",
                       "TWIN_STORE": store}
        self.process = subprocess.Popen([str(part) for part in command], env=environment,
                                        stdout=subprocess.PIPE, text=True)
        self.base = self.process.stdout.readline().split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def get(self, path):
        with urllib.request.urlopen(self.base + path) as answer:
            return answer.read().decode()

    def metric(self, name):
        found = re.search(rf"^{name} ([0-9.e+]+)$", self.get("/metrics"), re.MULTILINE)
        return float(found.group(1)) if found else 0.0

    def memory_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) / 1024

    def load(self, **options):
        flags = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
        command = ["taskset", "-c", "1", str(LOAD), "--base", self.base, "--token", TOKEN, *flags]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return json.loads(done.stdout)


def python_peer(write, seconds, sensors):
    """Values a second of the same rows, of which Python makes batches that `write` commits."""
    lines = [json.dumps({"sensor": f"sensor/a{n % sensors}", "phenomenon": "distance",
                         "value": 400 + n % 1400, "observed_at": "2026-11-30T08:00:00.000Z"})
             for n in range(GROUP)]
    count, seq, started = 0, 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        inputs, changes = [], []
        for line in lines:
            value = json.loads(line)
            count += 1
            body = json.dumps({"input": "observation", **value, "received_at": value["observed_at"]})
            inputs.append((count, count, 2, body, hash(body) & 0xFFFFFFFF))
            report = json.dumps({"sensor-reported": {"sensor": value["sensor"], "report": {
                "observed_at": value["observed_at"], "received_at": value["observed_at"],
                "reading": {"distance_mm": value["value"]}, "rssi_dbm": None}}})
            fill = json.dumps({"container-measured": {
                "container": "container" + value["sensor"][6:], "sensor": value["sensor"],
                "fill": (1800 - value["value"]) / 1400, "observed_at": value["observed_at"]}})
            for body in (report, fill):
                seq += 1
                changes.append((0, seq, count, count, seq % (2 * sensors), 0, body,
                                hash(body) & 0xFFFFFFFF))
        write(inputs, changes)
    return count / (time.perf_counter() - started)


def sqlite_peer(folder):
    database = sqlite3.connect(folder / "peer.sqlite", isolation_level=None)
    database.executescript(SCHEMA)

    def write(inputs, changes):
        database.execute("BEGIN")
        database.executemany("INSERT INTO inputs VALUES (?, ?, ?, ?, ?)", inputs)
        database.executemany("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?)", changes)
        database.execute("COMMIT")

    return write


def postgres_peer(cluster, like):
    """Writes into tables like those of the database `like`; None without psycopg."""
    try:
        import psycopg
    except ImportError:
        return None
    cluster.sql(like, "CREATE SCHEMA peer; CREATE TABLE peer.inputs (LIKE twin.inputs INCLUDING ALL);"
                      "CREATE TABLE peer.changes (LIKE twin.changes INCLUDING ALL)").check_returncode()
    connection = psycopg.connect(cluster.url(like))

    def write(inputs, changes):
        with connection.transaction(), connection.cursor() as cursor:
            for table, rows in (("inputs", inputs), ("changes", changes)):
                with cursor.copy(f"COPY peer.{table} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)

    return write


def latest_of_everything(server):
    """95th percentile in milliseconds of the newest value of every sensor."""
    times = []
    for _ in range(100):
        started = time.perf_counter()
        server.get("/live/snapshot")
        times.append((time.perf_counter() - started) * 1_000)
    return statistics.quantiles(times, n=20)[-1]


def throughput(server, store, wanted, common):
    """Values a second that a server acknowledges as many as it can."""
    told = server.load(senders=16, values=500, **common)
    commits = server.metric("twin_commit_seconds_count")
    rate, p99 = told["values_per_s"], told["acknowledged"]["p99_ms"]
    tell(f"values a second on disk ({store}, one core)", f"{rate:,.0f}", f">= {wanted:,}",
         rate >= wanted)
    print(f"  acknowledged: p50 {told['acknowledged']['p50_ms']:.0f} ms, p99 {p99:.0f} ms; "
          f"{3 * told['taken'] / commits:,.0f} rows in a transaction; "
          f"{told['refused']} refused; {server.memory_mib():.0f} MiB")
    return rate


def tell(name, value, wanted, is_met):
    print(f"{name:<58} {value:>14}   asked {wanted:<14} {'' if is_met else 'MISSED'}", flush=True)


def main():
    options = arguments()
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=HERE / "ingest", check=True,
                   env={**os.environ, "CARGO_TARGET_DIR": str(TARGET)})
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        pack = folder / "pack"
        subprocess.run([LOAD, "--pack", pack, "--token", TOKEN, f"--sensors={options.sensors}"],
                       check=True)
        common = {"sensors": options.sensors, "seconds": options.seconds}
        os.sched_setaffinity(0, {0})
        with Server(folder / "throughput", pack) as server:
            rate = throughput(server, "SQLite", 20_000, common)
            snapshot = latest_of_everything(server)
            tell(f"latest of {options.sensors:,} sensors, p95", f"{snapshot:.1f} ms", "< 50 ms",
                 snapshot < 50)
        peer = python_peer(sqlite_peer(folder), options.seconds / 2, options.sensors)
        print(f"  the same rows by Python's sqlite3: {peer:,.0f} a second; ratio {rate / peer:.2f}")
        with Cluster("0") as cluster:
            store = cluster.create("throughput")
            with Server(folder / "postgres", pack, store) as server:
                rate = throughput(server, "PostgreSQL", 5_000, common)
            write = postgres_peer(cluster, "throughput")
            if write is None:
                print("  no psycopg: no peer")
            else:
                peer = python_peer(write, options.seconds / 2, options.sensors)
                print(f"  the same rows by Python's psycopg: {peer:,.0f} a second; "
                      f"ratio {rate / peer:.2f}")
        with Server(folder / "latency", pack) as server:
            told = server.load(senders=10, values=10, rate=1_000, listeners=200, **common)
            age = told["age"]
            tell("update to listener, p99 (200 listeners, 1,000 a second)",
                 f"{age['p99_ms']:.0f} ms", "< 200 ms", age["p99_ms"] < 200)
            print(f"  p50 {age['p50_ms']:.0f} ms, max {age['max_ms']:.0f} ms; {told['told']:,} changes "
                  f"told, {told['taken'] * 200:,} expected; {told['listeners_ended']} listeners lost")
        with Server(folder / "many", pack) as server:
            before = server.memory_mib()
            load = subprocess.Popen(
                ["taskset", "-c", "1", str(LOAD), "--base", server.base, "--token", TOKEN,
                 "--senders=2", "--values=10", "--rate=100", "--listeners=2000",
                 f"--seconds={options.seconds}", f"--sensors={options.sensors}"],
                stdout=subprocess.PIPE, text=True)
            time.sleep(options.seconds)
            held, memory = server.metric("twin_listeners"), server.memory_mib()
            told = json.loads(load.communicate()[0])
            tell("memory with 2,000 listeners", f"{memory:.0f} MiB", "< 500 MiB", memory < 500)
            print(f"  {held:.0f} held, {before:.0f} MiB without them; p99 of an update "
                  f"{told['age']['p99_ms']:.0f} ms; {told['listeners_ended']} lost")


if __name__ == "__main__":
    sys.exit(main())

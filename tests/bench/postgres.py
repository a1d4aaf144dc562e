"""A PostgreSQL server for measurements: on a free port, on one core, with data of its own, synced."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

NOBODY = 65_534
PASSWORD = "for-a-measurement"


class Cluster:
    """Runs while it is entered; gives up its data when it is left."""

    def __init__(self, core):
        self.core = core
        versions = pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")
        self.programs = max(versions, key=lambda path: int(path.parts[-3])).parent
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def url(self, database):
        return f"postgres://twin:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def as_nobody(self, *command, **options):
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        return {"args": [str(part) for part in command], "cwd": "/", **user, **options}

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-postgres-"))
        if os.geteuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
        password = self.folder / "password"
        password.write_text(PASSWORD)
        data = self.folder / "data"
        subprocess.run(check=True, **self.as_nobody(
            self.programs / "initdb", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
            "--username=twin", f"--pwfile={password}", data, stdout=subprocess.DEVNULL))
        self.process = subprocess.Popen(**self.as_nobody(
            "taskset", "-c", self.core, self.programs / "postgres", "-D", data,
            "-c", f"port={self.port}", "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB",
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        for _ in range(200):
            if self.sql("postgres", "SELECT 1").returncode == 0:
                return self
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not answer")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)

    def sql(self, database, statement):
        return subprocess.run(
            [self.programs / "psql", "-XAtq", "-h", "127.0.0.1", "-p", str(self.port), "-U", "twin",
             "-d", database, "-c", statement],
            env={**os.environ, "PGPASSWORD": PASSWORD}, capture_output=True, text=True)

    def create(self, database):
        self.sql("postgres", f"CREATE DATABASE {database}").check_returncode()
        return self.url(database)

"""A PostgreSQL server of the test's own, to be restarted at will."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.lacking import lacking
from tests.support.ports import free_port

SETTINGS = "-c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=16MB -c max_connections=40"


@dataclass(frozen=True)
class Cluster:
    """One server, with its files in a folder."""

    folder: Path
    port: int
    tools: Path

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} {SETTINGS}"
        self.call(
            "pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "-o", options, "start"
        )

    def crash(self) -> None:
        """End it as a power cut would: nobody is waited for, and the next start recovers."""
        self.call("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")

    def call(self, tool: str, *arguments: object) -> None:
        words = [str(self.tools / tool), *(str(argument) for argument in arguments)]
        if os.geteuid() == 0:  # PostgreSQL does not run as root
            words = ["runuser", "-u", "postgres", "--", *words]
        ended = subprocess.run(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=120, check=False
        )
        assert ended.returncode == 0, ended.stderr


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Skips the test where PostgreSQL's own programs are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        lacking("there is no /usr/lib/postgresql/*/bin/initdb")
    folder = Path(tempfile.mkdtemp(prefix="zeitnah-postgresql-"))
    made = Cluster(folder, free_port(), found[-1].parent)
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        made.call("initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "--no-sync")
        made.start()
        try:
            yield made
        finally:
            made.crash()
    finally:
        shutil.rmtree(folder)

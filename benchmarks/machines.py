"""Where the figures come from: processor, memory, disk, and the versions of what took part."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa

from benchmarks.houses import Stock
from benchmarks.processes import tool
from benchmarks.scale import Lacking


@dataclass(frozen=True)
class Machine:
    """What a reader needs to judge a figure."""

    processor: str
    cores: int
    memory_gb: int
    disk: str
    system: str
    versions: str

    @property
    def name(self) -> str:
        return f"{self.processor}, {self.cores} cores, {self.memory_gb} GB"


def this_machine(stock: Stock, directory: Path) -> Machine:
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        disk=_file_system(directory),
        system=f"{_distribution()}, Linux {platform.release()}",
        versions=", ".join(filter(None, _versions(stock))),
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    return platform.machine()


def _file_system(directory: Path) -> str:
    """The kind of file system the databases and Postfix's queue lay on."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    inside = [mount for mount in mounts if directory.resolve().is_relative_to(mount[1])]
    return max(inside, key=lambda mount: len(mount[1]))[2] if inside else "unknown"


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        return "Linux"


def _versions(stock: Stock) -> list[str]:
    with sa.create_engine("sqlite://").connect() as connection:
        sqlite = connection.scalar(sa.text("SELECT sqlite_version()"))
    return [
        f"Python {platform.python_version()}",
        f"SQLAlchemy {version('sqlalchemy')}",
        f"Flask-Mail {version('flask-mail')}",
        f"SQLite {sqlite} (WAL, synchronous NORMAL)",
        stock.postgresql_facts(),
        _postfix(),
    ]


def _postfix() -> str:
    try:
        said = subprocess.run(
            [tool("postconf", "postfix"), "-dh", "mail_version"], capture_output=True, text=True, check=False
        )
    except Lacking:
        return ""
    return f"Postfix {said.stdout.strip()}"

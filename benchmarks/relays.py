"""Where the letters go: Postfix's sink, near or 20 ms away, and Postfix's own sender as the reference."""

from __future__ import annotations

import contextlib
import os
import re
import smtplib
import statistics
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import (
    OUR_PYTHON,
    free_port,
    plain_environment,
    running,
    tool,
    wait_until_it_listens,
)

ONE_WAY = 0.010
"""Seconds that a byte takes to the relay far away, and as many back: a round trip of 20 ms."""


@dataclass(frozen=True)
class Sink:
    """Postfix's smtp-sink: takes mail, throws it away, and counts it."""

    port: int
    output: Path

    def received(self) -> int:
        """Letters whose final dot it answered; asked for when everybody has hung up."""
        counters = re.findall(rb"mesg=(\d+)", self.output.read_bytes()[-500:])
        return int(counters[-1]) if counters else 0


@dataclass(frozen=True)
class Proxy:
    """The way to a relay that is far away."""

    port: int
    output: Path

    def first_mail(self) -> float | None:
        """When the first MAIL FROM passed, by the machine's monotonic clock."""
        found = re.search(rb"first ([\d.]+)\n", self.output.read_bytes())
        return float(found[1]) if found else None

    def round_trip(self) -> float:
        """Seconds from a command to its reply, as it really is: the median of some."""
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="bench.example.org") as host:
            host.ehlo()
            times = []
            for _ in range(15):
                started = time.perf_counter()
                host.noop()
                times.append(time.perf_counter() - started)
        return statistics.median(times)


@contextlib.contextmanager
def sink(directory: Path) -> Iterator[Sink]:
    """A fresh sink; the same options for everybody who sends to it."""
    port, output = free_port(), directory / "sink.out"
    command = [tool("smtp-sink", "postfix"), "-c", "-m", "256"]
    if os.geteuid() == 0:
        command += ["-u", "nobody"]  # it does not work for root
    with running([*command, f"127.0.0.1:{port}", "1024"], output=output) as process:
        wait_until_it_listens(process, port, output)
        yield Sink(port, output)


@contextlib.contextmanager
def proxied(to_port: int, directory: Path, *, one_way: float = ONE_WAY) -> Iterator[Proxy]:
    """The same relay, ``one_way`` seconds away."""
    port, output = free_port(), directory / "proxy.out"
    command = [*OUR_PYTHON, "benchmarks.proxy", str(port), str(to_port), str(one_way)]
    with running(command, environment=plain_environment(), output=output) as process:
        wait_until_it_listens(process, port, output)
        yield Proxy(port, output)


def smtp_source(port: int, letter: Path, *, mails: int, sessions: int, patience: float) -> float:
    """Send the same letter many times with Postfix's smtp-source; seconds it took."""
    command = [tool("smtp-source", "postfix"), "-s", str(sessions), "-d", "-m", str(mails)]
    command += ["-f", "dialog@example.org", "-t", "anna@example.net", "-F", str(letter)]
    started = time.perf_counter()
    subprocess.run([*command, f"127.0.0.1:{port}"], timeout=patience, check=True)
    return time.perf_counter() - started

"""Many browsers at once at one web server, each asking again as soon as it was answered."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.houses import House
from benchmarks.processes import OUR_PYTHON, free_port, running, wait_until_it_listens

BROWSERS = 50
WEB = ("granian", "--interface", "wsgi", "--no-ws", "--log-level", "error", "--blocking-threads", "8")
MILLISECONDS = 1000
WARM = 20
"""Answers before the watch is started: the first ones compile templates."""


@dataclass(frozen=True)
class Pace:
    per_second: float
    slowest: float
    """What one browser in a hundred waits longer than, in milliseconds."""

    def __str__(self) -> str:
        return f"{self.per_second:,.0f} a second, 99th percentile {self.slowest:.0f} ms"


@contextlib.contextmanager
def web_server(house: House, directory: Path) -> Iterator[int]:
    """The house's web server, as an installation runs it; its port."""
    port, output = free_port(), directory / "web.out"
    settings = {"ENVIRONMENT": "development", "RATELIMIT_ENABLED": 0, "BASE_URL": f"http://127.0.0.1:{port}"}
    command = [*OUR_PYTHON, *WEB, "--port", str(port), "wsgi:app"]
    with running(command, environment=house.environment(**settings), output=output) as process:
        wait_until_it_listens(process, port, output)
        yield port


def ask(port: int, requests: Sequence[bytes]) -> Pace:
    """Send every request once, over as many connections as there are browsers. Each must be answered with 200."""
    asyncio.run(_all(port, requests[:WARM]))
    started = time.perf_counter()
    waits = asyncio.run(_all(port, requests[WARM:]))
    seconds = time.perf_counter() - started
    slowest = statistics.quantiles(waits, n=100, method="inclusive")[98] * MILLISECONDS
    return Pace(len(waits) / seconds, slowest)


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: de\r\n\r\n".encode()


def post(path: str, form: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}Content-Length: {len(form)}\r\n\r\n{form}".encode()


async def _all(port: int, requests: Sequence[bytes]) -> list[float]:
    waiting, waits = iter(requests), list[float]()
    await asyncio.gather(*(_browse(port, waiting, waits) for _ in range(BROWSERS)))
    return waits


async def _browse(port: int, waiting: Iterator[bytes], waits: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in waiting:
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head[:80]
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        waits.append(time.perf_counter() - started)
    writer.close()
    await writer.wait_closed()

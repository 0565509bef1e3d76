"""A relay that is far away: a TCP proxy that holds every byte back for a while, and lets as many through as come.

It runs as a process of its own, ``python -m benchmarks.proxy PORT TO_PORT SECONDS``, and says
``first INSTANT`` (the machine's monotonic clock) when the first MAIL FROM passes.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections import deque

HELD_AT_MOST = 4_000_000
"""Bytes on their way in one direction of one connection; TCP has such a limit, too."""


class Side(asyncio.Protocol):
    """One end of a connection. What arrives here leaves at the other end ``delay`` seconds later."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.other: Side = self
        self.transport: asyncio.Transport | None = None
        self.on_the_way: deque[tuple[float, bytes]] = deque()
        self.held = 0
        self.timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._hold(data)

    def eof_received(self) -> bool:
        """The end travels like everything else; our own half stays open until it comes back."""
        self._hold(b"")
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None and self.other.transport is not None:
            self.other.transport.abort()
        else:
            self._hold(b"")

    def pause_writing(self) -> None:
        if self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other.transport is not None and self.other.held < HELD_AT_MOST:
            self.other.transport.resume_reading()

    def _hold(self, data: bytes) -> None:
        self.on_the_way.append((time.monotonic() + self.delay, data))
        self.held += len(data)
        if self.held >= HELD_AT_MOST and self.transport is not None:
            self.transport.pause_reading()
        if self.timer is None:
            self._set_timer()

    def _set_timer(self) -> None:
        self.timer = asyncio.get_running_loop().call_at(self.on_the_way[0][0], self._deliver)

    def _deliver(self) -> None:
        self.timer = None
        full = self.held >= HELD_AT_MOST
        while self.on_the_way and self.on_the_way[0][0] <= time.monotonic():
            data = self.on_the_way.popleft()[1]
            self.held -= len(data)
            self._pass_on(data)
        if full and self.held < HELD_AT_MOST and self.transport is not None:
            self.transport.resume_reading()
        if self.on_the_way:
            self._set_timer()

    def _pass_on(self, data: bytes) -> None:
        there = self.other.transport
        if there is None or there.is_closing():
            return
        if data:
            there.write(data)
        else:
            there.close()


class Client(Side):
    """The end towards whoever sends mail; it opens the way to the relay."""

    first_mail: float | None = None
    """When any client's first MAIL FROM came by."""

    def __init__(self, to_port: int, delay: float) -> None:
        super().__init__(delay)
        self.to_port = to_port
        self.opening: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport = transport if isinstance(transport, asyncio.Transport) else None
        if self.transport is not None:
            self.transport.pause_reading()
        self.opening = asyncio.get_running_loop().create_task(self._open())

    def data_received(self, data: bytes) -> None:
        if Client.first_mail is None and b"MAIL FROM" in data.upper():
            Client.first_mail = time.monotonic()
            print(f"first {Client.first_mail}", flush=True)
        super().data_received(data)

    async def _open(self) -> None:
        far = Side(self.delay)
        far.other = self
        try:
            await asyncio.get_running_loop().create_connection(lambda: far, "127.0.0.1", self.to_port)
        except OSError:
            if self.transport is not None:
                self.transport.abort()
            return
        self.other = far
        if self.transport is not None:
            self.transport.resume_reading()


async def serve(port: int, to_port: int, delay: float) -> None:
    """Pass connections on until the process is ended."""
    server = await asyncio.get_running_loop().create_server(
        lambda: Client(to_port, delay), "127.0.0.1", port, backlog=1024
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))

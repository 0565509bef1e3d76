"""A wire between worker and relay that breaks at a byte of one's choice."""

from __future__ import annotations

import contextlib
import enum
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Way(enum.Enum):
    """A direction on the wire."""

    TO_RELAY = "to the relay"
    FROM_RELAY = "from the relay"


class Wire:
    """Carries bytes both ways. `cut` breaks the next connection once; the others stay whole."""

    def __init__(self, port: int) -> None:
        self.carried: dict[Way, int] = dict.fromkeys(Way, 0)
        """Bytes of the last connection that was begun."""
        self._relay, self._cut = port, (Way.TO_RELAY, -1)
        self._server = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self, way: Way, after: int) -> None:
        """Break the next connection as soon as so many bytes went this way."""
        self._cut = (way, after)

    def close(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
                far = socket.create_connection(("127.0.0.1", self._relay))
            except OSError:
                return
            (way, after), self._cut = self._cut, (Way.TO_RELAY, -1)
            counts = self.carried = dict.fromkeys(Way, 0)
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for direction, source, sink in ((Way.TO_RELAY, near, far), (Way.FROM_RELAY, far, near)):
                limit = after if direction is way else -1
                threading.Thread(
                    target=_carry, args=(source, sink, limit, direction, counts), daemon=True
                ).start()


def _carry(source: socket.socket, sink: socket.socket, limit: int, way: Way, counts: dict[Way, int]) -> None:
    with contextlib.suppress(OSError):
        while limit != counts[way] and (came := source.recv(65536)):
            passed = came if limit < 0 else came[: limit - counts[way]]
            counts[way] += len(passed)
            if counts[way] == limit:  # first, or an answer to the last bytes might still find its way back
                source.shutdown(socket.SHUT_RDWR)
            sink.sendall(passed)
    # What passed still arrives: taking the far end's wire away at once may take those bytes back.
    for end, how in ((source, socket.SHUT_RDWR), (sink, socket.SHUT_WR)):
        with contextlib.suppress(OSError):
            end.shutdown(how)


@contextmanager
def a_wire(port: int) -> Iterator[Wire]:
    wire = Wire(port)
    try:
        yield wire
    finally:
        wire.close()

"""Files into one ZIP, handed on while it is written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

from mailer.handover.gathering import Member


class _Road(io.RawIOBase):
    """Keeps what was written until it is taken; nobody can go back on it, so the ZIP is written for streams."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, chunk: object) -> int:
        written = bytes(chunk)  # type: ignore[call-overload]
        self._waiting += written
        return len(written)

    def take(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


def pack(members: Iterable[Member], *, now: datetime) -> Iterator[bytes]:
    """The ZIP in pieces, one file after the other, each dated ``now``."""
    road = _Road()
    with zipfile.ZipFile(road, "w", zipfile.ZIP_DEFLATED) as packed:
        for member in members:
            entry = zipfile.ZipInfo(member.name, now.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, member.content)
            yield road.take()
    yield road.take()

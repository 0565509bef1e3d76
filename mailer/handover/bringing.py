"""A bundle on its way in: the series as its file says, with the pictures and documents that lie beside it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from mailer import exchange, media
from mailer.core.errors import Invalid
from mailer.exchange import ImportReport, SeriesFile
from mailer.media import BROKEN_ZIP, Examined, MediaKind, Shelf

SERIES_FILE = "series.yaml"

LARGEST_FILE = 2_000_000
"""Bytes of a series file that are read at all; what is too large for one says so itself."""

LARGEST_BUNDLE = 500_000_000
"""Bytes of all files together, unpacked: so much is held in memory at once."""


class NotABundle(Invalid):
    """A ZIP in which no series lies, or that cannot be read to its end."""

    code: ClassVar[str] = "not_a_bundle"


class BundleTooLarge(Invalid):
    """The files of a bundle are too large together; ``most`` is in megabytes."""

    code: ClassVar[str] = "bundle_too_large"


@dataclass(frozen=True)
class Incoming:
    """A series file, and what of its files came along, each under the name the series file has for it."""

    source: bytes
    files: dict[str, Examined] = field(default_factory=dict)
    unusable: dict[str, Invalid] = field(default_factory=dict)
    """Files that are not what they should be: they are left out, and the series comes in without them."""


def read_incoming(content: bytes) -> Incoming:
    """What a series file or a bundle holds. It looks into every picture: call it while no transaction is open.

    Raises NotABundle, BundleTooLarge, and BadSeriesFile where there are files beside the series file.
    """
    if not content.startswith(b"PK\x03\x04"):
        return Incoming(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return _unpacked(packed)
    except BROKEN_ZIP:
        raise NotABundle from None


def bring_in(
    session: Session, incoming: Incoming, *, shelf: Shelf, next_in: int | None = None, now: datetime
) -> ImportReport:
    """Create or update the series, and keep its files. The same bundle once more changes nothing.

    Raises what `exchange.import_series` does, and ShelfAway.
    """
    report = exchange.import_series(session, incoming.source, next_in=next_in, now=now)
    for name, file in incoming.files.items():
        media.keep_as(session, report.series, file, name=name, shelf=shelf, now=now)
    return report


def _unpacked(packed: zipfile.ZipFile) -> Incoming:
    inside = [info.filename for info in packed.infolist() if info.filename.rpartition("/")[2] == SERIES_FILE]
    if not inside:
        raise NotABundle
    top = min(inside, key=len)[: -len(SERIES_FILE)]
    source = _read(packed, top + SERIES_FILE, LARGEST_FILE)
    incoming, room = Incoming(source), LARGEST_BUNDLE
    there = set(packed.namelist())
    for name, kind in _named(exchange.parse_series(source)):
        if f"{top}media/{name}" not in there:
            continue
        content = _read(packed, f"{top}media/{name}", media.LARGEST[kind] + 1)
        room -= len(content)
        if room < 0:
            raise BundleTooLarge(most=LARGEST_BUNDLE // 1_000_000)
        _examine(incoming, name, kind, content)
    return incoming


def _named(file: SeriesFile) -> Iterator[tuple[str, MediaKind]]:
    """What the series names, each once; nothing else of a bundle is looked at."""
    found = {file.logo: MediaKind.LOGO} | {funder.logo: MediaKind.LOGO for funder in file.funders}
    for event in file.events:
        for material in event.materials:
            found[material.file] = MediaKind.MATERIAL
        for speaker in event.speakers:
            found[speaker.picture] = MediaKind.PICTURE
    found.pop("", None)
    yield from found.items()


def _examine(incoming: Incoming, name: str, kind: MediaKind, content: bytes) -> None:
    try:
        file = media.examine(kind, content, name=name)
        media.check_ending(name, file)
        incoming.files[name] = file
    except Invalid as problem:
        incoming.unusable[name] = problem


def _read(packed: zipfile.ZipFile, name: str, most: int) -> bytes:
    with packed.open(name) as member:
        return member.read(most)

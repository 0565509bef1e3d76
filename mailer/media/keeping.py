"""Keeping files for a series, and finding them by the names its texts use."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.media.errors import UnknownFile, WrongEnding
from mailer.media.examining import Examined
from mailer.media.models import LONGEST_NAME, StoredFile
from mailer.media.naming import numbered
from mailer.media.shelf import Shelf
from mailer.series import Event, Series

ENDINGS = {"jpg": ("jpg", "jpeg")}
"""How names of a content may end, where there are several ways."""


def keep(session: Session, series: Series, file: Examined, *, shelf: Shelf, now: datetime) -> StoredFile:
    """The file, kept for the series. What it has already, it has once; another file of the same name gets a number.

    It counts as unused until something names it. When the transaction comes to nothing, bytes may
    stay on the shelf that no row knows; they are overwritten by nobody and harm nobody.

    Raises ShelfAway.
    """
    taken = _taken(session, series)
    for row in taken.values():
        if _is_it(row, file, shelf):
            return row
    return _add(session, series, file, name=_free(file.name, taken), shelf=shelf, now=now)


def keep_as(
    session: Session, series: Series, file: Examined, *, name: str, shelf: Shelf, now: datetime
) -> StoredFile:
    """The file under exactly this name, for a series file calls it so; another file of that name gives way.

    Raises WrongEnding, ShelfAway.
    """
    check_ending(name, file)
    taken = _taken(session, series)
    there = taken.get(name)
    if there is not None and _is_it(there, file, shelf):
        return there
    if there is not None:
        there.name = _free(name, taken)  # nothing names it so: it waits to be tidied away
        session.flush()
    return _add(session, series, file, name=name, shelf=shelf, now=now)


def share(session: Session, source: Series, target: Series, names: Iterable[str], *, now: datetime) -> None:
    """Let another series have these files too, by the same names. The bytes on the shelf are the same."""
    for row in files_of(session, source, names).values():
        copied = StoredFile(
            series_id=target.id,
            name=row.name,
            kind=row.kind,
            digest=row.digest,
            extension=row.extension,
            byte_count=row.byte_count,
            width=row.width,
            height=row.height,
            added_at=now,
            unused_at=now,
        )
        session.add(copied)
    session.flush()


def check_ending(name: str, file: Examined) -> None:
    """Raises WrongEnding for a name that promises something else than the file is, or that is too long to be kept."""
    ends_well = name.rpartition(".")[2].lower() in ENDINGS.get(file.extension, (file.extension,))
    if not ends_well or len(name) > LONGEST_NAME:
        raise WrongEnding(extension=file.extension)


def _taken(session: Session, series: Series) -> dict[str, StoredFile]:
    """The files of the series by name; of two who keep a file at once, one waits for the other."""
    session.execute(select(Series.id).where(Series.id == series.id).with_for_update())
    return {row.name: row for row in _rows(session, series)}


def _is_it(row: StoredFile, file: Examined, shelf: Shelf) -> bool:
    """Whether the row is of this file, and the shelf has not lost it."""
    return (
        row.kind is file.kind
        and row.digest in file.digests
        and shelf.path(row.digest, row.ending()).is_file()
    )


def _free(name: str, taken: Container[str]) -> str:
    names = (name if number == 1 else numbered(name, number) for number in count(1))
    return next(each for each in names if each not in taken)


def _add(
    session: Session, series: Series, file: Examined, *, name: str, shelf: Shelf, now: datetime
) -> StoredFile:
    kept = StoredFile(
        series_id=series.id,
        name=name,
        kind=file.kind,
        digest=file.digest,
        extension=file.extension,
        byte_count=len(file.content),
        width=file.width,
        height=file.height,
        added_at=now,
        unused_at=now,
    )
    session.add(kept)
    session.flush()
    shelf.put(file)
    return kept


def files_of(session: Session, series: Series, names: Iterable[str]) -> Mapping[str, StoredFile]:
    """Those of the named files that the series has, by name. One query."""
    wanted = {name for name in names if name}
    if not wanted:
        return {}
    return {row.name: row for row in _rows(session, series) if row.name in wanted}


def get_file(session: Session, digest: str, name: str) -> tuple[StoredFile, int | None]:
    """The file of this content that goes by this name, in whatever series there still is.

    With it comes the width where a smaller picture is meant.

    Raises UnknownFile.
    """
    rows = session.scalars(
        select(StoredFile)
        .where(StoredFile.digest == digest, StoredFile.series_id.is_not(None))
        .order_by(StoredFile.id)
    ).all()
    for row in rows:
        if row.name == name:
            return row, None
        for width, _ in row.smaller:
            if name == small_name(width):
                return row, width
    raise UnknownFile


def small_name(width: int) -> str:
    """What a smaller picture of that width is called in addresses."""
    return f"{width}px.webp"


def list_named(series: Series) -> Iterator[str]:
    """Every file that something of the series names, whether it is kept or not."""
    if series.logo:
        yield series.logo
    yield from (funder.logo for funder in series.funders if funder.logo)
    for event in series.all_events:
        yield from list_names(event)


def list_names(event: Event) -> Iterator[str]:
    """The same of one event."""
    yield from (speaker.picture for speaker in event.speakers if speaker.picture)
    yield from (material.file for material in event.materials if material.file)


def missing_files(session: Session, series: Series) -> list[str]:
    """Names that stand in the series and lead to nothing, each once."""
    named = dict.fromkeys(list_named(series))
    found = files_of(session, series, named)
    return [name for name in named if name not in found]


def count_files(session: Session, *, shelf: Shelf) -> tuple[int, int]:
    """How many files the series have, and how many of them the shelf has lost."""
    rows = session.execute(
        select(StoredFile.digest, StoredFile.extension).where(StoredFile.series_id.is_not(None))
    ).all()
    return len(rows), sum(not shelf.path(digest, extension).is_file() for digest, extension in rows)


def _rows(session: Session, series: Series) -> Iterable[StoredFile]:
    return session.scalars(
        select(StoredFile).where(StoredFile.series_id == series.id).order_by(StoredFile.id)
    ).all()

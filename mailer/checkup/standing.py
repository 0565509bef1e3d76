"""What can be seen without leaving the house: settings, database, worker, clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from mailer import delivery, jobs, media
from mailer.checkup.findings import Finding, advice, good, mend
from mailer.core.clock import utcnow
from mailer.core.db import Database, newest_revision
from mailer.core.errors import Unavailable
from mailer.media import Shelf

SILENT_AFTER = timedelta(minutes=2)
"""A worker writes its heartbeat every ten seconds: after this long it is not busy but gone."""

CLOCK_MAY_DIFFER = timedelta(seconds=30)
LITTLE_ROOM = 500 * 1024 * 1024
"""Bytes; a mailing to a hundred thousand people takes about a tenth of it."""


def settings(config: Config) -> Iterator[Finding]:
    area = "configuration"
    if config.is_public:
        yield good(area, "https", url=config.base_url)
    elif config.in_development:
        yield advice(area, "development")
    else:
        yield mend(area, "no_https", url=config.base_url)
    if config.is_public and not config.trusted_proxies:
        yield advice(area, "no_proxies")


def database(base: Database, *, clock: datetime) -> Iterator[Finding]:
    """``clock`` is the machine's."""
    try:
        at = base.revision()
    except Unavailable as problem:
        yield mend("database", "database_away", cause=str(problem.details.get("cause", "")))
        return
    if at != newest_revision():
        yield mend("database", "not_migrated", at=at or "–", newest=newest_revision())
        return
    yield good("database", "database_current", at=at)
    yield from _room(base)
    with base.reading() as session:
        yield from _worker(session, clock=clock)
        yield from _road(session)
        yield _clock(session)


def files(base: Database, shelf: Shelf) -> Iterator[Finding]:
    """Pictures and documents: whether more can be added, and whether what the database tells of is there."""
    if not shelf.is_writable():
        yield mend("files", "folder_closed", folder=str(shelf.root))
    try:
        with base.reading() as session:
            known, lost = media.count_files(session, shelf=shelf)
    except Unavailable:
        return  # told already
    if lost:
        yield mend("files", "files_lost", count=lost, folder=str(shelf.root))
    elif known:
        yield good("files", "files_there", count=known)


def _room(base: Database) -> Iterator[Finding]:
    if not base.is_sqlite or not base.url.database:
        return
    free = shutil.disk_usage(Path(base.url.database).resolve().parent).free
    if free < LITTLE_ROOM:
        yield mend("database", "little_room", megabytes=free // 1024**2)


def _worker(session: Session, *, clock: datetime) -> Iterator[Finding]:
    seen_at = jobs.last_seen(session)
    if seen_at is None:
        yield mend("worker", "never_seen")
    elif clock - seen_at > SILENT_AFTER:
        yield mend("worker", "silent", minutes=int((clock - seen_at).total_seconds() // 60))
    else:
        yield good("worker", "at_work")


def _road(session: Session) -> Iterator[Finding]:
    closed = delivery.closed_route(session)
    if closed is not None:
        yield mend("relay", "road_closed", cause=closed.cause or closed.code)


def _clock(session: Session) -> Finding:
    """Two clocks that agree: ours and the database's. On SQLite they are one, and a leap of years still shows."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    asked = "SELECT strftime('%s', 'now')" if is_sqlite else "SELECT extract(epoch FROM clock_timestamp())"
    theirs = float(session.scalar(sa.text(asked)) or 0)
    apart = abs(utcnow().timestamp() - theirs)
    if apart > CLOCK_MAY_DIFFER.total_seconds():
        return mend("clock", "clocks_apart", seconds=int(apart))
    return good("clock", "clocks_agree")

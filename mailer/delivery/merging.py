"""From claimed rows to letters: one skeleton for all whom a mailing tells the same, filled for each."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from mailer import letters
from mailer.core.db import Database, DatabaseAway
from mailer.core.types import EmailAddress
from mailer.delivery.fitness import why_not
from mailer.delivery.models import Delivery
from mailer.delivery.verdicts import Row
from mailer.delivery.wire import Outgoing

log = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_INSTANT = timedelta(microseconds=1)

KEPT = 64
"""Stencils kept at a time: mailings, times their languages, times with and without a name."""


class Stencil(Protocol):
    """A letter written for all; it makes one person's of it."""

    def letter(self, row: Row) -> Outgoing: ...


class Writer(Protocol):
    """Whoever turns rows into letters."""

    def compose(self, session: Session, row: Delivery, *, now: datetime) -> Outgoing: ...

    def stencil(self, session: Session, row: Delivery, *, now: datetime) -> Stencil: ...


class NotSent(Exception):
    """This row's letter does not leave. ``on_purpose``: skipped, not failed."""

    def __init__(self, reason: str, *, on_purpose: bool) -> None:
        super().__init__(reason)
        self.reason, self.on_purpose = reason, on_purpose


@dataclass(frozen=True, slots=True)
class _Kept:
    stencil: Stencil
    made_at: datetime
    until: datetime
    """From here on some word for the distance may be another."""


class Merger:
    """Writes each letter; what many letters share is written once, and anew when its words change."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database, self._writer = database, writer
        self._kept: dict[tuple[int, str, bool, datetime], _Kept] = {}

    def letter(self, row: Row, *, now: datetime) -> Outgoing:
        """The row's letter. Raises NotSent, for whatever else goes wrong here is this row's fault alone; DatabaseAway."""
        if row.reason:
            raise NotSent(row.reason, on_purpose=True)
        try:
            if row.mailing_id is None or row.registration_id is not None:
                return self._alone(row, now=now)
            key = (row.mailing_id, row.language, bool(letters.plain_line(row.name)), row.opened_at)
            kept = self._kept.get(key)
            if kept is None or not kept.made_at <= now < kept.until:
                kept = self._keep(key, row, now=now)
            return kept.stencil.letter(row)
        except (NotSent, DatabaseAway):
            raise
        except Exception as problem:
            log.exception("delivery=%d cannot be rendered", row.id)
            raise NotSent("cannot be rendered", on_purpose=False) from problem

    def _alone(self, row: Row, *, now: datetime) -> Outgoing:
        with self._database.reading() as session:
            found = session.get_one(Delivery, row.id)
            if reason := why_not(session, found, now=now):
                raise NotSent(reason, on_purpose=True)
            return self._writer.compose(session, found, now=now)

    def _keep(self, key: tuple[int, str, bool, datetime], row: Row, *, now: datetime) -> _Kept:
        with self._database.reading() as session:
            found = session.get_one(Delivery, row.id)
            stencil = self._writer.stencil(session, found, now=now)
            until = _words_change(found, now=now)
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[key] = kept = _Kept(stencil, now, until)
        return kept


def _words_change(row: Delivery, *, now: datetime) -> datetime:
    """The next instant at which the distance to some dialogue may read otherwise.

    "In 20 minutes" changes on the minute before its start, "tomorrow" at midnight, and what is
    attached at its end: all of them whole minutes from one of these moments.
    """
    return min(_next_minute(moment, now) for moment in _moments(row))


def _moments(row: Delivery) -> Iterator[datetime]:
    yield _EPOCH
    for event in row.series.events if row.series else ():
        for moment in (event.starts_at, event.ends_at):
            if moment is not None:
                yield moment


def _next_minute(moment: datetime, now: datetime) -> datetime:
    """The next instant a whole number of minutes from ``moment``; words at that very instant count for it alone."""
    gone = (now - moment) % _MINUTE
    return now + (_MINUTE - gone) if gone else now + _INSTANT


def domain_of(address: EmailAddress | str) -> str:
    return address.rpartition("@")[2].lower()

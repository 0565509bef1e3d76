"""When what a page says last changed, for who asks by date and not by fingerprint."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from sqlalchemy.orm import Session

from mailer import registrations, series
from mailer.core.clock import at_local, local_day, utcnow
from mailer.series import Series

STARTED_AT = utcnow()
"""When this process began: with a new version of the house pages may read otherwise."""


def changed_at(found: Series, *, now: datetime) -> datetime:
    """The latest of all that a series' pages follow: edits, dates that passed, this day's beginning, our own start.

    Pages say "tomorrow" and "over", so they change without anybody touching anything.
    """
    return max([STARTED_AT, *(moment for moment in _moments(found, now) if moment <= now)])


def page_changed_at(session: Session, found: Series, *, now: datetime) -> datetime:
    """The same for the pages that also say how many seats are left."""
    seats = registrations.last_change(session, found)
    return max(filter(None, [changed_at(found, now=now), seats]))


def _moments(found: Series, now: datetime) -> Iterator[datetime]:
    yield at_local(local_day(now, found.zone), time(0), found.zone)
    yield found.changed_at
    if (closes := series.closes_at(found)) is not None:
        yield closes
    for event in found.all_events:
        yield event.changed_at
        yield event.over_at(found.zone)
        if event.starts_at is not None:
            yield event.starts_at
        if event.documented_at is not None:
            yield event.documented_at

"""Moving a whole series in time, so that an old one can be tried out today."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mailer.core.clock import at_local, local_day
from mailer.exchange.entries import EventEntry, SeriesFile
from mailer.exchange.problems import MovedTooFar, NothingToMove
from mailer.series import EventState

DAYS_OF_A_MONTH = 365.2425 / 12

FURTHEST = 366 * 100
"""Days: a century either way."""


def next_in(file: SeriesFile, days: int, *, now: datetime) -> SeriesFile:
    """The series with all dates moved by the same number of whole days, so that its next event starts in ``days``.

    The next event is the earliest dated one without documentation that is not cancelled.
    The clock on the wall keeps its hour; a month moves by the nearest whole number of months.

    Raises NothingToMove, MovedTooFar.
    """
    starts = [event.starts_at for event in file.events if event.starts_at is not None and _is_to_come(event)]
    if not starts:
        raise NothingToMove(series=file.slug)
    if abs(days) > FURTHEST:
        raise MovedTooFar(days=days)
    target = local_day(now, file.zone) + timedelta(days=days)
    distance = target - local_day(min(starts), file.zone)
    if abs(distance.days) > FURTHEST:
        raise MovedTooFar(days=days)
    return _moved(file, distance)


def _is_to_come(event: EventEntry) -> bool:
    return not event.account and event.documented_at is None and event.state is not EventState.CANCELLED


def _moved(file: SeriesFile, distance: timedelta) -> SeriesFile:
    return replace(
        file,
        closes_on=None if file.closes_on is None else file.closes_on + distance,
        events=tuple(_moved_event(event, distance, file.zone) for event in file.events),
    )


def _moved_event(event: EventEntry, distance: timedelta, zone: ZoneInfo) -> EventEntry:
    starts_at = _moved_instant(event.starts_at, distance, zone)
    length = event.ends_at - event.starts_at if event.ends_at and event.starts_at else timedelta(0)
    return replace(
        event,
        starts_at=starts_at,
        ends_at=None if starts_at is None else starts_at + length,
        month=None if event.month is None else _moved_month(event.month, distance),
        documented_at=_moved_instant(event.documented_at, distance, zone),
    )


def _moved_instant(moment: datetime | None, distance: timedelta, zone: ZoneInfo) -> datetime | None:
    if moment is None:
        return None
    local = moment.astimezone(zone)
    return at_local(local.date() + distance, local.time(), zone)


def _moved_month(month: str, distance: timedelta) -> str:
    year, number = map(int, month.split("-"))
    months = year * 12 + number - 1 + round(distance.days / DAYS_OF_A_MONTH)
    return f"{months // 12:04}-{months % 12 + 1:02}"

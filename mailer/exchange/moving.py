"""Moving a whole series in time, so that an old one can be tried out today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailer.core.clock import at_local, local_day
from mailer.core.durations import months_on
from mailer.exchange.entries import EventEntry, SeriesFile
from mailer.exchange.problems import DatesTooFar, MovedTooFar, NothingToMove
from mailer.series import EventState

DAYS_OF_A_MONTH = 365.2425 / 12

FURTHEST = 366 * 100
"""Days: a century either way."""

YEARS = range(2000, 2200)
"""Years a series file knows."""


@dataclass(frozen=True)
class Shift:
    """How far everything moves: whole months, clipped to the last day, then whole days."""

    days: int = 0
    months: int = 0

    def day(self, day: date) -> date:
        return months_on(day, self.months) + timedelta(days=self.days)

    def month(self, month: str) -> str:
        """A month moves by the nearest whole number of months."""
        year, number = map(int, month.split("-"))
        months = year * 12 + number - 1 + self.months + round(self.days / DAYS_OF_A_MONTH)
        return f"{months // 12:04}-{months % 12 + 1:02}"


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
    return _moved(file, Shift(days=distance.days))


def moved_by(file: SeriesFile, shift: Shift) -> SeriesFile:
    """The series with all dates moved by whole days or months. Raises DatesTooFar."""
    if abs(shift.days) + abs(shift.months) * DAYS_OF_A_MONTH > FURTHEST:
        raise DatesTooFar
    found = _moved(file, shift)
    days = [local_day(event.starts_at, file.zone) for event in found.events if event.starts_at is not None]
    years = [day.year for day in days] + [int(event.month[:4]) for event in found.events if event.month]
    if any(year not in YEARS for year in years):
        raise DatesTooFar
    return found


def _is_to_come(event: EventEntry) -> bool:
    return not event.account and event.documented_at is None and event.state is not EventState.CANCELLED


def _moved(file: SeriesFile, shift: Shift) -> SeriesFile:
    return replace(
        file,
        closes_on=None if file.closes_on is None else shift.day(file.closes_on),
        events=tuple(_moved_event(event, shift, file.zone) for event in file.events),
    )


def _moved_event(event: EventEntry, shift: Shift, zone: ZoneInfo) -> EventEntry:
    starts_at = _moved_instant(event.starts_at, shift, zone)
    length = event.ends_at - event.starts_at if event.ends_at and event.starts_at else timedelta(0)
    return replace(
        event,
        starts_at=starts_at,
        ends_at=None if starts_at is None else starts_at + length,
        month=None if event.month is None else shift.month(event.month),
        documented_at=_moved_instant(event.documented_at, shift, zone),
    )


def _moved_instant(moment: datetime | None, shift: Shift, zone: ZoneInfo) -> datetime | None:
    if moment is None:
        return None
    local = moment.astimezone(zone)
    return at_local(shift.day(local.date()), local.time(), zone)

"""Instants are aware and kept in UTC; the wall clock is asked in one place."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailer.core.errors import Invalid


class NoZone(Invalid):
    """A moment was given without its zone, so nobody knows which one is meant."""

    code = "no_zone"


class NotATime(Invalid):
    """The text is no ISO 8601 moment."""

    code = "not_a_time"


class ClockChange(Invalid):
    """A local time that does not exist in its zone, or exists twice: ``reason`` is ``skipped`` or ``twice``."""

    code = "clock_change"


def utcnow() -> datetime:
    return datetime.now(UTC)


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 moment with zone, such as ``2023-04-26T09:00+02:00``; the answer is in UTC.

    Raises NotATime, or NoZone for a moment that could mean several.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            raise NoZone(text=text[:40])
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as problem:  # in UTC some moments lie before the year 1
        raise NotATime(text=text[:40]) from problem


def parse_local(text: str, zone: ZoneInfo) -> datetime:
    """Read a moment as somebody types it by the clock of ``zone``, ``2023-04-26T09:00``; the answer is in UTC.

    Raises NotATime; ClockChange for a time that no clock there shows, or that it shows twice.
    """
    try:
        local = datetime.fromisoformat(text.strip()).replace(tzinfo=zone)
        first, second = local.replace(fold=0), local.replace(fold=1)
        if first.utcoffset() != second.utcoffset():
            skipped = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(
                tzinfo=None
            )
            raise ClockChange(time=text[:40], reason="skipped" if skipped else "twice")
        return first.astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        raise NotATime(text=text[:40]) from problem


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time, in UTC.

    A time skipped in spring moves on by the gap; one that comes twice in autumn is the
    first. Both are what ``fold=0`` gives when it is read through UTC (PEP 495).
    """
    return datetime.combine(day, clock, tzinfo=zone).replace(fold=0).astimezone(UTC)


def possible_instants(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The instants at which the wall clock shows this: none when it is skipped in spring, two in autumn when it comes twice."""
    shown = datetime.combine(day, clock)
    readings = (shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return tuple(dict.fromkeys(one for one in readings if one.astimezone(zone).replace(tzinfo=None) == shown))


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def iso_in(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """ISO 8601 with the zone's offset, to the second: what `--json` prints."""
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


def month_bounds(month: str) -> tuple[date, date]:
    """First and last day of ``"2023-08"``."""
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=32)).replace(day=1)
    return first, following - timedelta(days=1)

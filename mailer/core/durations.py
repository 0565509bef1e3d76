"""ISO 8601 durations with their three kinds of unit kept apart: months, days, elapsed time."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailer.core.clock import at_local
from mailer.core.errors import Invalid

_PATTERN = re.compile(
    r"P(?=\d|T\d)(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,3})M)?(?:(?P<weeks>\d{1,3})W)?(?:(?P<days>\d{1,4})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,4})H)?(?:(?P<minutes>\d{1,5})M)?)?",
    re.ASCII,
)


class BadDuration(Invalid):
    """The text is no duration such as ``P14D``, ``P1M`` or ``PT90M``."""

    code = "bad_duration"


@dataclass(frozen=True)
class Duration:
    """Months and days belong to the calendar, minutes to the clock: a day is not always 24 hours."""

    months: int = 0
    days: int = 0
    minutes: int = 0

    @property
    def has_clock(self) -> bool:
        return self.minutes > 0

    @property
    def elapsed(self) -> timedelta:
        """The part that is elapsed time."""
        return timedelta(minutes=self.minutes)


def parse_duration(text: str) -> Duration:
    """Read whole years, months, weeks, days, hours and minutes. Raises BadDuration."""
    found = _PATTERN.fullmatch(text)
    if found is None:
        raise BadDuration(duration=text[:40])
    part = {name: int(value or 0) for name, value in found.groupdict().items()}
    return Duration(
        months=part["years"] * 12 + part["months"],
        days=part["weeks"] * 7 + part["days"],
        minutes=part["hours"] * 60 + part["minutes"],
    )


def shifted(moment: datetime, by: Duration, *, sign: int, zone: ZoneInfo, at: time | None = None) -> datetime:
    """``moment`` moved by a duration (``sign`` -1 back, 1 on), in UTC.

    First months (clipped to the last day), then days, both on the local calendar of ``zone``
    so that 17:00 stays 17:00 across a clock change; then elapsed time. ``at`` sets the
    local time of day instead of keeping it.
    """
    if by.months or by.days or at is not None:  # else even an hour that comes twice stays the one it is
        moment = _on_the_calendar(moment.astimezone(zone), by, sign=sign, zone=zone, at=at)
    return moment.astimezone(UTC) + sign * by.elapsed


def _on_the_calendar(
    local: datetime, by: Duration, *, sign: int, zone: ZoneInfo, at: time | None
) -> datetime:
    day = months_on(local.date(), sign * by.months) + timedelta(days=sign * by.days)
    return at_local(day, local.time() if at is None else at, zone)


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or earlier; clipped to the last day of a shorter month."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

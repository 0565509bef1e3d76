"""Time zones as a calendar carries them: when its clocks change, worked out from zoneinfo."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

LOOK_AHEAD = 5
"""Years a rule must go on holding after the last one asked for, before we call it yearly."""


@dataclass(frozen=True)
class _Rule:
    """What a change has in common from year to year."""

    month: int
    nth: int
    """Which weekday of that name in the month; -1 is the last."""
    weekday: int
    clock: time
    before: timedelta
    after: timedelta


@dataclass(frozen=True)
class _Change:
    """The moment clocks are set anew."""

    onset: datetime
    """Naive, as the old clock shows it: so RFC 5545 section 3.6.5 wants an observance to start."""
    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool

    @property
    def rule(self) -> _Rule:
        days = calendar.monthrange(self.onset.year, self.onset.month)[1]
        nth = -1 if self.onset.day + 7 > days else (self.onset.day - 1) // 7 + 1
        clock = self.onset.time()
        return _Rule(self.onset.month, nth, self.onset.weekday(), clock, self.before, self.after)


@lru_cache(maxsize=256)
def timezone(tzid: str, first_year: int, last_year: int) -> Timezone:
    """A VTIMEZONE that is right from ``first_year`` to ``last_year``. It is shared: do not change it.

    Where clocks change by one rule every year, it says that rule, which every program reads.
    Elsewhere (Ramadan in Morocco, a law that changed) each change is told by itself.

    Source: RFC 5545 section 3.6.5.
    """
    zone = ZoneInfo(tzid)
    # The year before tells what holds in January.
    yearly = [_changes(zone, year) for year in range(first_year - 1, last_year + 1 + LOOK_AHEAD)]
    found = Timezone()
    found.add("TZID", tzid)
    if yearly[0] and all(_rules(changes) == _rules(yearly[0]) for changes in yearly):
        for change in yearly[0]:
            found.add_component(_observance(change, every_year=True))
        return found
    found.add_component(_observance(_state_in_january(zone, first_year - 1), every_year=False))
    for change in (change for changes in yearly[: last_year - first_year + 3] for change in changes):
        found.add_component(_observance(change, every_year=False))
    return found


def _rules(changes: tuple[_Change, ...]) -> list[_Rule]:
    return [change.rule for change in changes]


@lru_cache(maxsize=1024)
def _changes(zone: ZoneInfo, year: int) -> tuple[_Change, ...]:
    """The changes of a year (by UTC), found by looking at every day."""
    found, day = [], datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year:
        following = day + timedelta(days=1)
        if _offset(zone, day) != _offset(zone, following):
            found.append(_change_between(zone, day, following))
        day = following
    return tuple(found)


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> _Change:
    """Close in on the second at which the offset becomes another."""
    old = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    new = _offset(zone, after)
    return _Change(
        onset=(after + old).replace(tzinfo=None),
        before=old,
        after=new,
        name=_name(zone, after),
        # zoneinfo counts Irish winter as negative daylight time; readers expect the later clock to be it.
        is_daylight=new > old and (_saves(zone, before) or _saves(zone, after)),
    )


def _state_in_january(zone: ZoneInfo, year: int) -> _Change:
    """A change that changes nothing: what holds when the year begins."""
    start = datetime(year, 1, 1, tzinfo=UTC)
    offset = _offset(zone, start)
    onset = (start + offset).replace(tzinfo=None)
    return _Change(onset, offset, offset, _name(zone, start), is_daylight=_saves(zone, start))


def _observance(change: _Change, *, every_year: bool) -> TimezoneDaylight | TimezoneStandard:
    told = TimezoneDaylight() if change.is_daylight else TimezoneStandard()
    told.add("DTSTART", change.onset)
    told.add("TZOFFSETFROM", change.before)
    told.add("TZOFFSETTO", change.after)
    told.add("TZNAME", change.name)
    if every_year:
        rule = change.rule
        day = f"{rule.nth}{WEEKDAYS[rule.weekday]}"
        told.add("RRULE", vRecur({"FREQ": "YEARLY", "BYMONTH": rule.month, "BYDAY": day}))
    return told


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _saves(zone: ZoneInfo, moment: datetime) -> bool:
    return bool(moment.astimezone(zone).dst())


def _name(zone: ZoneInfo, moment: datetime) -> str:
    return moment.astimezone(zone).tzname() or ""

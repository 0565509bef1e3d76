"""The time zones a calendar carries, read by somebody who knows nothing of how we made them."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from dateutil.tz import tzical  # type: ignore[import-untyped]
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Component, Timezone

from mailer.calendar import zones

BY_RULE = ("Europe/Berlin", "Europe/Dublin", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe")
WITHOUT_CHANGES = ("UTC", "Asia/Kolkata", "Asia/Kathmandu", "America/Phoenix")
BY_THEMSELVES = (
    "Africa/Casablanca",  # Ramadan
    "Africa/Cairo",  # daylight time came back in 2023
    "America/Asuncion",  # daylight time for ever since 2024
    "America/Mexico_City",  # none since 2022
    "America/Nuuk",  # another zone, then again with changes
    "America/Santiago",  # a Sunday on or after the second
    "Antarctica/Troll",  # two hours at once
    "Asia/Almaty",  # another zone since 2024
    "Asia/Gaza",  # by decree
    "Asia/Tehran",  # none since 2022
    "Europe/Volgograd",  # another zone since the end of 2020
    "Pacific/Apia",  # none since 2021
)
ZONES = (*BY_RULE, *WITHOUT_CHANGES, *BY_THEMSELVES)

BERLIN = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:20220327T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20221030T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""

local_times = st.datetimes(
    datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2030-12-31T23:59:59")
).map(lambda local: local.replace(fold=0))
"""Of a time that comes twice, the first: RFC 5545 section 3.3.5 knows no other."""


def test_zone_of_berlin_is_told_by_two_yearly_rules() -> None:
    told = zones.timezone("Europe/Berlin", 2023, 2023)

    assert told.to_ical().decode().replace("\r\n", "\n") == BERLIN


@pytest.mark.parametrize("tzid", BY_RULE)
def test_zone_with_one_rule_for_every_year_says_it(tzid: str) -> None:
    told = zones.timezone(tzid, 2023, 2026)

    assert ["RRULE" in change for change in told.subcomponents] == [True, True]


@pytest.mark.parametrize("tzid", WITHOUT_CHANGES)
def test_zone_without_changes_has_one_observance(tzid: str) -> None:
    told = zones.timezone(tzid, 2023, 2026)

    assert [observance.name for observance in told.subcomponents] == ["STANDARD"]


def test_irish_summer_is_the_daylight_time() -> None:
    told = zones.timezone("Europe/Dublin", 2023, 2023)

    assert [str(summer["TZNAME"]) for summer in told.daylight] == ["IST"]


@settings(max_examples=200, deadline=None)
@given(tzid=st.sampled_from(ZONES), local=local_times)
def test_zone_of_one_year_gives_a_reader_our_offset(tzid: str, local: datetime) -> None:
    assume(_exists(local, ZoneInfo(tzid)))

    read = _as_read(zones.timezone(tzid, local.year, local.year))

    assert _offset(read, local) == local.replace(tzinfo=ZoneInfo(tzid)).utcoffset()


@settings(max_examples=200, deadline=None)
@given(tzid=st.sampled_from(ZONES), local=local_times)
def test_zone_of_many_years_gives_a_reader_our_offset_in_each(tzid: str, local: datetime) -> None:
    assume(_exists(local, ZoneInfo(tzid)))

    read = _as_read(zones.timezone(tzid, 2020, 2030))

    assert _offset(read, local) == local.replace(tzinfo=ZoneInfo(tzid)).utcoffset()


@pytest.mark.parametrize(
    "tzid", ["Europe/Berlin", "Africa/Casablanca", "Australia/Sydney", "America/Santiago"]
)
def test_zone_is_right_on_both_sides_of_both_changes(tzid: str) -> None:
    zone = ZoneInfo(tzid)
    near = [moment for moment in _half_hours_of(2023, zone) if _changes_within_a_day(moment)]

    read = _as_read(zones.timezone(tzid, 2023, 2023))

    assert len(near) > 2 * 90  # two changes, almost 48 hours around each
    assert [_offset(read, m.replace(tzinfo=None)) for m in near] == [m.utcoffset() for m in near]


@pytest.mark.parametrize("tzid", ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata"])
@pytest.mark.parametrize("month", range(1, 13))
def test_zone_is_read_right_by_dateutil(tzid: str, month: int) -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\n" + zones.timezone(tzid, 2023, 2023).to_ical().decode() + "END:VCALENDAR\r\n"
    )
    noon = datetime.fromisoformat(f"2023-{month:02}-15T12:00")

    read = tzical(io.StringIO(calendar)).get(tzid)

    assert noon.replace(tzinfo=read).utcoffset() == noon.replace(tzinfo=ZoneInfo(tzid)).utcoffset()


def _as_read(told: Timezone) -> Component:
    return Component.from_ical(told.to_ical())


def _half_hours_of(year: int, zone: ZoneInfo) -> list[datetime]:
    """Local moments; of those that come twice only the first, for a TZID cannot say the second."""
    start = datetime(year, 1, 2, tzinfo=UTC)
    moments = [(start + timedelta(minutes=30 * n)).astimezone(zone) for n in range(48 * 362)]
    return [moment for moment in moments if not moment.fold]


def _changes_within_a_day(moment: datetime) -> bool:
    day = timedelta(days=1)
    around = [(moment.astimezone(UTC) + step).astimezone(moment.tzinfo).utcoffset() for step in (-day, day)]
    return around[0] != around[1]


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    """Whether a clock there ever shows this time: in spring an hour is skipped."""
    return local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local


def _offset(zone: Component, local: datetime) -> timedelta:
    """What RFC 5545 section 3.6.5 tells a reader to do: the observance with the latest onset counts."""
    begun = [
        (onset, part) for part in zone.subcomponents if (onset := _latest_onset(part, local)) is not None
    ]
    offset: timedelta = max(begun, key=lambda found: found[0])[1].decoded("TZOFFSETTO")
    return offset


def _latest_onset(observance: Component, local: datetime) -> datetime | None:
    start: datetime = observance.decoded("DTSTART")
    lines = observance.to_ical().decode().split("\r\n")
    rule = next((line.removeprefix("RRULE:") for line in lines if line.startswith("RRULE:")), "")
    if not rule:
        return start if start <= local else None
    found: datetime | None = rrulestr(rule, dtstart=start).before(local, inc=True)
    return found

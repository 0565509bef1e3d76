"""Days are counted on the calendar of the series' zone, hours on a stopwatch, months clip."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.core.clock import at_local
from mailer.reminders import Anchor, windows
from tests.support.reminding import BERLIN, a_meeting, a_rule, berlin

THIRTEEN_YEARS = st.dates(date(2019, 1, 1), date(2032, 12, 31))
CLOCKS = st.times(time(0), time(23, 59)).map(lambda clock: clock.replace(second=0, microsecond=0))
ZONES = st.sampled_from(
    ["Europe/Berlin", "Europe/London", "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kolkata"]
).map(ZoneInfo)


def due(starts_at: datetime, offset: str, at: str = "", *, anchor: Anchor = Anchor.BEFORE) -> datetime:
    [window] = windows(a_meeting(starts_at), [a_rule(offset, at, anchor=anchor)], zone=BERLIN)
    return window.due_at


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ("2023-03-25 17:00", datetime(2023, 3, 24, 8, 0, tzinfo=UTC)),
        ("2023-03-26 17:00", datetime(2023, 3, 25, 8, 0, tzinfo=UTC)),
        ("2023-03-27 17:00", datetime(2023, 3, 26, 7, 0, tzinfo=UTC)),
        ("2023-10-28 17:00", datetime(2023, 10, 27, 7, 0, tzinfo=UTC)),
        ("2023-10-29 17:00", datetime(2023, 10, 28, 7, 0, tzinfo=UTC)),
        ("2023-10-30 17:00", datetime(2023, 10, 29, 8, 0, tzinfo=UTC)),
    ],
)
def test_one_day_before_at_nine_is_nine_on_both_sides_of_a_clock_change(
    starts: str, expected: datetime
) -> None:
    assert due(berlin(starts), "P1D", "09:00") == expected


@pytest.mark.parametrize("starts", ["2023-03-26 17:00", "2023-10-29 17:00"])
def test_one_day_before_without_a_time_of_day_keeps_the_starts_clock(starts: str) -> None:
    start = berlin(starts)

    local = due(start, "P1D").astimezone(BERLIN)

    assert (local.date(), local.time()) == (start.astimezone(BERLIN).date() - timedelta(days=1), time(17))


def test_time_of_day_that_does_not_exist_moves_on_by_the_gap() -> None:
    assert due(berlin("2023-03-27 17:00"), "P1D", "02:30") == datetime(2023, 3, 26, 1, 30, tzinfo=UTC)
    assert due(berlin("2023-03-27 17:00"), "P1D", "02:30").astimezone(BERLIN).time() == time(3, 30)


def test_time_of_day_that_exists_twice_is_the_first() -> None:
    assert due(berlin("2023-10-30 17:00"), "P1D", "02:30") == datetime(2023, 10, 29, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        (
            "2023-03-26 04:00",
            datetime(2023, 3, 25, 23, 0, tzinfo=UTC),
        ),  # midnight on the clock: one hour is missing
        ("2023-10-29 04:00", datetime(2023, 10, 29, 0, 0, tzinfo=UTC)),  # 02:00 on the clock, the first
    ],
)
def test_hours_are_elapsed_time(starts: str, expected: datetime) -> None:
    assert due(berlin(starts), "PT3H") == expected


def test_hours_are_elapsed_time_also_before_the_second_half_past_two() -> None:
    start = datetime(2023, 10, 29, 1, 30, tzinfo=UTC)  # 02:30 for the second time

    assert due(start, "PT2H") == start - timedelta(hours=2)


def test_day_and_hours_together_count_the_day_on_the_calendar_first() -> None:
    assert due(berlin("2023-03-26 17:00"), "P1DT2H") == berlin("2023-03-25 15:00")


@pytest.mark.parametrize(
    ("starts", "offset", "expected"),
    [
        ("2023-03-31 17:00", "P1M", "2023-02-28 17:00"),
        ("2024-03-31 17:00", "P1M", "2024-02-29 17:00"),
        ("2023-05-31 17:00", "P1M", "2023-04-30 17:00"),
        ("2023-12-31 17:00", "P1M", "2023-11-30 17:00"),
        ("2024-02-29 17:00", "P1Y", "2023-02-28 17:00"),
        ("2023-01-31 17:00", "P2M", "2022-11-30 17:00"),
    ],
)
def test_months_clip_to_the_last_day(starts: str, offset: str, expected: str) -> None:
    assert due(berlin(starts), offset) == berlin(expected)


@pytest.mark.parametrize(
    ("starts", "offset", "expected"),
    [
        ("2024-03-01 17:00", "P1D", "2024-02-29 09:00"),
        ("2023-03-01 17:00", "P1D", "2023-02-28 09:00"),
        ("2024-02-29 17:00", "P14D", "2024-02-15 09:00"),
        ("2024-01-01 17:00", "P1D", "2023-12-31 09:00"),
        ("2024-01-10 17:00", "P2W", "2023-12-27 09:00"),
        ("2023-08-01 17:00", "P1D", "2023-07-31 09:00"),
    ],
)
def test_days_count_over_leap_days_the_31st_and_the_turn_of_the_year(
    starts: str, offset: str, expected: str
) -> None:
    assert due(berlin(starts), offset, "09:00") == berlin(expected)


def test_rule_that_counts_on_starts_at_the_events_end() -> None:
    start = berlin("2023-04-27 17:00")

    assert due(start, "PT1H", anchor=Anchor.AFTER) == berlin("2023-04-27 19:30")
    assert due(start, "P1D", "09:00", anchor=Anchor.AFTER) == berlin("2023-04-28 09:00")


def test_rule_that_counts_on_from_an_event_across_midnight_starts_on_its_last_day() -> None:
    start = berlin("2023-04-27 23:30")

    assert due(start, "P1D", "09:00", anchor=Anchor.AFTER) == berlin("2023-04-29 09:00")


@settings(max_examples=150)
@given(day=THIRTEEN_YEARS, clock=CLOCKS, at=CLOCKS, days=st.integers(1, 400), zone=ZONES)
def test_days_before_end_on_that_calendar_day_at_that_time_unless_a_gap_moves_it(
    day: date, clock: time, at: time, days: int, zone: ZoneInfo
) -> None:
    start = at_local(day, clock, zone)
    [window] = windows(a_meeting(start), [a_rule(f"P{days}D", f"{at:%H:%M}")], zone=zone)

    local = window.due_at.astimezone(zone)

    naive = datetime.combine(start.astimezone(zone).date() - timedelta(days=days), at)
    exists = naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == naive
    assert local.fold == 0
    assert (local.replace(tzinfo=None) == naive) is exists
    assert timedelta(0) <= local.replace(tzinfo=None) - naive <= timedelta(hours=1)


@settings(max_examples=100)
@given(day=THIRTEEN_YEARS, clock=CLOCKS, minutes=st.integers(1, 9_000), zone=ZONES)
def test_minutes_before_are_elapsed_whatever_the_clocks_do(
    day: date, clock: time, minutes: int, zone: ZoneInfo
) -> None:
    start = at_local(day, clock, zone)

    [window] = windows(a_meeting(start), [a_rule(f"PT{minutes}M")], zone=zone)

    assert start - window.due_at == timedelta(minutes=minutes)

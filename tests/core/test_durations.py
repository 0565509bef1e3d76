"""ISO 8601 durations: months and days belong to the calendar, hours to the clock."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailer.core.durations import BadDuration, Duration, parse_duration, shifted

BERLIN = ZoneInfo("Europe/Berlin")
SECOND_HALF_PAST_TWO = datetime(2023, 10, 29, 1, 30, tzinfo=UTC)
"""02:30 in Berlin for the second time that night."""

MOMENTS = st.integers(0, 2**31).map(lambda second: datetime.fromtimestamp(second, UTC))
SIGNS = st.sampled_from([-1, 1])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("P14D", Duration(days=14)),
        ("P2W", Duration(days=14)),
        ("P1W2D", Duration(days=9)),
        ("P1M", Duration(months=1)),
        ("P1Y2M", Duration(months=14)),
        ("PT2H", Duration(minutes=120)),
        ("PT90M", Duration(minutes=90)),
        ("P1DT1H30M", Duration(days=1, minutes=90)),
        ("P0D", Duration()),
    ],
)
def test_a_duration_is_read_in_its_three_kinds_of_unit(text: str, meant: Duration) -> None:
    assert parse_duration(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "14D",
        "-P1D",
        "P1.5D",
        "P1D ",
        "P1H",
        "PT1S",
        "P1M1Y",
        "p1d",
        "P١D",
        "P99999D",
        "P1D\n",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(BadDuration) as refused:
        parse_duration(text)

    assert refused.value.details == {"duration": text}


@given(months=st.integers(0, 999), days=st.integers(0, 9999), minutes=st.integers(0, 99999))
def test_what_is_written_is_read_again(months: int, days: int, minutes: int) -> None:
    assert parse_duration(f"P{months}M{days}DT{minutes}M") == Duration(months, days, minutes)


@given(text=st.text(max_size=20))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    with contextlib.suppress(BadDuration):
        assert isinstance(parse_duration(text), Duration)


@given(moment=MOMENTS, minutes=st.integers(0, 99999), sign=SIGNS)
@example(moment=SECOND_HALF_PAST_TWO, minutes=30, sign=-1)
def test_minutes_are_elapsed_time(moment: datetime, minutes: int, sign: int) -> None:
    """From the second 02:30 of an autumn night half an hour back was 01:00: an hour too early."""
    moved = shifted(moment, Duration(minutes=minutes), sign=sign, zone=BERLIN)

    assert moved - moment == sign * timedelta(minutes=minutes)


@given(moment=MOMENTS, days=st.integers(0, 400), sign=SIGNS)
def test_days_are_calendar_days_that_keep_the_hour(moment: datetime, days: int, sign: int) -> None:
    before = moment.astimezone(BERLIN)

    after = shifted(moment, Duration(days=days), sign=sign, zone=BERLIN).astimezone(BERLIN)

    kept = before.replace(tzinfo=None, fold=0) + sign * timedelta(days=days)
    assert after.replace(tzinfo=None, fold=0) - kept in (timedelta(0), timedelta(hours=1))


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2023-03-27T17:00+02:00", "P1D", "2023-03-26T09:00:00+02:00"),
        ("2023-03-26T17:00+02:00", "P1D", "2023-03-25T09:00:00+01:00"),
        ("2023-10-30T17:00+01:00", "P1D", "2023-10-29T09:00:00+01:00"),
        ("2024-03-31T17:00+02:00", "P1M", "2024-02-29T09:00:00+01:00"),
        ("2023-03-31T17:00+02:00", "P1M", "2023-02-28T09:00:00+01:00"),
        ("2024-01-14T17:00+01:00", "P14D", "2023-12-31T09:00:00+01:00"),
    ],
)
def test_nine_oclock_before_an_event_is_nine_oclock(start: str, duration: str, due: str) -> None:
    found = shifted(datetime.fromisoformat(start), parse_duration(duration), sign=-1, zone=BERLIN, at=time(9))

    assert found.astimezone(BERLIN).isoformat() == due


def test_midnight_is_a_time_of_day_like_others() -> None:
    start = datetime(2023, 1, 26, 16, 0, tzinfo=UTC)

    moved = shifted(start, Duration(), sign=-1, zone=BERLIN, at=time(0))

    assert moved.astimezone(BERLIN).isoformat() == "2023-01-26T00:00:00+01:00"


def test_what_was_moved_is_in_utc() -> None:
    start = datetime(2023, 1, 26, 17, 0, tzinfo=BERLIN)

    assert shifted(start, Duration(), sign=-1, zone=BERLIN).tzinfo is UTC


def test_only_a_duration_with_hours_has_a_clock() -> None:
    assert [parse_duration(text).has_clock for text in ("P1D", "PT2H", "P1DT1M")] == [False, True, True]

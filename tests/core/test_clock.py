"""Wall clocks of a zone, instants, and what people write for them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.core.clock import (
    NotATime,
    NoZone,
    at_local,
    iso_in,
    local_day,
    month_bounds,
    parse_instant,
    utcnow,
)

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
]


def test_now_is_an_aware_instant_in_utc() -> None:
    assert utcnow().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2023-04-26T09:00+02:00", datetime(2023, 4, 26, 7, 0, tzinfo=UTC)),
        ("2023-04-26 07:00Z", datetime(2023, 4, 26, 7, 0, tzinfo=UTC)),
        (" 2023-04-26T07:00:00.5+00:00 ", datetime(2023, 4, 26, 7, 0, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_with_its_zone_and_given_in_utc(text: str, meant: datetime) -> None:
    read = parse_instant(text)

    assert (read, read.tzinfo) == (meant, UTC)


@pytest.mark.parametrize("text", ["2023-04-26T09:00", "2023-04-26", "2023-04-26 09:00:00"])
def test_a_moment_without_zone_is_refused(text: str) -> None:
    with pytest.raises(NoZone) as refused:
        parse_instant(text)

    assert refused.value.details == {"text": text}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "26.4.2023 09:00",
        "2023-02-30T09:00Z",
        "2023-04-26T25:00Z",
        "0001-01-01T00:00+14:00",
        "x" * 5000,
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    """The year 1 in the far east lies before it in UTC: an OverflowError that nobody caught."""
    with pytest.raises(NotATime) as refused:
        parse_instant(text)

    assert refused.value.details == {"text": text[:40]}


def test_a_local_time_skipped_in_spring_moves_on_by_the_gap() -> None:
    skipped = at_local(date(2023, 3, 26), time(2, 30), BERLIN)

    assert skipped.astimezone(BERLIN).isoformat() == "2023-03-26T03:30:00+02:00"


def test_a_local_time_that_comes_twice_in_autumn_is_the_first() -> None:
    first = at_local(date(2023, 10, 29), time(2, 30), BERLIN)
    asked_for_the_second = at_local(date(2023, 10, 29), time(2, 30, fold=1), BERLIN)

    assert first.astimezone(BERLIN).isoformat() == "2023-10-29T02:30:00+02:00"
    assert asked_for_the_second == first


@pytest.mark.parametrize(
    "day", [date(2023, 3, 25), date(2023, 3, 27), date(2023, 10, 28), date(2023, 10, 30)]
)
def test_nine_in_the_morning_is_nine_on_both_sides_of_a_clock_change(day: date) -> None:
    assert at_local(day, time(9), BERLIN).astimezone(BERLIN).time() == time(9)


@given(day=st.dates(date(1990, 1, 1), date(2035, 12, 31)), clock=st.times(), zone=st.sampled_from(ZONES))
def test_a_local_time_comes_back_unless_it_was_skipped(day: date, clock: time, zone: ZoneInfo) -> None:
    back = at_local(day, clock, zone).astimezone(zone).replace(tzinfo=None, fold=0)
    meant = datetime.combine(day, clock.replace(fold=0))

    assert back == meant or meant < back <= meant + timedelta(hours=1)


def test_the_local_day_is_the_one_of_the_zone() -> None:
    late = datetime(2023, 1, 26, 23, 30, tzinfo=UTC)

    assert (local_day(late, BERLIN), local_day(late, ZoneInfo("UTC"))) == (
        date(2023, 1, 27),
        date(2023, 1, 26),
    )


def test_a_moment_is_printed_with_the_offset_of_the_zone_to_the_second() -> None:
    moment = datetime(2023, 1, 26, 16, 0, 0, 999, tzinfo=UTC)

    assert iso_in(moment, BERLIN) == "2023-01-26T17:00:00+01:00"


def test_no_moment_is_printed_as_none() -> None:
    assert iso_in(None, BERLIN) is None


@pytest.mark.parametrize(
    ("month", "bounds"),
    [
        ("2023-08", (date(2023, 8, 1), date(2023, 8, 31))),
        ("2023-12", (date(2023, 12, 1), date(2023, 12, 31))),
        ("2024-02", (date(2024, 2, 1), date(2024, 2, 29))),
    ],
)
def test_a_month_has_its_first_and_last_day(month: str, bounds: tuple[date, date]) -> None:
    assert month_bounds(month) == bounds

"""When a series ends by itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.series import (
    EventState,
    Series,
    SeriesState,
    closes_at,
    is_over,
    mark_ended,
    mark_erased,
    state_of,
)
from tests.support.reminding import BERLIN, a_meeting, berlin

JUNE = berlin("2023-06-29 17:00")
SEPTEMBER = berlin("2023-09-28 17:00")


def a_row(*starts: datetime | None, **facts: Any) -> Series:
    """A series that no database knows, with an event for each start; None is one that has only August 2023."""
    series = Series(**({"timezone": "Europe/Berlin", "closing_days": 14} | facts))
    series.all_events = [a_meeting(start) for start in starts]
    return series


def test_series_closes_fourteen_days_after_its_last_event_at_nine() -> None:
    assert closes_at(a_row(SEPTEMBER, JUNE)) == berlin("2023-10-12 09:00")


def test_series_closes_at_nine_on_the_other_side_of_a_clock_change() -> None:
    assert closes_at(a_row(berlin("2023-10-20 17:00"))) == berlin("2023-11-03 09:00")


def test_series_closes_as_many_days_later_as_it_says() -> None:
    assert closes_at(a_row(SEPTEMBER, closing_days=60)) == berlin("2023-11-27 09:00")


def test_closing_date_wins_over_the_last_event() -> None:
    assert closes_at(a_row(SEPTEMBER, closes_on=date(2023, 12, 31))) == berlin("2023-12-31 09:00")
    assert closes_at(a_row(SEPTEMBER, closes_on=date(2023, 7, 1))) == berlin("2023-07-01 09:00")
    assert closes_at(a_row(closes_on=date(2023, 7, 1))) == berlin("2023-07-01 09:00")


def test_series_without_events_and_closing_date_never_closes() -> None:
    series = a_row()

    assert closes_at(series) is None
    assert not is_over(series, berlin("2099-01-01 00:00"))


def test_undated_event_does_not_end_the_series_early() -> None:
    assert closes_at(a_row(JUNE, None)) == berlin("2023-09-14 09:00")


def test_undated_event_does_not_hold_the_series_open_for_ever() -> None:
    assert closes_at(a_row(None, SEPTEMBER)) == berlin("2023-10-12 09:00")


def test_last_event_moved_later_ends_the_series_later() -> None:
    series = a_row(JUNE, SEPTEMBER)

    series.events[1].starts_at = berlin("2023-11-30 17:00")
    series.events[1].ends_at = berlin("2023-11-30 18:30")

    assert closes_at(series) == berlin("2023-12-14 09:00")


def test_last_event_moved_before_another_leaves_the_end_to_that_one() -> None:
    series = a_row(JUNE, SEPTEMBER)

    series.events[1].starts_at = berlin("2023-05-25 17:00")
    series.events[1].ends_at = berlin("2023-05-25 18:30")

    assert closes_at(series) == berlin("2023-07-13 09:00")


def test_cancelled_last_event_leaves_the_end_to_the_one_before() -> None:
    series = a_row(JUNE, SEPTEMBER)

    series.events[1].state = EventState.CANCELLED

    assert closes_at(series) == berlin("2023-07-13 09:00")


def test_series_whose_events_are_all_cancelled_closes_after_the_last_of_them() -> None:
    series = a_row(JUNE, SEPTEMBER)

    for event in series.events:
        event.state = EventState.CANCELLED

    assert closes_at(series) == berlin("2023-10-12 09:00")


def test_event_across_midnight_counts_by_its_last_day() -> None:
    assert closes_at(a_row(berlin("2023-09-28 23:30"))) == berlin("2023-10-13 09:00")


def test_last_day_is_the_one_in_the_series_zone() -> None:
    assert closes_at(a_row(berlin("2023-09-28 21:00"), timezone="Asia/Tokyo")) == datetime.fromisoformat(
        "2023-10-13T09:00+09:00"
    )


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (SEPTEMBER, "2023-09-29 09:00"),
        (berlin("2023-09-28 07:00"), "2023-09-28 09:00"),
        (None, "2023-09-01 09:00"),
    ],
)
def test_series_without_closing_days_closes_the_next_morning_not_before_its_last_event(
    start: datetime | None, expected: str
) -> None:
    """It used to close at nine on the day itself, eight hours before the dialogue began."""
    assert closes_at(a_row(start, closing_days=0)) == berlin(expected)


@settings(max_examples=100)
@given(
    starts=st.lists(st.integers(0, 400_000), min_size=1, max_size=4),
    cancelled=st.sets(st.integers(0, 3)),
    closing_days=st.integers(0, 60),
)
def test_series_closes_at_nine_after_every_event_that_takes_place(
    starts: list[int], cancelled: set[int], closing_days: int
) -> None:
    series = a_row(*(JUNE + timedelta(minutes=minute) for minute in starts), closing_days=closing_days)
    for number, event in enumerate(series.events):
        event.state = EventState.CANCELLED if number in cancelled else EventState.FIXED

    end = closes_at(series)

    taking_place = [event for event in series.events if not event.is_cancelled] or series.events
    last = max(event.over_at(BERLIN) for event in taking_place)
    assert end is not None
    assert end.astimezone(BERLIN).hour == 9
    assert timedelta(0) <= end - last - timedelta(days=closing_days - 1)
    assert last <= end <= last + timedelta(days=closing_days + 2)


def test_series_is_over_from_its_closing_time_on() -> None:
    series = a_row(SEPTEMBER)
    end = berlin("2023-10-12 09:00")

    assert [is_over(series, end + timedelta(seconds=s)) for s in (-1, 0, 1)] == [False, True, True]


def test_series_ripens_from_planned_to_erased() -> None:
    series = a_row(JUNE, SEPTEMBER)
    end = berlin("2023-10-12 09:00")

    states = [state_of(series, moment) for moment in (JUNE - timedelta(seconds=1), JUNE, end)]
    mark_ended(series, now=end)
    mark_erased(series, now=end + timedelta(days=30))

    assert states == [SeriesState.PLANNED, SeriesState.RUNNING, SeriesState.ENDED]
    assert state_of(series, end + timedelta(days=30)) is SeriesState.ERASED


def test_series_is_planned_while_only_a_cancelled_event_would_have_begun() -> None:
    """A cancelled first dialogue used to make the series look as if it were running."""
    series = a_row(JUNE, SEPTEMBER)
    series.events[0].state = EventState.CANCELLED

    assert state_of(series, JUNE + timedelta(days=1)) is SeriesState.PLANNED


def test_series_runs_from_the_end_of_a_month_that_had_an_event() -> None:
    series = a_row(None, SEPTEMBER)

    states = [state_of(series, berlin(text)) for text in ("2023-08-31 23:59", "2023-09-01 00:00")]

    assert states == [SeriesState.PLANNED, SeriesState.RUNNING]


def test_ending_anew_forgets_that_an_earlier_end_was_erased() -> None:
    series = a_row(SEPTEMBER)
    mark_erased(series, now=SEPTEMBER)

    mark_ended(series, now=SEPTEMBER + timedelta(days=400))

    assert series.erased_at is None

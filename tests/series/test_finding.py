"""Looking up series and events, and what is still to come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from mailer import series as rooms_series
from mailer.series import (
    EventState,
    UnknownEvent,
    UnknownSeries,
    find_series,
    get_event,
    get_series,
    list_series,
)
from tests.support.making import NOON, a_series, an_event
from tests.support.reminding import berlin

SOON = NOON + timedelta(days=3)
LATER = NOON + timedelta(days=30)


def test_series_is_found_by_its_slug(session: Session) -> None:
    made = a_series(session)

    assert get_series(session, "wandel") is made
    assert find_series(session, "boden") is None


def test_unknown_series_is_refused_by_name(session: Session) -> None:
    with pytest.raises(UnknownSeries) as refused:
        get_series(session, "x" * 300)

    assert refused.value.details == {"series": "x" * 80}


def test_series_are_listed_oldest_first(session: Session) -> None:
    first, second = a_series(session, slug="zuerst"), a_series(session, slug="danach")

    assert list_series(session) == [first, second]


def test_event_is_found_in_its_own_series_only(session: Session) -> None:
    ours, other = a_series(session), a_series(session, slug="anders")
    event = an_event(session, ours)

    assert get_event(session, ours, "boden") is event
    with pytest.raises(UnknownEvent):
        get_event(session, other, "boden")


def test_upcoming_events_stand_in_order_with_an_undated_one_at_its_months_end(session: Session) -> None:
    series = a_series(session)
    september = an_event(session, series, slug="september", starts_at=berlin("2023-09-01 17:00"))
    august = an_event(session, series, slug="august")
    late_august = an_event(session, series, slug="ende-august", starts_at=berlin("2023-08-31 17:00"))

    assert rooms_series.upcoming(series, NOON) == [late_august, august, september]


def test_upcoming_leaves_out_what_is_cancelled_or_over(session: Session) -> None:
    series = a_series(session)
    an_event(session, series, slug="abgesagt", starts_at=SOON, state=EventState.CANCELLED)
    an_event(session, series, slug="vorbei", starts_at=NOON - timedelta(minutes=90))
    running = an_event(session, series, slug="laeuft", starts_at=NOON - timedelta(minutes=89))

    assert rooms_series.upcoming(series, NOON) == [running]


def test_two_events_at_one_moment_keep_the_organisers_order(session: Session) -> None:
    series = a_series(session)
    first = an_event(session, series, slug="zuerst", starts_at=SOON)
    second = an_event(session, series, slug="danach", starts_at=SOON)

    assert rooms_series.upcoming(series, NOON) == [first, second]


def test_next_event_is_the_first_that_can_be_put_into_a_calendar(session: Session) -> None:
    series = a_series(session)
    an_event(session, series, slug="laeuft", starts_at=NOON - timedelta(minutes=5))
    an_event(session, series, slug="unsicher", starts_at=SOON, state=EventState.PROVISIONAL)
    an_event(session, series, slug="august")
    fixed = an_event(session, series, slug="fest", starts_at=LATER)

    assert rooms_series.next_event(series, NOON) is fixed


def test_there_is_no_next_event_when_only_a_month_is_known(session: Session) -> None:
    series = a_series(session)
    an_event(session, series)

    assert rooms_series.next_event(series, NOON) is None

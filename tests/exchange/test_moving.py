"""A series of 2023 is moved so that it can be tried out today."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from mailer import exchange
from mailer.exchange import ImportReport, MovedTooFar, NothingToMove
from mailer.series import get_event
from tests.support.making import EXAMPLE

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
"""Half past midnight on 24 November 2026 in Berlin."""


def moved(
    session: Session, events: str, *, days: int = 3, more: str = "", now: datetime = NOW
) -> ImportReport:
    source = f"slug: wandel\ntitle: Wandel\nsender: {{address: dialog@example.org}}\n{more}events:\n{events}"
    return exchange.import_series(session, source.encode(), next_in=days, now=now)


def test_next_event_of_the_real_series_starts_in_three_days_at_its_hour(session: Session) -> None:
    series = exchange.import_series(session, EXAMPLE.read_bytes(), next_in=3, now=NOW).series

    third = get_event(session, series, "wirtschaftskreislaeufe")
    first = get_event(session, series, "bestand-nutzen")
    assert third.starts_at == datetime(2026, 11, 27, 16, tzinfo=UTC)
    assert third.ends_at == datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
    assert first.starts_at == datetime(2026, 9, 25, 15, tzinfo=UTC)
    assert first.documented_at == datetime(2026, 10, 6, 10, tzinfo=UTC)
    assert get_event(session, series, "beteiligung").month == "2027-04"
    assert {event.revision for event in series.events} == {0}


def test_documented_and_cancelled_events_are_not_the_next_one(session: Session) -> None:
    report = moved(
        session,
        """\
  - {slug: a, title: A, starts_at: 2023-01-01 10:00, duration: PT1H, state: cancelled}
  - {slug: b, title: B, starts_at: 2023-02-01 10:00, duration: PT1H, account: Es war gut.}
  - {slug: c, title: C, starts_at: 2023-03-01 10:00, duration: PT1H, documented_at: 2023-03-02 10:00}
  - {slug: e, title: E, starts_at: 2023-05-01 10:00, duration: PT1H}
  - {slug: d, title: D, starts_at: 2023-04-01 10:00, duration: PT1H}
""",
    )

    assert get_event(session, report.series, "d").starts_at == datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert get_event(session, report.series, "e").starts_at == datetime(2026, 12, 27, 9, tzinfo=UTC)


def test_closing_date_moves_along_and_series_moves_back_too(session: Session) -> None:
    report = moved(
        session,
        "  - {slug: a, title: A, starts_at: 2023-01-31 10:00, duration: PT1H}\n",
        more="closes_on: 2023-02-28\n",
        days=0,
        now=datetime(2022, 12, 31, 12, tzinfo=UTC),
    )

    assert report.series.closes_on == date(2023, 1, 28)
    assert report.series.events[0].starts_at == datetime(2022, 12, 31, 9, tzinfo=UTC)


def test_hour_that_the_clocks_skip_moves_on_by_the_gap(session: Session) -> None:
    report = moved(
        session,
        "  - {slug: a, title: A, starts_at: 2023-01-31 02:30, duration: PT1H}\n",
        days=1,
        now=datetime(2027, 3, 27, 12, tzinfo=UTC),
    )

    assert report.series.events[0].starts_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_series_without_a_next_event_cannot_be_moved(session: Session) -> None:
    with pytest.raises(NothingToMove):
        moved(session, "  - {slug: a, title: A, month: 2023-08}\n")


@pytest.mark.parametrize("days", [10**6, -(10**6), 10**12])
def test_series_is_not_moved_out_of_the_calendar(session: Session, days: int) -> None:
    with pytest.raises(MovedTooFar):
        moved(session, "  - {slug: a, title: A, starts_at: 2023-01-31 02:30, duration: PT1H}\n", days=days)

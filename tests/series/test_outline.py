"""The outline of a series says what the series says, from the first look on and after every change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer.series import Event, EventState, Series, UnknownSeries, closes_at, get_outline
from tests.support.making import NOON, a_series, an_event

DAY = timedelta(days=1)


def move(event: Event) -> None:
    assert event.starts_at is not None
    assert event.ends_at is not None
    event.starts_at, event.ends_at = event.starts_at + 40 * DAY, event.ends_at + 40 * DAY


def only_a_month(event: Event) -> None:
    event.starts_at, event.ends_at, event.month = None, None, "2024-05"


def cancel(event: Event) -> None:
    event.state, event.revised_at = EventState.CANCELLED, NOON


def hide(event: Event) -> None:
    event.draft = True


def close(event: Event) -> None:
    event.series.closes_on = date(2023, 3, 1)


def close_later(event: Event) -> None:
    event.series.closing_days = 60


def travel(event: Event) -> None:
    event.series.timezone = "Asia/Tokyo"


CHANGES = [move, only_a_month, cancel, hide, close, close_later, travel]


@pytest.mark.parametrize("change", CHANGES)
def test_outline_ends_when_the_series_does_also_after_a_change(
    session: Session, change: Callable[[Event], None]
) -> None:
    series = a_series(session)
    an_event(session, series, starts_at=NOON + 3 * DAY)
    last = an_event(session, series, slug="last", starts_at=NOON + 30 * DAY)
    before = get_outline(session, series.slug)

    change(last)
    after = get_outline(session, series.slug)

    assert before.ends_at != after.ends_at
    session.expire_all()
    assert after.ends_at == closes_at(session.get_one(Series, series.id))


def test_outline_of_a_series_without_events_has_no_end(session: Session) -> None:
    series = a_series(session)

    found = get_outline(session, series.slug)

    assert (found.id, found.ends_at, found.is_over(NOON + 9999 * DAY)) == (series.id, None, False)


def test_outline_knows_languages_and_form(session: Session) -> None:
    series = a_series(session, languages=["en", "de"], form_of_address="du")

    found = get_outline(session, series.slug)

    assert (found.slug, found.languages, found.form_of_address) == (series.slug, ("en", "de"), "du")


@pytest.mark.parametrize(
    "facts", [{"title": {"de": "Anders"}}, {"colour": "#123456"}, {"logo": "logo.png"}, {"slug": "anders"}]
)
def test_look_differs_when_the_frame_of_the_pages_does(session: Session, facts: dict[str, object]) -> None:
    series = a_series(session)
    before = get_outline(session, series.slug).look

    for name, value in facts.items():
        setattr(series, name, value)

    assert get_outline(session, series.slug).look != before


def test_two_series_keep_their_own_outlines(session: Session) -> None:
    here, there = a_series(session), a_series(session, slug="anders")
    an_event(session, there, starts_at=NOON)

    assert get_outline(session, here.slug).id == here.id
    assert get_outline(session, there.slug).id == there.id
    assert get_outline(session, here.slug).ends_at is None


@pytest.mark.parametrize("slug", ["unknown", "draft"])
def test_nobody_finds_the_outline_of_a_draft(session: Session, slug: str) -> None:
    a_series(session, slug="draft", draft=True)

    with pytest.raises(UnknownSeries):
        get_outline(session, slug)

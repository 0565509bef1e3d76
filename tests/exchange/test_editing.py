"""Changing one event by hand, and drafts that nobody but the desk knows of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer import exchange, series
from mailer.exchange import BadEventForm
from mailer.series import EditedMeanwhile, Event, EventState, Series, SlugTaken
from tests.support.making import NOON, a_series, an_event

START = datetime(2023, 3, 30, 15, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
FORM = {
    "slug": "boden",
    "title.de": "Was trägt der Boden?",
    "title.en": "",
    "starts_at": "2023-03-30 17:00",
    "ends_at": "2023-03-30 18:30",
    "month": "",
    "state": "fixed",
    "speakers.0.name": "Ada",
    "speakers.0.role.de": "Praxis",
}


def read(session: Session, found: Series, **typed: str) -> exchange.EventEntry:
    return exchange.read_event_form(FORM | typed, languages=found.languages, zone=found.zone)


def test_form_says_what_the_file_would_say(session: Session) -> None:
    found = a_series(session)

    entry = read(session, found)

    assert (entry.title, entry.starts_at) == ({"de": "Was trägt der Boden?"}, START)
    assert [(one.name, one.role) for one in entry.speakers] == [("Ada", {"de": "Praxis"})]


def test_problems_of_a_form_bear_the_names_of_its_fields(session: Session) -> None:
    found = a_series(session)

    with pytest.raises(BadEventForm) as refused:
        exchange.read_event_form(
            FORM | {"ends_at": "2023-03-30 16:00", "speakers.0.name": "x" * 5000, "title.de": ""},
            languages=found.languages,
            zone=found.zone,
        )

    told = [(name, problem.reason) for name, problem in refused.value.problems]
    assert sorted(told) == [
        ("ends_at", "ends_too_early"),
        ("speakers.0.name", "too_long"),
        ("title", "missing"),
    ]


def test_second_of_two_editors_is_told_and_overwrites_nothing(session: Session) -> None:
    found = a_series(session)
    event = an_event(session, found, starts_at=START)
    before = exchange.entry_of(session, event)
    exchange.edit_event(session, event, replace(before, place="Potsdam"), edition=0, now=LATER)

    with pytest.raises(EditedMeanwhile):
        exchange.edit_event(session, event, replace(before, place="Berlin"), edition=0, now=LATER)

    assert (event.place, event.revision) == ("Potsdam", 1)


def test_draft_is_known_to_the_desk_only_until_it_is_published(session: Session) -> None:
    found = a_series(session)
    an_event(session, found, slug="erster", starts_at=START)
    entry = replace(
        read(session, found),
        draft=True,
        starts_at=START + timedelta(days=300),
        ends_at=START + timedelta(days=301),
    )
    draft = exchange.create_event(session, found, entry, now=NOON)
    session.expire(found)
    end = series.closes_at(found)

    assert [event.slug for event in found.events] == ["erster"]
    with pytest.raises(series.UnknownEvent):
        series.get_event(session, found, "boden")

    exchange.edit_event(session, draft, replace(entry, draft=False), edition=0, now=LATER)
    session.expire(found)

    assert [event.slug for event in found.events] == ["erster", "boden"]
    assert (draft.revision, draft.created_at) == (0, LATER)
    assert series.closes_at(found) != end


def test_draft_survives_the_way_through_the_file(session: Session) -> None:
    found = a_series(session, draft=True)
    exchange.create_event(session, found, replace(read(session, found), draft=True), now=NOON)
    written = exchange.export_series(session, found)

    report = exchange.import_series(session, written.encode(), now=LATER)

    assert written.count("published: false") == 2
    assert not report.changed


def test_slug_of_another_dialogue_is_refused(session: Session) -> None:
    found = a_series(session)
    an_event(session, found, slug="boden", starts_at=START)

    with pytest.raises(SlugTaken):
        exchange.create_event(session, found, read(session, found), now=NOON)


def test_dialogue_changes_places_with_its_neighbour_and_stays_at_the_end(session: Session) -> None:
    found = a_series(session)
    first = an_event(session, found, slug="eins", starts_at=START)
    second = an_event(session, found, slug="zwei", starts_at=START)
    session.expire(found)

    assert exchange.move_event(session, second, by=-1)
    assert not exchange.move_event(session, second, by=-1)

    assert [event.slug for event in found.all_events] == ["zwei", "eins"]
    assert first.revision == second.revision == 0


def test_only_drafts_are_deleted(session: Session) -> None:
    found = a_series(session)
    public = an_event(session, found, slug="eins", starts_at=START)
    draft = an_event(session, found, slug="zwei", starts_at=START, draft=True, state=EventState.FIXED)

    for event in (public, draft):
        exchange.delete_event(session, event)

    assert session.get(Event, public.id) is public
    assert [event.slug for event in found.all_events] == ["eins"]

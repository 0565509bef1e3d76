"""A series begins as a copy of another."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from flask.testing import FlaskClient

from mailer import exchange, organisers, subscriptions
from mailer.organisers import Role
from mailer.series import EventState, find_series, get_event, get_series
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.desk.writing import people, post
from tests.web.visiting import GERMAN, SERIES, Visit

URL = f"/organiser/series{SERIES}/duplicate"
TYPED = {"title.de": "Wandel 2024", "slug": "wandel-2024", "amount": "12", "unit": "months", "dates": "dated"}


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_first_it_is_said_in_numbers_and_nothing_is_made(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 3)

    answer = post(owner, URL, **TYPED)

    said = words_of(answer.text)
    assert answer.status_code == 200
    assert "8 Dialoge, " in said
    assert "3 Personen auf der Erinnerungsliste, 2 Dokumentationen" in said
    assert "Donnerstag, 26. Januar 2023 Freitag, 26. Januar 2024" in said
    with visit.transaction() as session:
        assert find_series(session, "wandel-2024") is None


def test_copy_has_the_plans_and_nothing_of_what_came_of_them(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 3)

    answer = post(owner, URL, **TYPED, do="store")

    with visit.transaction() as session:
        found, old = get_series(session, "wandel-2024", drafts=True), get_series(session, SERIES[1:])
        event = get_event(session, found, "bestand-nutzen")
        file = exchange.export_series(session, found)
        noted = organisers.list_entries(session)[0]
        assert (found.draft, found.title, found.imprint) == (True, {"de": "Wandel 2024"}, old.imprint)
        assert sum(subscriptions.counts_by_state(session, found).values()) == 0
        assert event.starts_at == datetime(2024, 1, 26, 16, 0, tzinfo=UTC)
        assert event.announcement == get_event(session, old, "bestand-nutzen").announcement
        assert (event.account, event.materials, event.documented_at, event.join_url) == ({}, [], None, "")
        assert len(event.speakers) == len(get_event(session, old, "bestand-nutzen").speakers)
        assert get_event(session, found, "beteiligung").month == "2024-08"
        assert exchange.parse_series(file.encode()).slug == "wandel-2024"
        assert old.slug == SERIES[1:]
        assert len(old.events) == len(found.events)
    assert answer.headers["Location"] == "/organiser/series/wandel-2024/"
    assert (noted.action, noted.details["origin"]) == ("series.duplicated", SERIES[1:])


def test_copy_keeps_only_months_where_that_is_wanted(visit: Visit, owner: FlaskClient) -> None:
    post(owner, URL, **TYPED | {"amount": "52", "unit": "weeks", "dates": "month"}, do="store")

    with visit.transaction() as session:
        events = get_series(session, "wandel-2024", drafts=True).all_events
        assert {event.state for event in events} == {EventState.ANNOUNCED}
        assert [event.starts_at for event in events] == [None] * 8
        assert all(event.draft for event in events)
        assert events[0].month == "2024-01"


def test_mistakes_come_back_and_nothing_is_made(visit: Visit, owner: FlaskClient) -> None:
    wrong = {
        "slug": ["", "subscribe", SERIES[1:], "Groß"],
        "amount": ["", "bald", "1.5", "99999"],
        "title.de": [" ", "zwei\x00", "x" * 301],
    }
    for field, values in wrong.items():
        for value in values:
            answer = post(owner, URL, **TYPED | {field: value}, do="store")
            assert (answer.status_code, f'id="{field}-problem"' in answer.text) == (422, True), (field, value)


def test_only_owners_duplicate(signed_in: Callable[[Role], FlaskClient]) -> None:
    sender = signed_in(Role.SENDER)

    assert post(sender, URL, **TYPED).status_code == 403
    assert URL not in sender.get(f"/organiser/series{SERIES}/", headers=GERMAN).text


def test_organiser_duplicates_a_series_on_a_phone(desk: Desk) -> None:
    page = desk.open(width=375, language="en")
    page.goto(f"/organiser/series{SERIES}/")
    page.get_by_role("link", name="Duplicate the series").click()
    found = wrong_with(page)
    page.fill("#slug", "change-2024")
    page.get_by_role("button", name="Show what is copied").click()
    page.wait_for_selector("#foreseen")
    found += wrong_with(page)
    page.get_by_role("button", name="Make the copy").click()
    page.wait_for_url("**/organiser/series/change-2024/")

    assert found == []

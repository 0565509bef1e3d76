"""A series begins at the desk."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Error, Route
from werkzeug.test import TestResponse

from mailer import organisers, reminders
from mailer.series import Series, find_series, propose_slug
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.visiting import GERMAN, Visit, csrf_in, press

URL = "/organiser/series/new"
FILLED = {
    "place.de": "2",
    "place.en": "1",
    "title.de": "Räume öffnen",
    "title.en": "Opening rooms",
    "slug": "opening-rooms",
    "timezone": "Europe/Lisbon",
    "sender.name": "Network",
    "sender.address": "mail@example.org",
}


def send(client: FlaskClient, **changed: str) -> TestResponse:
    return press(client, URL, **FILLED | {name.replace("__", "."): text for name, text in changed.items()})


def stored(visit: Visit, slug: str) -> Series | None:
    with visit.transaction() as session:
        return find_series(session, slug)


def test_owner_begins_a_series_that_only_the_desk_knows(visit: Visit, owner: FlaskClient) -> None:
    answer = send(owner)

    found = stored(visit, "opening-rooms")
    assert found is not None
    assert answer.headers["Location"] == "/organiser/series/opening-rooms/"
    assert (found.languages, found.timezone, found.draft) == (["en", "de"], "Europe/Lisbon", True)
    with visit.transaction() as session:
        rules = reminders.rules_of_series(session, found)
        noted = [entry.action for entry in organisers.list_entries(session)]
    assert [rule.offset for rule in rules] == ["P14D", "P1D", "PT2H"]
    assert noted[0] == "series.created"
    page = owner.get(answer.headers["Location"], headers=GERMAN).text
    assert "/organiser/series/opening-rooms/dialogues/new" in page
    assert "Impressum und Datenschutzhinweis schreiben" in page
    assert visit.app.test_client().get("/opening-rooms").status_code == 404


@pytest.mark.parametrize(
    ("title", "proposed"),
    [
        ("Räume öffnen – für alle?", "raeume-oeffnen-fuer-alle"),
        ("Wandel. Machen. Vor Ort.", "wandel-machen-vor-ort-2"),
        ("Archiv", "archiv-2"),
        ("…", ""),
    ],
)
def test_free_address_is_proposed_from_the_title(sqlite_visit: Visit, title: str, proposed: str) -> None:
    with sqlite_visit.transaction() as session:
        assert propose_slug(session, title) == proposed


def test_typed_address_is_left_alone_while_the_title_changes(owner: FlaskClient) -> None:
    token = csrf_in(owner.get(URL, headers=GERMAN).text)
    fields = {"csrf_token": token, "title.de": "Neu", "place.de": "1", "proposed": "alt"}

    own = owner.post(f"{URL}/address", data=fields | {"slug": "mine"}, headers=GERMAN)
    ours = owner.post(f"{URL}/address", data=fields | {"slug": "alt"}, headers=GERMAN)
    shown = send(owner, slug="")

    assert 'value="mine"' in own.text
    assert 'value="neu"' in ours.text
    assert (shown.status_code, 'value="opening-rooms"' in shown.text) == (422, True)


def test_mistakes_come_back_with_a_sentence_each_and_nothing_is_stored(
    visit: Visit, owner: FlaskClient
) -> None:
    wrong = send(
        owner, place__en="", title__de="", slug="subscribe", sender__address="", timezone="Mars/Olympus"
    )
    taken = send(owner, slug="wandel-machen-vor-ort")
    none = send(owner, place__de="", place__en="")

    for field in ("title.en", "slug", "sender.address", "timezone"):
        assert f'id="{field}-problem"' in wrong.text, field
    assert 'value="Opening rooms"' in wrong.text
    assert 'id="slug-problem"' in taken.text
    assert 'id="place.de-problem"' in none.text
    assert {answer.status_code for answer in (wrong, taken, none)} == {422}


def test_address_typed_before_the_proposal_comes_is_not_written_over(desk: Desk) -> None:
    page = desk.open()
    page.goto(URL)
    held: list[Route] = []

    def hold(request: Route) -> None:
        held.append(request)

    page.route("**/new/address", hold)
    page.fill("[id='title.de']", "Räume öffnen")
    with page.expect_request("**/new/address"):
        page.focus("#slug")
    with page.expect_request("**/new/address"):
        page.keyboard.type("raum")
    for request in held:
        with suppress(Error):  # the first was called off
            request.continue_()
    page.wait_for_load_state("networkidle")

    assert page.input_value("#slug") == "raum"


def test_organiser_begins_a_series_and_its_first_dialogue_by_keyboard_on_a_phone(desk: Desk) -> None:
    page = desk.open(width=375)
    page.get_by_role("link", name="Neue Dialogreihe").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{URL}")
    found = wrong_with(page)
    page.get_by_label("Titel (Deutsch)").focus()
    page.keyboard.type("Räume öffnen")
    with page.expect_response("**/new/address"):
        page.keyboard.press("Tab")
    page.wait_for_function("document.getElementById('slug').value === 'raeume-oeffnen'")
    page.get_by_role("button", name="Reihe anlegen").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/organiser/series/raeume-oeffnen/")
    found += wrong_with(page)
    page.get_by_role("link", name="Ersten Dialog planen").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Frage – Deutsch", exact=True).focus()
    page.keyboard.type("Wem gehört der Platz?")
    page.get_by_label("Adressteil").focus()
    page.keyboard.type("platz")
    page.fill("#starts_on", "2023-09-28")  # in which order one types a day is the browser's business
    page.fill("#starts_time", "17:00")
    page.fill("#ends_time", "18:30")
    page.get_by_role("button", name="Entwurf speichern").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/dialogues*")

    assert page.locator("#dialogue-platz").is_visible()
    with desk.visit.transaction() as session:
        series = find_series(session, "raeume-oeffnen")
        assert series is not None
        assert series.all_events[0].starts_at == datetime(2023, 9, 28, 15, 0, tzinfo=UTC)
    assert found == []

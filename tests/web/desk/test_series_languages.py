"""The languages of a series at the desk: what goes with one, and that it comes back whole."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mailer import exchange, organisers
from mailer.organisers import Role
from mailer.series import get_series
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.desk.writing import people, post
from tests.web.visiting import SERIES, Visit

URL = f"/organiser/series{SERIES}/settings/languages"


def send(visit: Visit, client: FlaskClient, *, de: str, en: str, **more: str) -> TestResponse:
    with visit.transaction() as session:
        edition = str(get_series(session, SERIES[1:]).edition)
    return post(client, URL, **{"edition": edition, "place.de": de, "place.en": en} | more)


def spoken(visit: Visit) -> list[str]:
    with visit.transaction() as session:
        return get_series(session, SERIES[1:]).languages


def file(visit: Visit) -> str:
    with visit.transaction() as session:
        return exchange.export_series(session, get_series(session, SERIES[1:]))


def test_what_goes_with_a_language_is_said_before_it_goes(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 2)
    people(visit, 3, language="en", first=2)

    answer = send(visit, owner, de="1", en="")

    assert answer.status_code == 200
    assert re.search(r"English: [1-9][0-9]+ Texte werden ausgeblendet", answer.text)
    assert "3 Personen auf der Erinnerungsliste bekommen dann Deutsch." in " ".join(answer.text.split())
    assert spoken(visit) == ["de", "en"]


def test_language_comes_back_with_all_its_texts_whatever_was_edited_meanwhile(
    visit: Visit, owner: FlaskClient
) -> None:
    before = file(visit)
    send(visit, owner, de="1", en="", do="go")
    german = file(visit)
    with visit.transaction() as session:
        found = get_series(session, SERIES[1:])
        settings = exchange.settings_of(session, found) | {"closing_days": "15"}
        changed = exchange.read_settings_form(session, found, settings)
        exchange.edit_settings(session, found, changed, edition=found.edition, now=visit.now)
        for event in found.all_events:
            entry = exchange.entry_of(session, event)
            shorter = exchange.read_event_form(
                {"slug": entry.slug, "title": entry.title["de"], "month": "2023-08"},
                languages=["de"],
                zone=found.zone,
            )
            turned = shorter.__class__(
                **vars(entry) | {"place": "Anderswo", "speakers": entry.speakers[::-1]}
            )
            exchange.edit_event(session, event, turned, edition=event.edition, now=visit.now)
            back = shorter.__class__(**vars(turned) | {"place": entry.place, "speakers": entry.speakers})
            exchange.edit_event(session, event, back, edition=event.edition, now=visit.now)
    send(visit, owner, de="1", en="2")

    after = file(visit).replace("closing_days: 15", "closing_days: 14")
    assert "  en: " not in german
    assert after == before


def test_readers_of_a_language_that_went_are_written_to_in_the_first(
    visit: Visit, owner: FlaskClient
) -> None:
    send(visit, owner, de="1", en="", do="go")

    with visit.transaction() as session:
        found = get_series(session, SERIES[1:])
        noted = organisers.list_entries(session)[0]
        assert (found.spoken("en"), found.spoken("de")) == ("de", "de")
    assert (noted.action, noted.details["languages"]) == ("series.languages_changed", ["de"])


def test_order_changes_at_once(visit: Visit, owner: FlaskClient) -> None:
    answer = send(visit, owner, de="2", en="1")

    assert (answer.status_code, spoken(visit)) == (303, ["en", "de"])


def test_title_that_would_be_nowhere_to_read_keeps_its_language(visit: Visit, owner: FlaskClient) -> None:
    with visit.transaction() as session:
        event = get_series(session, SERIES[1:]).all_events[0]
        event.title = {"de": event.title["de"]}

    answer = send(visit, owner, de="", en="1", do="go")
    twice = send(visit, owner, de="1", en="1")
    none = send(visit, owner, de="", en="")

    assert {one.status_code for one in (answer, twice, none)} == {422}
    assert "steht nur in der Sprache, die wegfallen soll" in answer.text
    assert spoken(visit) == ["de", "en"]


def test_second_of_two_is_told(visit: Visit, signed_in: Callable[[Role], FlaskClient]) -> None:
    first, second = signed_in(Role.OWNER), signed_in(Role.OWNER)
    send(visit, first, de="2", en="1")

    answer = post(second, URL, **{"edition": "0", "place.de": "1", "place.en": "2"})

    assert answer.status_code == 409
    assert "Die Sprachen sind jetzt: English, Deutsch." in answer.text
    assert spoken(visit) == ["en", "de"]


def test_pages_have_nothing_wrong_with_them(desk: Desk) -> None:
    page = desk.open(width=375, dark=True)
    page.goto(f"/organiser/series{SERIES}/settings")
    page.get_by_role("link", name="Sprachen ändern").click()
    found = wrong_with(page)
    page.select_option("[id='place.en']", "")
    page.get_by_role("button", name="Sprachen speichern").click()
    page.get_by_role("button", name="English herausnehmen").wait_for()

    assert found + wrong_with(page) == []

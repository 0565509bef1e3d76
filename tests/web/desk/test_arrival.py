"""How one gets to a dialogue: written at the desk, read wherever somebody travels."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mailer import exchange
from mailer.series import EventFormat, find_series, get_event, get_series
from tests.support.seating import comes
from tests.web.visiting import GERMAN, SERIES, Visit, csrf_in, press

DIALOGUE = f"/organiser/series{SERIES}/dialogues/wirtschaftskreislaeufe"
PAGE = f"{SERIES}/wirtschaftskreislaeufe"
FORM = {
    "do": "save",
    "title.de": "Wie geht es weiter?",
    "starts_on": "2023-03-30",
    "starts_time": "17:00",
    "ends_time": "18:30",
    "state": "fixed",
    "format": "hybrid",
    "place": "Potsdam",
    "arrival.de": "Mit der *Bahn*.\n\n<script>Ohne</script> Stufen.",
    "arrival.en": "By *train*.",
}
WORDS = {"de": "Mit der *Bahn*.\n\n<script>Ohne</script> Stufen.", "en": "By *train*."}


@pytest.fixture
def travel(visit: Visit) -> None:
    with visit.transaction() as session:
        event = get_event(session, get_series(session, SERIES[1:]), "wirtschaftskreislaeufe")
        event.format, event.place, event.title = EventFormat.HYBRID, "Potsdam", {"de": "Wie geht es weiter?"}


def save(client: FlaskClient, **fields: str) -> TestResponse:
    page = client.get(f"{DIALOGUE}/edit", headers=GERMAN).text
    edition = re.search(r'name="edition" value="(\d+)"', page)
    assert edition is not None
    form = FORM | {"csrf_token": csrf_in(page), "edition": edition[1]} | fields
    return client.post(f"{DIALOGUE}/edit", data=form, headers=GERMAN)


def test_hints_written_at_the_desk_stand_on_the_page_and_raise_no_sequence(
    visit: Visit, owner: FlaskClient, travel: None
) -> None:
    answer = save(owner)

    page = visit.app.test_client().get(PAGE, headers=GERMAN).text
    form = owner.get(f"{DIALOGUE}/edit", headers=GERMAN).text
    with visit.transaction() as session:
        event = get_event(session, get_series(session, SERIES[1:]), "wirtschaftskreislaeufe")
        assert (event.arrival, event.revision, event.changed_at) == (WORDS, 0, visit.now)
    assert answer.status_code == 303
    assert "<dt>Anreise</dt>" in page
    assert "<p>Mit der <em>Bahn</em>.</p>" in page
    assert "<script>Ohne" not in page + form
    assert "By *train*." in form


@pytest.mark.parametrize("change", [{"format": "online"}, {"state": "cancelled"}, {"late": "yes"}])
def test_hints_are_gone_where_nobody_travels(
    visit: Visit, owner: FlaskClient, travel: None, change: dict[str, str]
) -> None:
    save(owner)
    with visit.transaction() as session:
        found = get_series(session, SERIES[1:])
        event = get_event(session, found, "wirtschaftskreislaeufe")
        for name, value in change.items():
            if name == "late":
                visit.now += timedelta(days=4)
            else:
                setattr(event, name, value)

    assert "Anreise" not in visit.app.test_client().get(PAGE, headers=GERMAN).text


def test_who_comes_on_site_finds_them_on_her_own_page(visit: Visit, owner: FlaskClient, travel: None) -> None:
    save(owner)
    with visit.transaction() as session:
        event = get_event(session, get_series(session, SERIES[1:]), "wirtschaftskreislaeufe")
        number = comes(session, event, "anna", now=visit.now).id
    url = f"/registrations/{visit.link('seat', number)}"
    guest = visit.app.test_client()

    on_site = guest.get(url, headers=GERMAN).text
    online = press(guest, url, do="online").text

    assert "Mit der <em>Bahn</em>" in on_site
    assert "Mit der <em>Bahn</em>" not in online


def test_copies_of_a_dialogue_and_of_a_series_keep_them(
    visit: Visit, owner: FlaskClient, travel: None
) -> None:
    save(owner)
    token = csrf_in(owner.get(f"{DIALOGUE}/edit").text)
    copy = {
        "title.de": "Wandel 2024",
        "slug": "wandel-2024",
        "amount": "12",
        "unit": "months",
        "dates": "dated",
    }

    owner.post(f"{DIALOGUE}/duplicate", data={"csrf_token": token})
    owner.post(f"/organiser/series{SERIES}/duplicate", data={"csrf_token": token, "do": "store", **copy})

    with visit.transaction() as session:
        found, new = get_series(session, SERIES[1:]), find_series(session, "wandel-2024")
        assert new is not None
        event = get_event(session, found, "wirtschaftskreislaeufe-2", drafts=True)
        assert event.arrival == WORDS
        assert get_event(session, new, "wirtschaftskreislaeufe", drafts=True).arrival == WORDS
        assert (
            exchange.parse_series(exchange.export_series(session, found).encode()).events[2].arrival == WORDS
        )

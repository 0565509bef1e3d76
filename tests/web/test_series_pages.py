"""The public pages of a series."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event as db_event

from mailer import series
from mailer.series import EventFormat, EventState
from tests.support.making import a_series
from tests.support.seating import comes
from tests.web.visiting import GERMAN, SERIES, TITLE, Visit


def test_home_leads_to_the_only_series(client: FlaskClient) -> None:
    answer = client.get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, SERIES)


def test_home_lists_several_series(visit: Visit, client: FlaskClient) -> None:
    with visit.transaction() as session:
        a_series(session, slug="zweite", title={"de": "Die zweite Reihe"})

    page = client.get("/", headers=GERMAN).text

    assert all(title in page for title in (TITLE, "Die zweite Reihe", "8 Dialoge, Januar bis September 2023"))


def test_home_of_a_fresh_house_says_how_to_begin(visit: Visit, client: FlaskClient) -> None:
    with visit.transaction() as session:
        for found in series.list_series(session):
            for event in list(found.events):
                session.delete(event)
            session.flush()
            session.delete(found)

    answer = client.get("/", headers=GERMAN)

    assert answer.status_code == 200
    assert "Hier entsteht eine Dialogreihe" in answer.text
    assert "flask series import" in answer.text


def test_series_page_tells_what_comes_next_and_all_eight(client: FlaskClient) -> None:
    page = client.get(SERIES, headers=GERMAN).text

    assert page.count('<li class="dialogue') == 8
    for words in (
        "Donnerstag, 30.\u00a0März 2023",
        "17:00–18:30\u00a0Uhr (MESZ)",
        "in 3 Tagen",
        "August 2023 – Termin folgt",
        "15 Rahmenbedingungen",
        "Brandenburgische Landeszentrale für politische Bildung",
        'id="imprint"',
        'id="privacy"',
        f'action="{SERIES}/subscribe"',
    ):
        assert words in page, words


def test_series_page_does_not_tick_the_box(client: FlaskClient) -> None:
    assert "checked" not in client.get(SERIES).text.split('id="consent"')[1].split(">")[0]


def test_public_pages_never_show_the_join_link(client: FlaskClient) -> None:
    pages = [SERIES, f"{SERIES}/wirtschaftskreislaeufe", f"{SERIES}/calendar.ics"]
    pages.append(f"{SERIES}/wirtschaftskreislaeufe/event.ics")

    assert [path for path in pages if "meet.example.org" in client.get(path).text] == []


def test_public_join_link_is_shown_while_it_is_useful(visit: Visit, client: FlaskClient) -> None:
    with visit.transaction() as session:
        found = series.get_series(session, SERIES[1:])
        series.get_event(session, found, "wirtschaftskreislaeufe").join_url_public = True
    before = client.get(f"{SERIES}/wirtschaftskreislaeufe").text
    entry = client.get(f"{SERIES}/wirtschaftskreislaeufe/event.ics").text

    visit.now += timedelta(days=10)
    after = client.get(f"{SERIES}/wirtschaftskreislaeufe").text

    assert ("meet.example.org" in before, "meet.example.org" in entry) == (True, True)
    assert "meet.example.org" not in after


def test_event_page_tells_all_that_came_out(client: FlaskClient) -> None:
    page = client.get(f"{SERIES}/bestand-nutzen", headers=GERMAN).text

    for words in (
        "Dialog 1 von 8",
        "CityCube Berlin und online",
        "Rainer Genilke",
        "verhindert",
        "Was daraus wurde",
        "Mitschnitt der Auftaktveranstaltung",
        "Nachgeholt",
        "<h3>Kommunen</h3>",
        "<h3>Land und Bund</h3>",
        "Welche Maßnahmen und Bedingungen helfen",
    ):
        assert words in page, words


def test_event_page_speaks_english_too(client: FlaskClient) -> None:
    page = client.get(f"{SERIES}/wirtschaftskreislaeufe?lang=en").text

    assert '<html lang="en">' in page
    assert "Thursday, 30\u00a0March 2023" in page
    assert "17:00–18:30 (CEST)" in page


def test_month_only_event_has_no_calendar_link(client: FlaskClient) -> None:
    page = client.get(f"{SERIES}/beteiligung", headers=GERMAN).text

    assert "August 2023 – Termin folgt" in page
    assert "event.ics" not in page


def test_cancelled_event_says_so_and_is_not_next(visit: Visit, client: FlaskClient) -> None:
    with visit.transaction() as session:
        found = series.get_series(session, SERIES[1:])
        series.get_event(session, found, "wirtschaftskreislaeufe").state = EventState.CANCELLED

    page = client.get(SERIES, headers=GERMAN).text

    assert "fällt aus" in page
    assert "Donnerstag, 27.\u00a0April 2023" in page.split('id="join"')[0]


def test_event_that_has_begun_is_still_the_one_on_top(visit: Visit, client: FlaskClient) -> None:
    visit.now = datetime(2023, 3, 30, 15, 30, tzinfo=UTC)

    page = client.get(SERIES, headers=GERMAN).text.split('id="join"')[0]

    assert "läuft gerade" in page
    assert "Donnerstag, 30.\u00a0März 2023" in page


def test_event_with_only_a_month_is_next_when_it_is(visit: Visit, client: FlaskClient) -> None:
    visit.now = datetime(2023, 7, 1, tzinfo=UTC)

    page = client.get(SERIES, headers=GERMAN).text.split('id="join"')[0]

    assert "August 2023 – Termin folgt" in page
    assert "event.ics" not in page


def test_addresses_with_a_slash_behind_them_work_too(client: FlaskClient) -> None:
    paths = (f"{SERIES}/", f"{SERIES}/boden/")

    assert [client.get(path).status_code for path in paths] == [200, 200]
    assert client.get("/organiser").headers["Location"] in ("/organiser/", "http://localhost/organiser/")


def test_series_page_after_its_end_offers_no_form(visit: Visit, client: FlaskClient) -> None:
    visit.now += timedelta(days=365)

    page = client.get(SERIES, headers=GERMAN).text

    assert "Die Reihe ist zu Ende" in page
    assert "<form" not in page


def test_markup_in_organisers_words_stays_text(visit: Visit, client: FlaskClient) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    with visit.transaction() as session:
        found = series.get_series(session, SERIES[1:])
        found.title = {"de": evil}
        found.about = found.imprint = {"de": f"{evil} [x](javascript:alert(1))"}
        event = series.get_event(session, found, "bestand-nutzen")
        event.title = event.guiding_question = {"de": evil}
        event.place = event.speakers[0].name = evil
        event.speakers[0].quote = {"de": evil}
        event.materials[0].url = "javascript:alert(1)"

    for path in (SERIES, f"{SERIES}/bestand-nutzen", "/", f"{SERIES}/subscribe"):
        page = client.get(path, headers=GERMAN, follow_redirects=True).text
        assert [
            evil for evil in ("<script>alert", "<img src=x", 'href="javascript:') if evil in page
        ] == [], path


def test_series_page_asks_a_constant_number_of_queries(visit: Visit, client: FlaskClient) -> None:
    asked: list[str] = []
    engine = visit.house.database.engine
    db_event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    client.get(SERIES)

    assert len(asked) <= 8


def test_public_page_is_not_sent_twice_and_sets_no_cookie(client: FlaskClient) -> None:
    for path in (SERIES, f"{SERIES}/bestand-nutzen", f"{SERIES}/subscribe"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

        assert (first.status_code, again.status_code, again.data) == (200, 304, b""), path
        assert "Set-Cookie" not in first.headers, path
        assert "Cookie" not in first.headers["Vary"], path


def test_unknown_series_and_event_are_helpful_404s(client: FlaskClient) -> None:
    for path in ("/gibt-es-nicht", f"{SERIES}/gibt-es-nicht", "/UPPER", "/a%00b", f"{SERIES}/a/b/c"):
        answer = client.get(path, headers=GERMAN)

        assert answer.status_code == 404, path
        assert 'class="ways"' in answer.text, path


NEXT = "wirtschaftskreislaeufe"


def next_dialogue(visit: Visit, client: FlaskClient, *, language: str = "de", **facts: Any) -> str:
    """What the page says of the dialogue that comes next, held like this."""
    with visit.transaction() as session:
        found = series.get_event(session, series.get_series(session, SERIES[1:]), NEXT)
        plain = {"format": EventFormat.HYBRID, "place": "Potsdam", "registration_url": "", "capacity": None}
        for name, value in (plain | facts).items():
            setattr(found, name, value)
    return client.get(SERIES, headers={"Accept-Language": language}).text.split('id="join"')[0]


def register(visit: Visit, name: str) -> None:
    with visit.transaction() as session:
        comes(
            session,
            series.get_event(session, series.get_series(session, SERIES[1:]), NEXT),
            name,
            now=visit.now,
        )


@pytest.mark.parametrize(
    ("language", "words", "left"),
    [
        ("de", "Zu diesem Dialog anmelden", "Vor Ort ist noch 1 Platz frei."),
        ("en", "Register for this dialogue", "1 place on site is free."),
    ],
)
def test_a_seat_at_the_next_dialogue_is_one_click_away(
    visit: Visit, client: FlaskClient, language: str, words: str, left: str
) -> None:
    page = next_dialogue(visit, client, language=language, capacity=1)

    assert f'<a class="button" href="{SERIES}/{NEXT}/register">{words}</a>' in page
    assert left in page


def test_next_dialogue_that_is_full_says_so_and_leads_to_the_waiting_list(
    visit: Visit, client: FlaskClient
) -> None:
    next_dialogue(visit, client, capacity=1)
    register(visit, "anna")

    hybrid = next_dialogue(visit, client, capacity=1)
    on_site = next_dialogue(visit, client, capacity=1, format=EventFormat.ON_SITE)

    full = "Vor Ort sind alle Plätze vergeben."
    assert full in hybrid
    assert full in on_site
    assert ">Zu diesem Dialog anmelden</a>" in hybrid
    assert ">Auf die Warteliste setzen lassen</a>" in on_site


def test_next_dialogue_leads_to_a_registration_elsewhere(visit: Visit, client: FlaskClient) -> None:
    meetup = "https://meetup.example.org/wandel"

    page = next_dialogue(visit, client, registration_url=meetup)

    assert (
        f'<a class="button" href="{meetup}" rel="noopener noreferrer">Zu diesem Dialog anmelden</a>' in page
    )
    assert f"{NEXT}/register" not in page


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x"])
def test_next_dialogue_without_a_way_in_has_no_button(
    visit: Visit, client: FlaskClient, address: str
) -> None:
    unsafe = next_dialogue(visit, client, registration_url=address)
    undated = next_dialogue(visit, client, state=EventState.PROVISIONAL)

    assert "Zu diesem Dialog anmelden" not in unsafe + undated

"""The page of one dialogue: ways to it before, and what one can watch after."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from mailer import series
from mailer.series import Event, EventState
from tests.web.visiting import GERMAN, SERIES, Visit

NEXT = f"{SERIES}/wirtschaftskreislaeufe"
HYBRID = f"{SERIES}/bestand-nutzen"


@pytest.fixture
def visit(sqlite_visit: Visit) -> Visit:
    return sqlite_visit


def links(page: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'<a [^>]*?href="([^"]+)"', page)]


def publish(visit: Visit, slug: str, **urls: str) -> None:
    """Give the materials of an event addresses, by kind."""
    with visit.transaction() as session:
        event = series.get_event(session, series.get_series(session, SERIES[1:]), slug)
        for material in event.materials:
            material.url = urls.get(material.kind.value, material.url)


def test_dialogue_enters_every_calendar_by_a_plain_link(client: FlaskClient) -> None:
    page = client.get(NEXT, headers=GERMAN).text

    google = next(link for link in links(page) if link.startswith("https://calendar.google.com/"))
    outlook = next(link for link in links(page) if link.startswith("https://outlook.live.com/"))
    said, asked = parse_qs(urlsplit(google).query), parse_qs(urlsplit(outlook).query)
    assert f"{NEXT}/event.ics?lang=de" in links(page)
    assert f"webcal://localhost{NEXT}/event.ics?lang=de" in links(page)
    assert said["dates"] == ["20230330T150000Z/20230330T163000Z"]
    assert said["text"] == ["Wie können wir lokale Wirtschaftskreisläufe stärken und Synergien erzeugen?"]
    assert (asked["startdt"], asked["enddt"]) == (["2023-03-30T15:00:00Z"], ["2023-03-30T16:30:00Z"])
    assert asked["subject"] == said["text"]
    assert "meet.example.org" not in google + outlook
    assert "+" not in google + outlook


def test_calendar_links_end_with_the_dialogue(visit: Visit, client: FlaskClient) -> None:
    visit.now += timedelta(days=10)

    assert [link for link in links(client.get(NEXT).text) if "calendar" in link or ".ics" in link] == []


def test_place_is_found_on_a_map_that_is_not_in_the_page(client: FlaskClient) -> None:
    page = client.get(HYBRID, headers=GERMAN).text

    assert "https://www.openstreetmap.org/search?query=CityCube%20Berlin" in links(page)
    assert [mark for mark in ("<iframe", "<img", "<object", "<embed") if mark in page] == []
    assert "openstreetmap" not in client.get(NEXT).text


@pytest.mark.parametrize(
    ("url", "player"),
    [
        ("https://www.youtube.com/watch?v=aBcDeFgHi-1&t=3", "https://www.youtube-nocookie.com/embed/aBcDeFgHi-1"),
        ("https://youtu.be/aBcDeFgHi-1", "https://www.youtube-nocookie.com/embed/aBcDeFgHi-1"),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
        ("https://vimeo.com/76979871/8272103f6e", "https://player.vimeo.com/video/76979871?dnt=1&h=8272103f6e"),
        ("https://tube.example.org/w/kkGMgK9ZtnKfYAgnEtQxbv", "https://tube.example.org/videos/embed/kkGMgK9ZtnKfYAgnEtQxbv"),
        ("https://example.org/film.html", ""),
        ("https://evil.example;script-src*/w/kkGMgK9ZtnKf", ""),
        ("https://[::1/w/kkGMgK9ZtnKf", ""),
        ("https://youtube.com/watch?v='%22><b>", ""),
    ],
)  # fmt: skip
def test_recording_is_loaded_by_a_click_only(
    visit: Visit, client: FlaskClient, url: str, player: str
) -> None:
    publish(visit, "bestand-nutzen", recording=url)

    answer = client.get(HYBRID, headers=GERMAN)

    policy = answer.headers["Content-Security-Policy"]
    origin = "/".join(player.split("/")[:3])
    assert "<iframe" not in answer.text
    assert url in links(answer.text)
    assert [unescape(found) for found in re.findall(r'data-player="([^"]+)"', answer.text)] == [
        player
    ] * bool(player)
    assert policy.partition("; frame-src ")[2] == origin


def test_addendum_stands_under_its_own_heading(visit: Visit, client: FlaskClient) -> None:
    publish(visit, "bestand-nutzen", addendum="https://vimeo.com/76979871")

    page = client.get(HYBRID, headers=GERMAN).text

    assert '<h2 id="addenda">Nachgeholt</h2>' in page
    assert page.count("Gespräch mit Staatssekretär Rainer Genilke") == 1
    assert "Das Video liegt bei vimeo.com." in page


def test_what_came_of_a_dialogue_leads_from_the_archive_to_its_place(
    visit: Visit, client: FlaskClient
) -> None:
    """The conversation has no address, so it stands among the materials."""
    publish(visit, "bestand-nutzen", recording="https://vimeo.com/76979871")

    archive = client.get(SERIES, headers=GERMAN).text.split('id="archive"')[1]
    page = client.get(HYBRID, headers=GERMAN).text

    led = re.findall(rf'<a href="{HYBRID}#(\w+)">([^<]+)</a>', archive)
    assert led == [
        ("recordings", "Mitschnitt"),
        ("materials", "Nachgeholtes Gespräch"),
        ("materials", "Präsentationen"),
        ("conditions", "15 Rahmenbedingungen"),
    ]
    assert [place for place, _words in led if f'id="{place}"' not in page] == []


def test_announcement_of_a_past_dialogue_stands_below_what_came_of_it(client: FlaskClient) -> None:
    past, coming = client.get(HYBRID, headers=GERMAN).text, client.get(NEXT, headers=GERMAN).text

    assert re.findall(r'<h2 id="(?:account|materials|announcement)">([^<]+)', past) == [
        "Was daraus wurde",
        "Zum Ansehen und Nachlesen",
        "Worum es gehen sollte",
    ]
    assert '<h2 id="announcement">Worum es geht</h2>' in coming


def test_form_stands_on_the_page_of_every_dialogue_until_the_end(visit: Visit, client: FlaskClient) -> None:
    with visit.house.database.reading() as session:
        events: list[Event] = series.get_series(session, SERIES[1:]).events
        pages = [f"{SERIES}/{event.slug}" for event in events]
    during = [client.get(path).text.count(f'action="{SERIES}/subscribe"') for path in [SERIES, *pages]]

    visit.now += timedelta(days=365)
    after = [client.get(path).text.count("<form") for path in [SERIES, *pages]]

    assert (during, after) == ([1] * 9, [0] * 9)


def test_series_page_tells_what_comes_first_and_the_newest_of_the_archive_before_older(
    client: FlaskClient,
) -> None:
    page = client.get(SERIES, headers=GERMAN).text
    upcoming, archive = page.split('id="archive"')

    order = re.findall(r'<h3><a href="[^"]*/([\w-]+)"', archive)
    assert order == ["engagement", "bestand-nutzen"]
    assert len(re.findall(r'<li class="dialogue', upcoming)) == 6
    assert "mailto:dialog@example.org" in links(page)


def test_cancelled_dialogue_promises_nothing_more(visit: Visit, client: FlaskClient) -> None:
    """Its page said that more would follow, and offered a reminder of it."""
    with visit.transaction() as session:
        event = series.get_event(session, series.get_series(session, SERIES[1:]), "boden")
        event.state, event.announcement = EventState.CANCELLED, {}

    page = client.get(f"{SERIES}/boden", headers=GERMAN).text

    assert "Dieser Dialog findet nicht statt." in page
    assert "Näheres zu diesem Dialog folgt." not in page
    assert '<a class="button" href="#join">' not in page


def test_moment_is_given_to_the_visitors_clock_where_there_is_one(client: FlaskClient) -> None:
    assert 'data-moment="2023-03-30T17:00+02:00" hidden' in client.get(NEXT).text
    assert "data-moment" not in client.get(f"{SERIES}/beteiligung").text


def test_easy_words_are_offered_where_somebody_wrote_them(visit: Visit, client: FlaskClient) -> None:
    with visit.transaction() as session:
        event = series.get_event(session, series.get_series(session, SERIES[1:]), "wirtschaftskreislaeufe")
        event.plain_language = {"de": "Viele Dinge kommen von weit weg.\n\n<script>Das ist teuer.</script>"}

    german, english = client.get(NEXT, headers=GERMAN).text, client.get(f"{NEXT}?lang=en").text

    assert "<summary>In Leichter Sprache</summary>" in german
    assert "<p>Viele Dinge kommen von weit weg.</p>" in german
    assert "<script>Das" not in german
    assert "plain-language" not in english
    assert "plain-language" not in client.get(HYBRID, headers=GERMAN).text

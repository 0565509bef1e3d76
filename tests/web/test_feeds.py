"""What programs read: the Atom feed, the map of the site, and the head of a page."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from flask.testing import FlaskClient

from mailer.series import get_event, get_series
from tests.web.visiting import GERMAN, SERIES, TITLE, Visit

ATOM = {"a": "http://www.w3.org/2005/Atom"}
PLACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def feed(client: FlaskClient) -> Xml.Element:
    answer = client.get(f"{SERIES}/feed.xml", headers=GERMAN)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    return Xml.fromstring(answer.data)


def titles(root: Xml.Element) -> list[str]:
    return [title.text or "" for title in root.findall("a:entry/a:title", ATOM)]


def linked(client: FlaskClient, url: str) -> dict[str, Any]:
    page = client.get(url, headers=GERMAN).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_feed_tells_of_every_dialogue_and_of_what_is_documented(client: FlaskClient) -> None:
    root = feed(client)

    documented = [title for title in titles(root) if title.startswith("Dokumentation: ")]
    assert root.findtext("a:title", None, ATOM) == TITLE
    assert len(titles(root)) == 8 + 2
    assert len(documented) == 2


def test_documentation_enters_the_feed_when_it_is_published(visit: Visit, client: FlaskClient) -> None:
    with visit.transaction() as session:
        event = get_event(session, get_series(session, SERIES[1:]), "wirtschaftskreislaeufe")
        event.documented_at = visit.now + timedelta(days=9)
    before = titles(feed(client))
    visit.now += timedelta(days=9)

    after = titles(feed(client))

    assert len(after) - len(before) == 1
    assert after[0].startswith("Dokumentation: Wie können wir lokale Wirtschaftskreisläufe")


def test_ids_of_a_feed_are_all_different_and_stay(visit: Visit, client: FlaskClient) -> None:
    first = [one.text for one in feed(client).iter("{http://www.w3.org/2005/Atom}id")]
    visit.now += timedelta(days=1)

    second = [one.text for one in feed(client).iter("{http://www.w3.org/2005/Atom}id")]

    assert len(set(first)) == len(first)
    assert set(second) == set(first)


def test_feed_is_as_new_as_its_newest_entry(visit: Visit, client: FlaskClient) -> None:
    """A dialogue that was moved made its entry newer than the feed: readers who go by the feed never looked."""
    with visit.transaction() as session:
        event = get_event(session, get_series(session, SERIES[1:]), "boden")
        event.changed_at = visit.now + timedelta(days=3)

    root = feed(client)

    moments = [entry.findtext("a:updated", "", ATOM) for entry in root.findall("a:entry", ATOM)]
    assert root.findtext("a:updated", "", ATOM) == max(moments) == "2023-03-30T10:00:00+00:00"


def test_feed_answers_304_while_nothing_is_new(client: FlaskClient) -> None:
    first = client.get(f"{SERIES}/feed.xml")

    again = client.get(f"{SERIES}/feed.xml", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304


def test_feed_never_tells_the_join_link(client: FlaskClient) -> None:
    assert "meet.example.org" not in client.get(f"{SERIES}/feed.xml").text


def test_feed_of_a_series_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/nix/feed.xml").status_code == 404


def test_feed_survives_signs_that_xml_cannot_write(visit: Visit, client: FlaskClient) -> None:
    with visit.transaction() as session:
        event = get_event(session, get_series(session, SERIES[1:]), "boden")
        event.title = {"de": "Wem gehört\x0b der\uffff <Boden> & wem ]]> nicht?"}

    assert "Wem gehört der <Boden> & wem ]]> nicht?" in titles(feed(client))


def test_sitemap_names_every_page_in_every_language(client: FlaskClient) -> None:
    root = Xml.fromstring(client.get("/sitemap.xml").data)

    places = [place.findtext("s:loc", "", PLACE) for place in root.findall("s:url", PLACE)]
    languages = {link.get("hreflang") for link in root.iter("{http://www.w3.org/1999/xhtml}link")}
    assert len(places) == 9
    assert places[0] == f"http://localhost{SERIES}"
    assert languages == {"de", "en", "x-default"}


def test_robots_may_read_the_pages_and_find_the_map(client: FlaskClient) -> None:
    said = client.get("/robots.txt").text

    assert "Sitemap: http://localhost/sitemap.xml" in said
    assert "Disallow: /organiser/" in said


def test_dialogue_is_told_to_search_engines(client: FlaskClient) -> None:
    told = linked(client, f"{SERIES}/wirtschaftskreislaeufe")

    assert told["@type"] == "Event"
    assert told["startDate"] == "2023-03-30T17:00:00+02:00"
    assert told["eventStatus"] == "https://schema.org/EventScheduled"
    assert told["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
    assert "meet.example.org" not in json.dumps(told)


def test_dialogue_with_only_a_month_tells_the_month(client: FlaskClient) -> None:
    assert linked(client, f"{SERIES}/beteiligung")["startDate"] == "2023-08"


def test_series_names_its_dialogues_to_search_engines(client: FlaskClient) -> None:
    told = linked(client, SERIES)

    assert (told["@type"], len(told["subEvent"])) == ("EventSeries", 8)


@pytest.mark.parametrize("words", ["</script><script>alert(1)</script>", "<!--", "a & b \u2028"])
def test_words_cannot_break_out_of_what_search_engines_read(
    visit: Visit, client: FlaskClient, words: str
) -> None:
    with visit.transaction() as session:
        get_event(session, get_series(session, SERIES[1:]), "boden").title = {"de": words}

    page = client.get(f"{SERIES}/boden", headers=GERMAN).text

    assert page.count("</script>") == page.count("<script")
    assert linked(client, f"{SERIES}/boden")["name"] == " ".join(words.split())

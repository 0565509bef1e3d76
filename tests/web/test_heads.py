"""What a page says of itself in its head: its address, its languages, and what is shown beside a link to it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from mailer.series import get_event, get_series
from tests.web.visiting import SERIES, Visit

EVENT = f"{SERIES}/wirtschaftskreislaeufe"
GERMAN = {"Accept-Language": "de"}


class Head(HTMLParser):
    """The links and the metas of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.metas: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "link":
            self.links[f"{has['rel']} {has.get('hreflang', '')}".strip()] = has["href"]
        if tag == "meta":
            self.metas[has.get("property") or has.get("name", "")] = has.get("content", "")


def read(client: FlaskClient, path: str) -> Head:
    return Head(client.get(path, headers=GERMAN).text)


@pytest.fixture
def visit(sqlite_visit: Visit) -> Visit:
    return sqlite_visit


@pytest.mark.parametrize("path", [SERIES, EVENT])
def test_page_asked_for_in_a_language_has_an_address_of_its_own(client: FlaskClient, path: str) -> None:
    """The English page named the one without a language as its address: search engines left it out, and networks
    that go by ``og:url`` showed the German card to who had shared the English page."""
    plain, english = read(client, path), read(client, f"{path}?lang=en")

    assert plain.links["canonical"] == plain.metas["og:url"] == f"http://localhost{path}"
    assert english.links["canonical"] == english.metas["og:url"] == f"http://localhost{path}?lang=en"
    assert english.links["alternate en"] == english.links["canonical"]
    assert english.links["alternate x-default"] == plain.links["canonical"]


def test_language_nobody_speaks_gives_no_address_of_its_own(visit: Visit, client: FlaskClient) -> None:
    with visit.transaction() as session:
        get_series(session, SERIES[1:]).languages = ["de"]

    assert read(client, f"{SERIES}?lang=en").links["canonical"] == f"http://localhost{SERIES}"
    assert read(client, f"{SERIES}?lang=xx").links["canonical"] == f"http://localhost{SERIES}"


def test_languages_are_told_as_open_graph_writes_them(client: FlaskClient) -> None:
    """It knows ``de_DE``, and takes ``de`` for nothing."""
    head = read(client, EVENT)

    assert (head.metas["og:locale"], head.metas["og:locale:alternate"]) == ("de_DE", "en_GB")


def test_dialogue_without_a_text_is_described_by_its_date(visit: Visit, client: FlaskClient) -> None:
    with visit.transaction() as session:
        get_event(session, get_series(session, SERIES[1:]), "boden").announcement = {}

    described = "Donnerstag, 25. Mai 2023 · 17:00–18:30 Uhr (MESZ) · online per Videokonferenz"
    head = read(client, f"{SERIES}/boden")
    assert head.metas["description"] == head.metas["og:description"] == described


def test_series_without_a_text_is_described_by_its_dialogues(visit: Visit, client: FlaskClient) -> None:
    with visit.transaction() as session:
        get_series(session, SERIES[1:]).about = {}

    assert read(client, SERIES).metas["description"] == "8 Dialoge, Januar bis September 2023"

"""The HTML part asks nobody for anything, speaks its language, and holds nothing an organiser or stranger made run."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from mailer import letters
from mailer.core.types import Locale
from mailer.letters import LetterKind, Order
from tests.letters.occasions import ANNA, BASE_URL, orders
from tests.letters.samples import a_series, an_event, berlin

NAMES = sorted(orders("de"))
NAMESPACES = {"http://www.w3.org/1999/xhtml"}


class Page(HTMLParser):
    """Collects what a mail program would see of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def attributes(self, tag: str, name: str) -> list[str | None]:
        return [attributes.get(name) for found, attributes in self.tags if found == tag]


def html_of(name: str, language: Locale = "de") -> str:
    return letters.write(orders(language)[name]).html


@pytest.mark.parametrize("name", NAMES)
def test_html_fetches_nothing_from_anywhere(name: str) -> None:
    html = html_of(name)
    page = Page(html)

    links = {link or "" for link in page.attributes("a", "href")}

    assert not {"img", "link", "script", "iframe", "video", "audio", "object"} & {tag for tag, _ in page.tags}
    assert not re.search(r"url\(|@import|\bsrc\s*=|\bbackground\s*=", html)
    assert set(re.findall(r"https?://[^\s\"'<>)]+", html)) - NAMESPACES <= links
    assert all(
        link.startswith((BASE_URL, "https://meet.example.org/", "https://video.example.org/"))
        for link in links
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_html_says_its_language_and_layout_tables_say_so_too(name: str, language: Locale) -> None:
    page = Page(html_of(name, language))

    assert page.attributes("html", "lang") == [language]
    assert set(page.attributes("table", "role")) == {"presentation"}


@pytest.mark.parametrize("name", NAMES)
def test_html_is_whole_and_has_a_preheader_and_both_colour_schemes(name: str) -> None:
    html = html_of(name)

    assert "{{" not in html
    assert "{%" not in html
    assert "<mj-" not in html
    assert '<meta name="color-scheme" content="light dark"' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert re.search(r'<body[^>]*><div style="display:none[^>]*>[^<]+</div>', html)
    assert "max-width:600px" in html


def test_bare_letters_hold_no_link_but_the_one_they_are_for() -> None:
    sample = orders("de")

    for kind in letters.BARE:
        order = sample[kind.value]
        assert Page(letters.write(order).html).attributes("a", "href") == [order.link]


def test_every_letter_of_a_mailing_shows_the_way_out() -> None:
    for name, order in orders("de").items():
        if order.series and order.seat is None and order.kind not in letters.BARE | {LetterKind.FAREWELL}:
            written = letters.write(order)
            assert ANNA.unsubscribe_url in Page(written.html).attributes("a", "href"), name
            assert ANNA.unsubscribe_url in written.text.split("\n"), name


def test_confirm_and_leave_do_not_look_alike() -> None:
    """The confirm button is filled; what leads to leaving is a plain link or an outlined button."""
    filled = 'class="button" '

    assert filled in html_of("confirm")
    assert filled not in html_of("already")
    assert "abmelden" not in html_of("confirm").lower()


def test_names_and_titles_are_shown_not_run() -> None:
    series = a_series(title={"de": "<b>Fett</b> & {{ 7 * 7 }} {% raw %}"})
    event = an_event(
        series,
        "x",
        {"de": "<script>alert(1)</script>"},
        starts_at=berlin(2023, 3, 1, 17),
        join_url="javascript:alert(1)",
        announcement={"de": "<img src=https://evil.example/x> [klick](javascript:alert(1)) {{ 7 * 7 }}"},
    )
    recipient = letters.Recipient(ANNA.address, '"><img src=x>', ANNA.unsubscribe_url, ANNA.manage_url)

    written = letters.write(
        Order(
            LetterKind.REMINDER, "de", recipient, BASE_URL, berlin(2023, 2, 28, 9), series=series, event=event
        )
    )

    page = Page(written.html)
    assert "<script>alert(1)</script>" in "".join(page.texts)
    assert not {"script", "img", "b"} & {tag for tag, _ in page.tags}
    assert all((link or "").startswith(BASE_URL) for link in page.attributes("a", "href"))
    assert written.text.count("{{ 7 * 7 }}") == 3
    assert "49" not in written.text
    assert "javascript:alert(1)" not in written.html.replace("[klick](javascript:alert(1))", "")

"""Organisers' words: in the right language, and safe wherever they are shown."""

from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.core.text import in_language, markdown_html, markdown_text, one_line, unbroken

ENOUGH_SECONDS = 5.0
"""For the longest text a series file may hold."""


@pytest.mark.parametrize(
    ("words", "languages", "shown"),
    [
        ({"de": "Wandel", "en": "Change"}, (), "Change"),
        ({"de": "Wandel", "en": ""}, ("de", "en"), "Wandel"),
        ({"de": "", "fr": "Changement"}, ("de", "en"), "Changement"),
        ({}, ("de",), ""),
    ],
)
def test_a_missing_language_falls_back(words: dict[str, str], languages: tuple[str, ...], shown: str) -> None:
    assert in_language(words, "en", languages) == shown


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Ein **Wort** und *noch eines*.", "<p>Ein <strong>Wort</strong> und <em>noch eines</em>.</p>\n"),
        ("- eins\n- zwei", "<ul>\n<li>eins</li>\n<li>zwei</li>\n</ul>\n"),
        ("## Ablauf", "<h2>Ablauf</h2>\n"),
        ("> Zitat", "<blockquote>\n<p>Zitat</p>\n</blockquote>\n"),
        ("Kommunen & Länder", "<p>Kommunen &amp; Länder</p>\n"),
        (
            "[Karte](https://example.org/karte)",
            '<p><a href="https://example.org/karte" rel="noopener noreferrer">Karte</a></p>\n',
        ),
        (
            "[Mail](mailto:buero@example.org)",
            '<p><a href="mailto:buero@example.org" rel="noopener noreferrer">Mail</a></p>\n',
        ),
    ],
)
def test_markdown_becomes_plain_html(source: str, html: str) -> None:
    assert markdown_html(source) == html


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<svg onload=alert(1)>",
        "<img src=x onerror=alert(1)>",
        "<iframe src='https://evil.example'></iframe>",
        "<a href='javascript:alert(1)'>x</a>",
        "<style>body{display:none}</style>",
        "<p onclick=alert(1)>x</p>",
        "<!-- <b> -->",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "[x](vbscript:msgbox)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](file:///etc/passwd)",
        "<javascript:alert(1)>",
        "![x](https://evil.example/pixel.png)",
        "![x](javascript:alert(1))",
        '[x](https://example.org "onmouseover=alert(1)")',
        '[x](https://example.org/"onmouseover="alert(1))',
        "[x]: javascript:alert(1)\n\n[x]",
        "`<script>`",
        "```html\n<script>alert(1)</script>\n```",
    ],
)
def test_nothing_but_plain_tags_and_harmless_links_comes_out(source: str) -> None:
    assert unsafe_in(markdown_html(source)) == []


@given(source=st.text(alphabet="<>[]()!`*_#&;:\"'/= \n\tscriptjavahref", max_size=200))
def test_no_text_brings_another_tag_in(source: str) -> None:
    assert unsafe_in(markdown_html(source)) == []


def test_a_picture_is_not_loaded_from_elsewhere() -> None:
    assert "<img" not in markdown_html("![Karte](https://evil.example/pixel.png)")


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("Ein **Wort** und __noch eines__.", "Ein Wort und noch eines."),
        ("## Ablauf\n\nText", "Ablauf\n\nText"),
        ("[Karte](https://example.org/karte)", "Karte (https://example.org/karte)"),
        ("eins\r\n\r\n\r\n\r\nzwei\r\n", "eins\n\nzwei"),
        ("- eins\n- zwei", "- eins\n- zwei"),
        ("[ ] offen, [x] erledigt (heute)", "[ ] offen, [x] erledigt (heute)"),
    ],
)
def test_plain_text_drops_marks_and_spells_links_out(source: str, plain: str) -> None:
    assert markdown_text(source) == plain


@pytest.mark.parametrize("piece", ["[", "[a](", "**", "> ", "*a ", "![", "<"])
def test_a_text_of_marks_alone_costs_no_more_than_any_other(piece: str) -> None:
    """Each bracket looked for its partner to the end of the text: a long text took minutes."""
    source = piece * (20_000 // len(piece))
    started = process_time()

    markdown_text(source)
    markdown_html(source[:5_000])

    assert process_time() - started < ENOUGH_SECONDS


def test_one_line_folds_every_kind_of_white_space() -> None:
    assert one_line(" Wandel.\r\n\tMachen.\u2028 Vor\x0b Ort.\x85 ") == "Wandel. Machen. Vor Ort."


@pytest.mark.parametrize("sign", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_signs_that_let_text_read_backwards_are_dropped_everywhere(sign: str) -> None:
    assert one_line(f"a {sign} gnp.{sign}exe") == "a gnp.exe"
    assert markdown_html(f"**a{sign}b**") == "<p><strong>ab</strong></p>\n"
    assert markdown_text(f"**a{sign}b**") == "ab"


def test_marks_that_arabic_and_hebrew_names_need_stay() -> None:
    assert one_line("\u200fدانا\u200e GmbH") == "\u200fدانا\u200e GmbH"


def unsafe_in(html: str) -> list[str]:
    """Tags, attributes and addresses that must not be there."""
    harmless = re.compile(
        r"</?(p|strong|em|ul|ol|li|h2|h3|h4|blockquote|code)>|<(br|hr)>|</a>"
        r'|<a( href="(?!\s*(javascript|vbscript|data|file):)[^"<>]*")?( title="[^"<>]*")?'
        r' rel="noopener noreferrer">',
        re.IGNORECASE,
    )
    return re.findall(r"<[^>]*>?", harmless.sub("", html))


def test_line_never_breaks_within_a_day_or_an_hour() -> None:
    said = [
        unbroken(date)
        for date in (
            "Donnerstag, 30. März 2023, 17:00–18:30 Uhr (MESZ)",
            "30 March 2023, 17:00 (BST)",
            "März 2027",
        )
    ]

    assert said == [
        "Donnerstag, 30.\u00a0März 2023, 17:00–18:30\u00a0Uhr (MESZ)",
        "30\u00a0March 2023, 17:00 (BST)",
        "März 2027",
    ]

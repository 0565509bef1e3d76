"""What a series file may say, and how a broken one is refused: with line, field and reason."""

from __future__ import annotations

from textwrap import dedent

import pytest

from mailer import exchange
from mailer.core.i18n import translator
from mailer.exchange import BadSeriesFile, RuleEntry, SeriesFile
from mailer.reminders import Anchor, Audience, RuleKind

HEAD = """\
slug: wandel
title: {de: Wandel, en: Change}
languages: [de, en]
sender: {address: dialog@example.org}
"""


def parsed(text: str) -> SeriesFile:
    return exchange.parse_series(dedent(text).encode())


def problems(source: str | bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(BadSeriesFile) as refused:
        exchange.parse_series(source if isinstance(source, bytes) else source.encode())
    return [(problem.line, problem.field, problem.reason) for problem in refused.value.problems]


def test_short_file_means_the_defaults() -> None:
    found = parsed("slug: wandel\ntitle: Wandel\nsender: {address: dialog@example.org}\n")

    assert found.title == {"de": "Wandel"}
    assert found.languages == ["de"]
    assert found.timezone == "Europe/Berlin"
    assert found.form_of_address == "sie"
    assert (found.closing_days, found.retention_days) == (14, 30)
    assert found.rules == exchange.DEFAULT_RULES
    assert found.events == ()


def test_rules_are_read_with_all_their_words() -> None:
    found = parsed(
        HEAD
        + """\
reminders:
  - {kind: info, before: P1M, at: "08:30", audience: all, attendance: online}
  - {kind: reminder, after: P1DT2H}
"""
    )

    assert found.rules == (
        RuleEntry(RuleKind.INFO, Anchor.BEFORE, "P1M", "08:30", Audience.ALL, "online"),
        RuleEntry(RuleKind.REMINDER, Anchor.AFTER, "P1DT2H"),
    )


def test_event_without_reminders_differs_from_one_with_an_empty_list() -> None:
    usual, silent = parsed(
        HEAD
        + """\
events:
  - {slug: a, title: A, month: 2023-08}
  - {slug: b, title: B, month: 2023-08, reminders: []}
"""
    ).events

    assert usual.rules is None
    assert silent.rules == ()


def test_values_that_look_like_something_else_are_texts() -> None:
    found = parsed("slug: wandel\ntitle: 1.10\nsender: {address: a@example.org, name: 0123}\nimprint: no\n")

    assert found.title == {"de": "1.10"}
    assert found.sender_name == "0123"
    assert found.imprint == {"de": "no"}


def test_texts_lose_the_white_space_around_them_and_titles_their_line_ends() -> None:
    found = parsed(
        HEAD.replace("{de: Wandel, en: Change}", '"  Wandel\\n machen "') + 'about: "\\r\\na\\r\\nb  \\n"'
    )

    assert found.title == {"de": "Wandel machen"}
    assert found.about == {"de": "a\nb"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"slug: a\ntitle: \xfcber\n", [(2, "", "not_utf8")]),
        (b"slug: a\n\ntitle: a\x00b\n", [(3, "", "control_character")]),
        ("slug: wandel\n".encode("utf-16"), [(1, "", "not_utf8")]),
        (b"slug: [a\ntitle: b", [(2, "", "no_yaml")]),
        (b"slug: a\n\ttitle: b", [(2, "", "no_yaml")]),
        (b"", [(1, "", "not_one_document")]),
        (b"---\nslug: a\n---\nslug: b\n", [(1, "", "not_one_document")]),
        (b"just a text", [(1, "", "not_a_map")]),
        (b"title: &a x\nabout: *a\n", [(2, "", "alias_or_tag")]),
        (b"title: !!python/object x\n", [(1, "", "alias_or_tag")]),
        (b"title: " + b"[" * 100_000, [(1, "", "too_deep")]),
        (b"about: [" + b"a," * 60_000 + b"]", [(1, "", "too_many_values")]),
        (b"#" * 1_000_001, [(1, "", "file_too_large")]),
    ],
)
def test_file_that_cannot_be_read_names_the_line(source: bytes, expected: list[tuple[int, str, str]]) -> None:
    assert problems(source) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("titel: a", (5, "titel", "unknown_key")),
        ("slug: again", (5, "slug", "key_twice")),
        ("? [a]\n: b", (5, "", "key_is_no_text")),
        ("about: {fr: Bonjour}", (5, "about.fr", "unknown_language")),
        ("about: [a]", (5, "about", "not_a_value")),
        ('imprint: "\\x07"', (5, "imprint", "control_character")),
        ('imprint: "\\ud800"', (5, "imprint", "control_character")),
        ("imprint:\n  de: " + "x" * 20_001, (6, "imprint.de", "too_long")),
        ("reply_to: nobody", (5, "reply_to", "not_an_address")),
        ("timezone: Europe/Potsdam", (5, "timezone", "not_a_zone")),
        ("timezone: ../../etc/passwd", (5, "timezone", "not_a_zone")),
        ("timezone: Europe", (5, "timezone", "not_a_zone")),
        ("form_of_address: ihr", (5, "form_of_address", "not_one_of")),
        ("closes_on: 2023-02-30", (5, "closes_on", "not_a_day")),
        ("closes_on: 31.12.2023", (5, "closes_on", "not_a_day")),
        ("closing_days: -1", (5, "closing_days", "not_a_number")),
        ("retention_days: a month", (5, "retention_days", "not_a_number")),
        ("events: {a: b}", (5, "events", "not_a_list")),
        ("events: [a]", (5, "events", "not_a_map")),
        ("reminders:", (5, "reminders", "reminders_left_empty")),
        ("reminders: [{kind: info}]", (5, "reminders", "before_or_after")),
        ("reminders: [{kind: info, before: P1D, after: P1D}]", (5, "reminders", "before_or_after")),
        ("reminders: [{kind: info, before: 14 days}]", (5, "reminders.before", "not_a_duration")),
        ("reminders: [{kind: info, before: P1.5D}]", (5, "reminders.before", "not_a_duration")),
        ("reminders: [{kind: info, before: PT}]", (5, "reminders.before", "not_a_duration")),
        ("reminders: [{kind: change, before: P1D}]", (5, "reminders.kind", "not_one_of")),
        ("reminders: [{kind: info, before: PT2H, at: '09:00'}]", (5, "reminders.at", "hour_and_clock_time")),
        ("reminders: [{kind: info, before: P1D, at: '24:00'}]", (5, "reminders.at", "not_a_clock_time")),
        ("reminders: [{kind: info, before: P1D, audience: us}]", (5, "reminders.audience", "not_one_of")),
        (
            "reminders: [{kind: info, before: P1D, attendance: all}]",
            (5, "reminders.attendance", "not_one_of"),
        ),
        (
            "reminders:\n  - {kind: info, before: P1D}\n  - {before: P1D, kind: info}",
            (7, "reminders", "rule_twice"),
        ),
    ],
)
def test_wrong_value_of_a_series_names_line_field_and_reason(
    lines: str, expected: tuple[int, str, str]
) -> None:
    assert problems(f"{HEAD}{lines}\n") == [expected]


@pytest.mark.parametrize(
    ("slug", "reason"),
    [("subscribe", "reserved_slug"), ("Boden", "bad_slug"), ("a" * 81, "bad_slug"), ("a/b", "bad_slug")],
)
def test_slug_that_no_page_can_have_is_refused(slug: str, reason: str) -> None:
    assert problems(HEAD.replace("wandel", slug)) == [(1, "slug", reason)]
    assert problems(f"{HEAD}events: [{{slug: {slug}, title: A, month: 2023-08}}]") == [
        (5, "events.slug", reason)
    ]


def test_slug_that_comes_twice_is_refused() -> None:
    twice = "events:\n  - {slug: a, title: A, month: 2023-08}\n  - {slug: a, title: B, month: 2023-09}\n"

    assert problems(HEAD + twice) == [(7, "events.slug", "slug_twice")]


@pytest.mark.parametrize("languages", ["[]", "[fr]", "[de, de]", "de", "[[de]]"])
def test_languages_we_do_not_speak_are_refused(languages: str) -> None:
    told = problems(HEAD.replace("[de, en]", languages))

    assert (3, "languages", "not_languages") in told


def test_all_problems_are_told_at_once_in_the_order_of_their_lines() -> None:
    assert problems("slug: Wandel\nreply_to: nobody\nevents:\n  - {}\n") == [
        (1, "sender", "missing"),
        (1, "slug", "bad_slug"),
        (1, "title", "missing"),
        (2, "reply_to", "not_an_address"),
        (4, "events", "no_date"),
        (4, "events.slug", "missing"),
        (4, "events.title", "missing"),
    ]


def test_sentence_of_a_broken_file_names_line_field_and_reason() -> None:
    with pytest.raises(BadSeriesFile) as refused:
        exchange.parse_series(f"{HEAD}titel: a\n".encode())

    assert translator("en").sentence(refused.value) == (
        "The series file cannot be used, and nothing was changed:\nline 5, titel: there is no such key here"
    )
    assert refused.value.in_words(translator("de")) == (
        "Die Datei der Dialogreihe kann so nicht übernommen werden, es wurde nichts geändert:\n"
        "Zeile 5, titel: diesen Schlüssel gibt es hier nicht"
    )

"""Every reason the room gives has its sentence, in English and in German."""

from __future__ import annotations

import ast
from pathlib import Path

from babel.messages.pofile import read_po

from mailer.core.i18n import CATALOGUES
from mailer.exchange.problems import REASONS

ROOM = Path(__file__).resolve().parents[2] / "mailer" / "exchange"
REASON_AT = {"Wrong": 0, "note": 1, "_bad": 1, "BadSubscriberFile": 0, "finish": 0}
"""Which argument of a call is a reason."""

BY_TABLE = {
    "bad_slug", "reserved_slug", "month_and_start", "no_date", "no_end", "two_ends", "end_without_start",
    "state_needs_start", "state_needs_month", "comes_twice", "does_not_exist", "unknown_key", "at_field",
    "at_line", "not_admitted_blocked", "not_admitted_left", "not_admitted_bounced", "not_admitted_over",
}  # fmt: skip
"""Reasons that are not written at the call itself."""


def sentences(language: str) -> dict[str, str]:
    with (CATALOGUES / language / "errors-exchange.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def reasons_in_code() -> set[str]:
    found = set()
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            at = REASON_AT.get(name)
            if at is not None and len(node.args) > at and isinstance(node.args[at], ast.Constant):
                found.add(ast.literal_eval(node.args[at]))
    return found


def test_every_reason_has_its_sentence_and_every_sentence_its_reason() -> None:
    told = {msgid.removeprefix(REASONS) for msgid in sentences("en") if msgid.startswith(REASONS)}

    assert reasons_in_code() | BY_TABLE == told


def test_german_says_what_english_says_with_the_same_facts() -> None:
    english, german = sentences("en"), sentences("de")

    assert german.keys() == english.keys()
    assert all(german.values())
    assert {m: _facts(t) for m, t in german.items()} == {m: _facts(t) for m, t in english.items()}


def _facts(text: str) -> set[str]:
    return {piece.split(")s")[0] for piece in text.split("%(")[1:]}

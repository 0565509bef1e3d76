"""Every kind is complete, and every sentence of a letter has its German."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeAlias

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from mailer.core.i18n import CATALOGUES, translator
from mailer.letters import LetterKind, read_templates
from mailer.letters.rendering import TEMPLATES, compiled, environment

Said: TypeAlias = "str | tuple[str, ...]"

ROOM = Path(__file__).resolve().parents[2] / "mailer" / "letters"
AS_THE_ROOM_READS_THEM = {
    "extensions": "jinja2.ext.i18n",
    "trimmed": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


@pytest.mark.parametrize("kind", list(LetterKind))
def test_every_kind_has_its_folder_with_three_files(kind: LetterKind) -> None:
    assert {path.name for path in (TEMPLATES / kind.value).iterdir()} == {
        "subject.txt",
        "body.txt",
        "body.mjml",
    }


def test_every_folder_is_a_kind() -> None:
    folders = {path.name for path in TEMPLATES.iterdir() if not path.name.startswith("_")}

    assert folders == {kind.value for kind in LetterKind}


def test_every_sentence_has_its_german_and_no_german_is_left_over() -> None:
    said = in_templates() | in_code()

    assert catalogue("de") == said


def test_du_changes_sentences_that_exist_and_differ() -> None:
    formal, familiar = translator("de", "sie").catalogue, translator("de", "du").catalogue

    assert catalogue("de_du") <= catalogue("de")
    assert [msgid for msgid in catalogue("de_du") if formal[str(msgid)] == familiar[str(msgid)]] == []


@pytest.mark.parametrize("language", ["de", "de_du"])
def test_german_uses_the_same_facts_as_english(language: str) -> None:
    facts = re.compile(r"%\((\w+)\)s")

    for message in read(language):
        english, german = forms(message.id)[-1], forms(message.string)[-1]
        assert set(facts.findall(english)) == set(facts.findall(german)), english


def test_compiling_a_template_happens_once_per_process() -> None:
    compiled("reminder/body.mjml")
    before = compiled.cache_info()

    for form in ("sie", "du"):
        environment("de", form).get_template("reminder/body.mjml")
    compiled("reminder/body.mjml")

    assert compiled.cache_info().misses == before.misses


def in_templates() -> set[Said]:
    found: set[Said] = set()
    for path in TEMPLATES.rglob("*.*"):
        for _line, message, _comments, _context in extract_from_file(
            "jinja2", path, options=AS_THE_ROOM_READS_THEM, keywords=KEYWORDS
        ):
            found.add(message)
    return found


def in_code() -> set[Said]:
    return {
        message
        for path in ROOM.glob("*.py")
        for _line, message, _comments, _context in extract_from_file("python", path, keywords=KEYWORDS)
    }


def catalogue(language: str) -> set[Said]:
    return {forms(m.id) if isinstance(m.id, (list, tuple)) else str(m.id) for m in read(language)}


def forms(text: object) -> tuple[str, ...]:
    """Singular and plural, or the one form there is."""
    return tuple(map(str, text)) if isinstance(text, (list, tuple)) else (str(text),)


def read(language: str) -> list[Message]:
    found: list[Message] = []
    for path in sorted((CATALOGUES / language).glob("letters*.po")):
        with path.open("rb") as file:
            found += [message for message in read_po(file, locale="de") if message.id]
    return found


def test_every_template_can_be_read_beforehand(caplog: pytest.LogCaptureFixture) -> None:
    read_templates()

    assert caplog.messages == []
    assert {name for _, name in environment("en", "du").cache} >= {  # type: ignore[union-attr]
        f"{kind}/{part}" for kind in LetterKind for part in ("subject.txt", "body.txt", "body.mjml")
    }

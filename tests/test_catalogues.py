"""Whatever the house says it says in both languages, once, and with the same facts."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import mailer
from config import ROOT
from mailer.core.errors import MailerError
from mailer.core.i18n import CATALOGUES, Translator, translator

KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2)}
JINJA = {
    "extensions": "jinja2.ext.i18n",
    "trimmed": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
FACT = re.compile(r"%\((\w+)\)s")
BY_CODE = ("in_file.", "stored: ", "audit.", "audit: ")
"""What is looked up by a code made of two parts; a test of its room says which there are."""

Said = str | tuple[str, ...]
SOURCES = sorted((ROOT / "mailer").rglob("*.py"))


@pytest.fixture(scope="module", autouse=True)
def whole_house() -> None:
    """Every module imported, so that no error is missing."""
    for module in pkgutil.walk_packages(mailer.__path__, "mailer."):
        importlib.import_module(module.name)


def test_every_text_has_its_german() -> None:
    german = {said(message): text for _, message, text in entries("de")}

    assert [message for message in sorted(texts(), key=str) if not filled(german.get(message))] == []


def test_no_text_hides_in_an_f_string() -> None:
    """What is gathered for translation is read from plain calls: one inside an f-string was shown in English."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in KEYWORDS
    ]

    assert hidden == []


def test_no_german_is_left_over() -> None:
    """Texts that nobody says any more, and codes that no error has."""
    looked_up = {code for code in codes() if isinstance(code, str)}

    left_over = [
        f"{path}: {message.id}"
        for path, message, _ in entries("de")
        if said(message) not in texts() and str(said(message)) not in looked_up and not is_by_code(message)
    ]

    assert left_over == []


def test_no_entry_is_empty_fuzzy_or_marked_as_obsolete() -> None:
    unfinished = [
        f"{path}: {message.id}"
        for folder in folders()
        for path, message, text in entries(folder)
        if message.fuzzy or not filled(text)
    ]
    obsolete = [path.name for path in CATALOGUES.rglob("*.po") if "\n#~" in path.read_text("utf-8")]

    assert (unfinished, obsolete) == ([], [])


@pytest.mark.parametrize("folder", ["en", "de", "de_du"])
def test_one_text_is_translated_in_one_way(folder: str) -> None:
    """Catalogues are read one after the other: of two translations the last file's would win everywhere."""
    found: dict[Said, set[Said]] = defaultdict(set)
    for _, message, text in entries(folder):
        found[said(message)].add(text)

    assert {message: ways for message, ways in found.items() if len(ways) > 1} == {}


def test_du_says_otherwise_what_sie_says() -> None:
    formal = {said(message): text for _, message, text in entries("de")}
    familiar = {said(message): text for _, message, text in entries("de_du")}

    assert familiar.keys() - formal.keys() == set()
    assert [message for message, text in familiar.items() if formal[message] == text] == []


def test_du_speaks_to_nobody_as_sie() -> None:
    formal = re.compile(r"\b(Ihnen|Ihre[mnrs]?|\w+en Sie)\b")

    assert [text for _, _, text in entries("de_du") if formal.search(str(text))] == []


@pytest.mark.parametrize("folder", ["de", "de_du"])
def test_german_says_what_english_says_with_the_same_facts(folder: str) -> None:
    english = translator("en").catalogue

    differing = [
        key
        for _, message, text in entries(folder)
        for key in [said(message)]
        if facts(text) != facts(english.get(str(key), key))
    ]

    assert differing == []


def test_no_text_of_a_page_is_the_code_of_an_error() -> None:
    """One catalogue knows both: a badge that says ``blocked`` would show the sentence of an error."""
    assert sorted({str(text) for text in texts()} & codes()) == []


def test_german_calls_what_sends_the_mails_by_one_name() -> None:
    """It is the ``Versanddienst``: on the desk, in the checkup and in mails."""
    assert [path for path, _, text in entries("de") if re.search(r"\bWorkers?\b", str(text))] == []


def test_every_error_has_its_sentence_in_both_languages() -> None:
    english, german = sentences("en"), sentences("de")

    assert [code for code in codes() if code not in english] == []
    assert [code for code in codes() if code not in german] == []
    assert english.keys() == german.keys()


def test_every_sentence_belongs_to_an_error() -> None:
    assert [key for key in sentences("en") if key not in codes() and not key.startswith(BY_CODE)] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_sentence_can_be_said(language: str) -> None:
    """A lone percent sign in one would be found out only when the error is shown."""
    speaker = translator("de" if language == "de" else "en")

    assert [key for key in sentences(language) if not says(speaker, key)] == []


def test_every_error_brings_the_facts_its_sentence_tells() -> None:
    """Else showing it fails: what was to be a sentence for a person becomes a KeyError."""
    english = sentences("en")
    own_words = {
        error.__name__ for error in errors() if "__init__" in error.__dict__ or "in_words" in error.__dict__
    }
    code_of = {error.__name__: error.code for error in errors() if error.__name__ not in own_words}
    missing = []
    for place, name, given, reason in raised(code_of):
        for key in {code_of[name], f"{code_of[name]}.{reason}"} & english.keys():
            missing += [f"{place} {key}: {fact}" for fact in facts(english[key]) - given]

    assert missing == []


def test_every_sentence_for_a_reason_has_an_error_with_that_reason() -> None:
    words = {
        node.value for path in SOURCES for node in ast.walk(tree(path)) if isinstance(node, ast.Constant)
    }
    reasons = {key.partition(".")[2] for key in sentences("en") if "." in key and not key.startswith(BY_CODE)}

    assert sorted(reasons - {str(word) for word in words} - {"left", "bounced"}) == []


def texts() -> set[Said]:
    """Every text that stands in a template or in code."""
    return {*_texts_of_templates(), *_texts_of_code()}


@cache
def _texts_of_templates() -> frozenset[Said]:
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    return frozenset(text for path in templates for text in extracted("jinja2.ext:babel_extract", path))


@cache
def _texts_of_code() -> frozenset[Said]:
    return frozenset(text for path in SOURCES for text in extracted("python", path))


def extracted(method: str, path: Path) -> Iterator[Said]:
    for _line, text, _comments, _context in extract_from_file(
        method, str(path), keywords=KEYWORDS, options=JINJA
    ):
        yield text


def folders() -> list[str]:
    return sorted(path.name for path in CATALOGUES.iterdir() if path.is_dir())


@cache
def entries(folder: str) -> tuple[tuple[str, Message, Said], ...]:
    """File, message and its translation, for every entry of a folder's catalogues."""
    found = []
    for path in sorted((CATALOGUES / folder).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="de"):
                if message.id:
                    found.append((f"{folder}/{path.name}", message, said_in(message.string)))
    return tuple(found)


def said(message: Message) -> Said:
    return said_in(message.id)


def said_in(text: Any) -> Said:
    """A text, or its singular and plural."""
    return tuple(text) if isinstance(text, (list, tuple)) else text or ""


def filled(text: Said | None) -> bool:
    return all(text) if isinstance(text, tuple) else bool(text)


def is_by_code(message: Message) -> bool:
    return str(said(message)).startswith(BY_CODE)


def facts(text: Said) -> set[str]:
    """The facts a text tells; of singular and plural those of the plural, since one may go without its number."""
    return set(FACT.findall(text if isinstance(text, str) else text[-1]))


def errors() -> list[type[MailerError]]:
    found: list[type[MailerError]] = [MailerError]
    for error in found:
        found += error.__subclasses__()
    return [error for error in found if error.__module__.startswith("mailer.")]


def sentences(language: str) -> dict[str, str]:
    """What is said for each error code, those with a reason (``code.reason``) included."""
    known = {error.code for error in errors()}
    return {
        str(said(message)): str(text)
        for path, message, text in entries(language)
        if str(said(message)).partition(".")[0] in known or "/errors" in path
    }


def codes() -> set[str]:
    """The errors' codes, and those with a reason that have a sentence of their own."""
    plain = {error.code for error in errors()}
    with_reason = {key for key in sentences("en") if key.partition(".")[0] in plain}
    return plain | with_reason


def says(speaker: Translator, key: str) -> bool:
    code, _, reason = key.partition(".")
    told = dict.fromkeys(facts(speaker.gettext(key)), "…") | ({"reason": reason} if reason else {})
    try:
        return bool(speaker.say(code, told))
    except (ValueError, KeyError, TypeError):
        return False


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def raised(known: dict[str, str]) -> Iterator[tuple[str, str, set[str], str]]:
    """Where an error is made, its name, the facts it is given, and its reason where that is a plain word."""
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and (name := ast.unparse(node.func).split(".")[-1]) in known:
                given = {word.arg: word.value for word in node.keywords}
                if None not in given:  # a dictionary of facts: its own room knows them
                    reason = given.get("reason")
                    word = str(reason.value) if isinstance(reason, ast.Constant) else ""
                    yield f"{path.name}:{node.lineno}", name, {str(fact) for fact in given}, word

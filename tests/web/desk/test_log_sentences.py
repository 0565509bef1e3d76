"""Whatever is noted in the log has its sentence, in both languages, with facts that are handed in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import pytest
from babel.messages.pofile import read_po

from config import ROOT
from mailer.core.i18n import CATALOGUES, translator
from mailer.web.desk.log_telling import tell

Node = TypeVar("Node", bound=ast.AST)

FACT = re.compile(r"%\((\w+)\)s")
ALWAYS_THERE = {"subject", "series"}
NOT_FACTS = {"organiser_id", "now"}
HANDS_ON = {"mailer/web/desk/guarding.py"}
"""Where a code is handed on and not said."""


@dataclass(frozen=True)
class Noted:
    """A place in the code where something is noted."""

    place: str
    code: str
    """Empty where it is not written plainly."""
    facts: frozenset[str]
    """What may be told; ``*`` among them stands for facts that are not written plainly."""


def noted() -> list[Noted]:
    found = []
    for path in sorted((ROOT / "mailer").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text("utf-8"))
        for function in nodes(tree, ast.FunctionDef):
            for call in nodes(function, ast.Call):
                if is_note(call) and name not in HANDS_ON:
                    given = {"*" if word.arg is None else word.arg for word in call.keywords}
                    for code in codes_in(call.args[1] if len(call.args) > 1 else None, function, tree):
                        found.append(Noted(f"{name}:{call.lineno}", code, frozenset(given - NOT_FACTS)))
    return found


def is_note(call: ast.Call) -> bool:
    return ast.unparse(call.func) in ("note", "guarding.note", "organisers.note")


def codes_in(node: ast.expr | None, function: ast.FunctionDef, tree: ast.Module) -> Iterator[str]:
    """The codes an argument can be: a plain text, one of two by a condition, or what a name was given.

    A name is looked up in the function itself, then among what its callers in the same file hand in.
    """
    if isinstance(node, ast.IfExp):
        yield from codes_in(node.body, function, tree)
        yield from codes_in(node.orelse, function, tree)
    elif isinstance(node, ast.Name):
        meant = [*assigned(node.id, function), *handed_in(node.id, function, tree)]
        if not meant:
            yield ""
        for one in meant:
            yield from codes_in(None if isinstance(one, ast.Name) else one, function, tree)
    else:
        yield str(node.value) if isinstance(node, ast.Constant) else ""


def assigned(name: str, function: ast.FunctionDef) -> list[ast.expr]:
    """What a name is set to within a function."""
    return [
        one.value
        for one in nodes(function, ast.Assign)
        if any(isinstance(target, ast.Name) and target.id == name for target in one.targets)
    ]


def handed_in(name: str, function: ast.FunctionDef, tree: ast.Module) -> list[ast.expr]:
    """What callers in the same file give for a parameter."""
    positions = [argument.arg for argument in function.args.args]
    given = []
    for call in nodes(tree, ast.Call):
        if ast.unparse(call.func) == function.name:
            given += [word.value for word in call.keywords if word.arg == name]
            if name in positions and positions.index(name) < len(call.args):
                given.append(call.args[positions.index(name)])
    return given


def nodes(tree: ast.AST, kind: type[Node]) -> list[Node]:
    return [node for node in ast.walk(tree) if isinstance(node, kind)]


def sentences(language: str) -> dict[str, str]:
    """Every ``audit.<code>`` of a language, by its code."""
    found = {}
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="de"):
                if str(message.id).startswith("audit."):
                    found[str(message.id).removeprefix("audit.")] = str(message.string)
    return found


def test_every_note_says_its_code_plainly() -> None:
    """So that this file can find its sentence: no f-string, nothing from another file."""
    assert noted() != []
    assert [one.place for one in noted() if not one.code] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_note_has_its_sentence(language: str) -> None:
    known = sentences(language)

    assert [f"{one.place} audit.{one.code}" for one in noted() if not known.get(one.code)] == []


def test_every_sentence_tells_only_what_was_noted() -> None:
    known = sentences("en")
    lacking = [
        f"{one.place} audit.{one.code}: {fact}"
        for one in noted()
        for fact in FACT.findall(known.get(one.code, ""))
        if "*" not in one.facts and fact not in one.facts | ALWAYS_THERE
    ]

    assert lacking == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_sentence_is_left_over(language: str) -> None:
    said = {one.code for one in noted()}

    assert sorted(sentences(language).keys() - said) == []


def test_fact_that_is_a_code_is_said_in_words() -> None:
    assert tell("organiser.signed_in", {"by": "link"}, translator("de")) == (
        "Anmeldung mit einem zugeschickten Link."
    )


def test_code_without_a_sentence_is_spelled_out() -> None:
    facts = {"subject": "7", "series": "wandel", "count": 3}

    assert tell("mailing.folded", facts, translator("en")) == "mailing.folded (subject: 7, count: 3)"


def test_fact_that_is_missing_does_not_hinder_reading() -> None:
    assert tell("organiser.signed_in", {}, translator("en")) == "Signed in …."

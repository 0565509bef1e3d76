"""What the organisers ask those who register, as a series file says it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailer.core.types import Words
from mailer.exchange.fields import Fields
from mailer.exchange.nodes import Mapping, Node, Scalar
from mailer.exchange.problems import Wrong
from mailer.exchange.values import parse_flag, parse_line
from mailer.series import MOST_OPTIONS, MOST_QUESTIONS, Question, QuestionKind

NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
LONGEST_NAME = 40


def read_questions(fields: Fields, *, languages: Sequence[str]) -> tuple[Question, ...]:
    """The questions under ``questions``; what is wrong with them is noted."""
    seen: set[str] = set()

    def read(row: Fields) -> Question:
        question = _read_question(row, languages)
        if question.name in seen and question.name:
            row.note("name", "question_twice")
        seen.add(question.name)
        return question

    found = fields.rows("questions", read)
    if len(found) > MOST_QUESTIONS:
        fields.note("questions", "too_many", most=MOST_QUESTIONS)
    return tuple(found)


def _read_question(fields: Fields, languages: Sequence[str]) -> Question:
    kind = fields.one_of("kind", QuestionKind, QuestionKind.TEXT, required=True)
    options = [_read_option(fields, node, languages) for node in fields.nodes("options")]
    if kind is QuestionKind.CHOICE and len(options) < 2:
        fields.note("options", "two_options")
    elif kind is not QuestionKind.CHOICE and options:
        fields.note("options", "options_without_choice")
    elif len(options) > MOST_OPTIONS:
        fields.note("options", "too_many", most=MOST_OPTIONS)
    return Question(
        name=fields.value("name", _parse_name, "", required=True),
        kind=kind,
        text=fields.words("text", languages, parse=parse_line, required=True),
        needed=fields.value("needed", parse_flag, False),
        options=tuple(options),
    )


def _read_option(fields: Fields, node: Node, languages: Sequence[str]) -> Words:
    """An option is a text like any other: one string, or a map of languages."""
    alone = Mapping(node.line, [(Scalar("options", node.line), node)])
    return fields.inside("", alone).words("options", languages, parse=parse_line, required=True)


def _parse_name(text: str) -> str:
    if len(text) > LONGEST_NAME or not NAME.fullmatch(text):
        raise Wrong("bad_question_name")
    return text

"""Texts in languages that a series does not speak any more: nobody sees them, and no edit loses them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from mailer.core.types import Words
from mailer.outcomes import Condition
from mailer.series import Event, Material, Question, Speaker


class _Worded(Protocol):
    @property
    def text(self) -> Words: ...


def with_hidden(new: Words, stored: Words, spoken: Collection[str]) -> Words:
    """The new words, with those stored in languages that are not ``spoken``."""
    return {language: text for language, text in stored.items() if language not in spoken} | new


def keep_hidden(values: Mapping[str, Any], row: object | None, spoken: Collection[str]) -> dict[str, Any]:
    """The values a row is to have; where they are words, with what the row hides."""
    return {
        name: with_hidden(value, getattr(row, name), spoken) if row and isinstance(value, dict) else value
        for name, value in values.items()
    }


def speaker_like(event: Event, name: str) -> Speaker | None:
    """The event's speaker of that name, as it stands in the database."""
    return next((speaker for speaker in event.speakers if speaker.name == name), None)


def material_like(event: Event, kind: str, url: str, file: str) -> Material | None:
    """The event's material that leads to the same, as it stands in the database."""
    wanted = (kind, url, file)
    return next((one for one in event.materials if (one.kind, one.url, one.file) == wanted), None)


def conditions_kept(
    rows: Sequence[_Worded], conditions: Sequence[Condition], spoken: Collection[str]
) -> tuple[Condition, ...]:
    """Conditions with the hidden words of the row that says the same; those that were changed, of the rows left over."""
    kept = _kept([row.text for row in rows], [one.text for one in conditions], spoken)
    return tuple(replace(one, text=words) for one, words in zip(conditions, kept, strict=True))


def questions_kept(
    stored: Sequence[Question], questions: Sequence[Question], spoken: Collection[str]
) -> tuple[Question, ...]:
    """Questions with the hidden words of the one of the same name, and their options as conditions have them."""
    by_name = {question.name: question for question in stored}
    return tuple(_question(question, by_name.get(question.name), spoken) for question in questions)


def _question(question: Question, stored: Question | None, spoken: Collection[str]) -> Question:
    if stored is None:
        return question
    return replace(
        question,
        text=with_hidden(question.text, stored.text, spoken),
        options=tuple(_kept(stored.options, question.options, spoken)),
    )


def _kept(stored: Sequence[Words], new: Sequence[Words], spoken: Collection[str]) -> list[Words]:
    """Each of the new words with what the stored ones of the same sound hide; changed ones, in turn, of those left over."""
    heard = {_seen(words, spoken) for words in new}
    by_words = {_seen(words, spoken): words for words in reversed(stored)}
    left = [words for words in stored if _seen(words, spoken) not in heard]
    changed = [words for words in new if _seen(words, spoken) not in by_words]
    if len(left) == len(changed):
        by_words |= {_seen(words, spoken): old for words, old in zip(changed, left, strict=True)}
    return [with_hidden(words, by_words.get(_seen(words, spoken), {}), spoken) for words in new]


def _seen(words: Words, spoken: Collection[str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((language, text) for language, text in words.items() if language in spoken))

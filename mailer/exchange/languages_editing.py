"""The languages of a series changed by hand. What is written in one that goes is kept, and comes back with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.core.errors import Invalid
from mailer.core.types import Locale, Words
from mailer.exchange.collecting import collect
from mailer.exchange.entries import SeriesFile
from mailer.series import Series, claim_series


class LanguageNeeded(Invalid):
    """Something that must be written stands only in languages that would go; ``text`` is the first such thing."""

    code = "language_needed"


def count_texts(session: Session, series: Series, language: Locale) -> int:
    """How many texts of the series, its events included, are written in a language it speaks or once spoke."""
    file = collect(session, series, spoken=[*series.languages, language])
    return sum(bool(words.get(language)) for words in _all_words(file))


def change_languages(
    session: Session, series: Series, languages: Sequence[Locale], *, edition: int, now: datetime
) -> bool:
    """Let the series speak these, the first before all; False when it does already.

    Raises LanguageNeeded, EditedMeanwhile.
    """
    check_languages(session, series, languages)
    claim_series(session, series, edition=edition)
    if list(series.languages) == list(languages):
        return False
    series.languages = list(languages)
    series.changed_at = now
    session.flush()
    return True


def check_languages(session: Session, series: Series, languages: Sequence[Locale]) -> None:
    """Raises LanguageNeeded when a title or another needed text would be nowhere to read."""
    before, after = collect(session, series), collect(session, series, spoken=languages)
    for old, new in zip(_needed_words(before), _needed_words(after), strict=True):
        if old and not new:
            raise LanguageNeeded(text=next(iter(old.values())))


def _needed_words(file: SeriesFile) -> Iterator[Words]:
    """What a series file has to have in some language."""
    yield file.title
    for event in file.events:
        yield event.title
        yield from (material.title for material in event.materials)
        yield from (condition.text for condition in event.conditions)
        for question in event.questions:
            yield from (question.text, *question.options)


def _all_words(value: object) -> Iterator[Words]:
    """Every text that stands somewhere in a file, in all its languages."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _all_words(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _all_words(getattr(value, field.name))

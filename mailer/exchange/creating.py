"""A new series made by hand: what a form says is read, checked and stored just as a file is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mailer.core.i18n import LOCALES
from mailer.core.types import Locale
from mailer.exchange.editing import BadEventForm, grown
from mailer.exchange.entries import SeriesFile
from mailer.exchange.fields import Fields
from mailer.exchange.importing import store_series
from mailer.exchange.parsing import read_series
from mailer.exchange.problems import Problem
from mailer.series import Series, SlugTaken, find_series

FIRST_SETTINGS = ("title", "slug", "timezone", "sender")
"""What a series needs to begin with, beside its languages; everything else has a default."""


def read_new_series(typed: Mapping[str, str], *, languages: Sequence[str]) -> SeriesFile:
    """The draft of a series that a form describes, with the usual reminders and without dialogues.

    Raises BadEventForm, which lists every problem.
    """
    kept = {name: text for name, text in typed.items() if name.partition(".")[0] in FIRST_SETTINGS and text}
    kept |= {f"languages.{number}": language for number, language in enumerate(languages or [""])}
    kept.setdefault("sender.address", "")
    problems: list[Problem] = []
    tree, names = grown(kept)
    read = read_series(Fields(tree, "", problems))
    if problems:
        first = next((language for language in LOCALES if language in languages), LOCALES[0])
        shown = {"title": f"title.{languages[0] if languages else first}", "sender": "sender.address"}
        told = [(names.get(problem.line) or problem.field, problem) for problem in problems]
        raise BadEventForm([(shown.get(name, name), problem) for name, problem in told])
    return replace(read, draft=True)


def in_order(places: Mapping[Locale, str]) -> list[Locale]:
    """Languages by the place each was given, ``1`` before ``2``; those without one are left out."""
    given = [(int(place), language) for language, place in places.items() if place.isdecimal() and int(place)]
    return [language for _, language in sorted(given, key=lambda one: one[0])]


def create_series(session: Session, file: SeriesFile, *, now: datetime) -> Series:
    """Store a series that is not there yet, with its dialogues and rules. Raises SlugTaken."""
    if find_series(session, file.slug) is not None:
        raise SlugTaken(slug=file.slug)
    try:
        with session.begin_nested():
            return store_series(session, file, now=now).series
    except IntegrityError:  # somebody took the slug between the question and the answer
        raise SlugTaken(slug=file.slug) from None

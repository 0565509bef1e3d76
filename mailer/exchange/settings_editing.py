"""A series' settings changed by hand: read, checked and stored just as a file's words are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.exchange.collecting import collect
from mailer.exchange.editing import BadEventForm, grown
from mailer.exchange.entries import SeriesFile
from mailer.exchange.fields import Fields
from mailer.exchange.importing import assign
from mailer.exchange.parsing import read_series
from mailer.exchange.problems import Problem
from mailer.series import Series, claim_series

TEXTS = ("title", "about", "funding", "imprint", "privacy")
"""Settings that are written in every language."""

SETTINGS = (
    *TEXTS,
    "sender",
    "reply_to",
    "colour",
    "logo",
    "funders",
    "form_of_address",
    "closes_on",
    "closing_days",
    "retention_days",
    "second_release",
    "quiet_minutes",
)
"""The keys of a series file that the form of the settings holds; all others stay as they are."""


def settings_of(session: Session, series: Series) -> dict[str, str]:
    """What the settings say now, under the names of the form: ``title.de``, ``sender.address``."""
    file = collect(session, series)
    texts = {name: getattr(file, name) for name in TEXTS}
    return {
        **{f"{name}.{lang}": words.get(lang, "") for name, words in texts.items() for lang in file.languages},
        "sender.name": file.sender_name,
        "sender.address": file.sender_address,
        "reply_to": file.reply_to or "",
        "colour": file.colour,
        "logo": file.logo,
        **{
            f"funders.{number}.{part}": text
            for number, funder in enumerate(file.funders)
            for part, text in funder.as_json().items()
        },
        "form_of_address": file.form_of_address,
        "closes_on": file.closes_on.isoformat() if file.closes_on else "",
        "closing_days": str(file.closing_days),
        "retention_days": str(file.retention_days),
        "second_release": "true" if file.second_release else "",
        "quiet_minutes": "" if file.quiet_minutes is None else str(file.quiet_minutes),
    }


def read_settings_form(session: Session, series: Series, typed: Mapping[str, str]) -> SeriesFile:
    """The series with the settings a form describes. Raises BadEventForm, which lists every problem."""
    before = collect(session, series)
    kept = {
        name: text for name, text in _without_empty_rows(typed).items() if name.partition(".")[0] in SETTINGS
    }
    kept |= {f"languages.{number}": language for number, language in enumerate(before.languages)}
    kept |= {"slug": before.slug, "timezone": before.timezone}
    problems: list[Problem] = []
    tree, names = grown(kept)
    read = read_series(Fields(tree, "", problems))
    if problems:
        first = {"sender": "sender.address"} | {name: f"{name}.{before.languages[0]}" for name in TEXTS}
        told = [(names.get(problem.line) or problem.field, problem) for problem in problems]
        raise BadEventForm([(first.get(name, name), problem) for name, problem in told])
    return replace(read, draft=before.draft, rules=before.rules, events=before.events)


def _without_empty_rows(typed: Mapping[str, str]) -> dict[str, str]:
    """The form without the rows of funders in which nothing stands: one always waits to be filled in."""
    filled = {name.rpartition(".")[0] for name, text in typed.items() if text}
    return {
        name: text
        for name, text in typed.items()
        if not name.startswith("funders.") or name.rpartition(".")[0] in filled
    }


def edit_settings(session: Session, series: Series, file: SeriesFile, *, edition: int, now: datetime) -> bool:
    """Make the settings say ``file``, if they still are what the editor saw; False when they say so already.

    Raises EditedMeanwhile.
    """
    before = collect(session, series)
    claim_series(session, series, edition=edition)
    changed = assign(series, before, file)
    if changed:
        series.changed_at = now
    session.flush()
    return changed

"""The log in sentences: what each code that a view notes means to a person.

A code such as ``mailing.released`` has its sentence in the catalogues under ``audit.mailing.released``, in a
file of each area's own (``translations/{en,de}/audit-<area>.po``)::

    msgid "audit.mailing.released"
    msgstr "Released mailing %(subject)s to %(count)s people."

It may tell ``subject``, ``series`` (the slug) and whatever else is handed to `note`; who did it and when stand
beside it. A fact that is a code itself is said in words where the catalogues know them: ``role="editor"`` is
looked up as ``audit: role=editor``. What has no sentence is shown by its code and its facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mailer.core import i18n
from mailer.core.i18n import Translator
from mailer.organisers import AuditEntry
from mailer.web.languages import gettext as _

_FACT = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class LogLine:
    """One act, ready to be read."""

    machine: str
    clock: str
    who: str
    what: str
    series: str
    """Its title, where it is still there; empty for what concerns the house."""
    series_url: str


@dataclass(frozen=True)
class LogDay:
    """What was done on one day, the latest first."""

    day: str
    lines: tuple[LogLine, ...]


@dataclass(frozen=True)
class SeriesName:
    """How a series is called in the log, and where its own log is."""

    title: str
    url: str


def tell_days(
    entries: Iterable[AuditEntry], names: Mapping[str, SeriesName], *, zone: ZoneInfo, speak: Translator
) -> tuple[LogDay, ...]:
    """Entries by the day they were made on in ``zone``, in the order given."""
    days: dict[str, list[LogLine]] = {}
    for entry in entries:
        day = i18n.long_day(entry.at, zone, speak.locale)
        days.setdefault(day, []).append(_tell_line(entry, names, zone=zone, speak=speak))
    return tuple(LogDay(day, tuple(lines)) for day, lines in days.items())


def tell(action: str, facts: Mapping[str, Any], speak: Translator) -> str:
    """The sentence behind a code; a fact it lacks becomes “…”, a code without a sentence is spelled out."""
    key = f"audit.{action}"
    words = {name: _in_words(name, value, speak) for name, value in facts.items()}
    sentence = speak.catalogue.get(key)
    if not isinstance(sentence, str):
        return _spell_out(action, words)
    return sentence % {name: words.get(name, "…") for name in _FACT.findall(sentence)}


def _tell_line(
    entry: AuditEntry, names: Mapping[str, SeriesName], *, zone: ZoneInfo, speak: Translator
) -> LogLine:
    about = names.get(entry.series)
    return LogLine(
        machine=entry.at.astimezone(zone).isoformat(timespec="seconds"),
        clock=_clock(entry.at, zone),
        who=_who(entry),
        what=tell(entry.action, {**entry.details, "subject": entry.subject, "series": entry.series}, speak),
        series=about.title if about else entry.series,
        series_url=about.url if about else "",
    )


def _who(entry: AuditEntry) -> str:
    if entry.details.get("erased"):
        return _("Erased account")
    if entry.organiser is None:
        return _("Command line")
    return entry.organiser.name or entry.organiser.address


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"


def _in_words(name: str, value: Any, speak: Translator) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(_in_words(name, one, speak) for one in value)
    key = f"audit: {name}={value}"
    words = speak.gettext(key)
    return str(value) if words == key else words


def _spell_out(action: str, facts: Mapping[str, str]) -> str:
    told = ", ".join(
        f"{name}: {value}" for name, value in facts.items() if value and name not in ("series", "erased")
    )
    return f"{action} ({told})" if told else action

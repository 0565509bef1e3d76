"""What is stored about a person, as sections one can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from mailer.core import i18n
from mailer.web import languages
from mailer.web.languages import gettext as _
from mailer.web.public.facts import Entry, Section


def tell_stored(everything: Mapping[str, Any]) -> tuple[Section, ...]:
    """One section for the plain values, one for each thing inside; nothing that is stored is left out."""
    return tuple(section for section in _sections(_("Person"), everything) if section.entries)


def _sections(heading: str, value: Mapping[str, Any]) -> Iterator[Section]:
    plain = {name: inner for name, inner in value.items() if not _is_nested(inner)}
    yield Section(
        heading, tuple(_entry(name, inner) for name, inner in plain.items() if inner not in (None, "", []))
    )
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            yield from _sections(_label(name), inner)
        elif _is_nested(inner):
            for number, item in enumerate(inner, start=1):
                yield from _sections(f"{_label(name)} {number}", item)


def _is_nested(value: object) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)
    )


def _entry(name: str, value: object) -> Entry:
    """A value in words where the catalogue has some for it."""
    key = f"stored: {name}={value}"
    found = _(key)
    return Entry(_label(name), _readable(value) if found == key else found)


def _label(name: str) -> str:
    """The catalogue knows the usual names as ``stored: name``; a new one is shown as it is called."""
    key = f"stored: {name}"
    found = _(key)
    return name.replace("_", " ") if found == key else found


def _readable(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return _as_moment(value) if isinstance(value, str) else str(value)


def _as_moment(text: str) -> str:
    """A date or an instant in words, in UTC as it is stored; any other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if len(text) == len("2023-01-26"):
        return i18n.day(moment.date(), languages.locale())
    if moment.tzinfo is None:
        return text
    utc = moment.astimezone(UTC)
    return f"{i18n.day(utc.date(), languages.locale())}, {utc:%H:%M} UTC"

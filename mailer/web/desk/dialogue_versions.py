"""Two versions of a dialogue that two people wrote: field by field, called as the form calls it, to choose between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from mailer.core import i18n
from mailer.series import Series
from mailer.web import languages
from mailer.web.desk.dialogue_form import GROUPS, WORDS, Typed
from mailer.web.desk.dialogue_telling import choices
from mailer.web.languages import gettext as _

_OFFERED = {"state": "state", "format": "format", "level": "level", "unit": "unit", "anchor": "anchor"}
_TICKS = ("join_url_public", "own_rules", "absent")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a version; ``is_other`` when the other version has none that says the same."""

    text: str
    is_other: bool


@dataclass(frozen=True)
class Difference:
    """One field that two people left different. A version without a paragraph is empty."""

    name: str
    label: str
    language: str
    """The code of the language it is written in; empty for what is no text."""
    theirs: tuple[Paragraph, ...]
    yours: tuple[Paragraph, ...]


def tell_differences(found: Series, theirs: Typed, yours: Typed) -> list[Difference]:
    """What stands there now and what was typed, where they are not the same, in the order of the form."""
    return [
        _tell(name, theirs.get(name, ""), yours.get(name, ""))
        for name in _in_order(found, {*theirs, *yours})
        if _plain(theirs.get(name, "")) != _plain(yours.get(name, ""))
    ]


def _in_order(found: Series, names: set[str]) -> Iterator[str]:
    """Plain fields first, then rows by their number; each as the form has them."""
    plain = {name: place for place, name in enumerate([*_lines(), *WORDS])}

    def place(name: str) -> tuple[object, ...]:
        group, _dot, rest = name.partition(".")
        if group not in GROUPS:
            head, _dot, language = name.partition(".")
            return 0, plain.get(head, len(plain)), _place_of(language, found)
        number, _dot, part = rest.partition(".")
        part, _dot, language = part.partition(".")
        inner = [*GROUPS[group][0], *GROUPS[group][1]]
        return 1, list(GROUPS).index(group), int(number), inner.index(part), _place_of(language, found)

    yield from sorted(names, key=place)


def _place_of(language: str, found: Series) -> int:
    return found.languages.index(language) if language in found.languages else -1


def _tell(name: str, theirs: str, yours: str) -> Difference:
    last = name.rpartition(".")[2]
    return Difference(
        name=name,
        label=_label(name),
        language=last if last in languages.NAMES else "",
        theirs=_paragraphs(name, theirs, yours),
        yours=_paragraphs(name, yours, theirs),
    )


def _paragraphs(name: str, text: str, other: str) -> tuple[Paragraph, ...]:
    there = set(_split(name, other))
    return tuple(Paragraph(one, one not in there) for one in _split(name, text))


def _split(name: str, text: str) -> Sequence[str]:
    if not text.strip():
        return [_("no")] if name.rpartition(".")[2] in _TICKS else []
    return [part.strip() for part in re.split(r"\n\s*\n", _value(name, _plain(text))) if part.strip()]


def _value(name: str, text: str) -> str:
    """What a field holds in words; what cannot be understood stands as it was typed."""
    part = name.rpartition(".")[2]
    if part in _TICKS:
        return _("yes")
    if part.endswith("_on"):
        return _day(text)
    if part == "month":
        return _month(text)
    if part == "kind":
        return dict(choices()["material" if name.startswith("materials") else "rule"]).get(text, text)
    offered = _OFFERED.get(part, "audience" if part == "audience" else "")
    return dict(choices()[offered]).get(text, text) if offered else text


def _day(text: str) -> str:
    try:
        return i18n.day(date.fromisoformat(text), languages.locale())
    except ValueError:
        return text


def _month(text: str) -> str:
    try:
        return i18n.month_name(text, languages.locale())
    except ValueError:
        return text


def _label(name: str) -> str:
    """``Ankündigung – Deutsch``, ``Impulsgeber:in 2: Organisation``."""
    group, _dot, rest = name.partition(".")
    if group not in GROUPS:
        return _with_language({**_lines(), **_words()}.get(group, group), rest)
    number, _dot, part = rest.partition(".")
    part, _dot, language = part.partition(".")
    label = _with_language(_parts(group).get(part, part), language)
    return f"{_rows()[group] % {'number': int(number) + 1}}: {label}"


def _with_language(label: str, language: str) -> str:
    return f"{label} – {languages.NAMES.get(language, language)}" if language else label


def _lines() -> dict[str, str]:
    return {
        "slug": _("Address part"),
        "state": _("How certain is it?"),
        "starts_on": _("Day"),
        "starts_time": _("Start"),
        "starts_offset": _("Which start is meant?"),
        "ends_time": _("End"),
        "ends_offset": _("Which end is meant?"),
        "ends_on": _("Ends on another day"),
        "month": _("Or only the month"),
        "format": _("Where does it take place?"),
        "place": _("Place"),
        "join_url": _("Link to the video conference"),
        "join_url_public": _("Show this link on the public page"),
        "registration_url": _("Registration elsewhere (link)"),
        "capacity": _("Seats on site"),
        "documented_on": _("Documentation is published on"),
        "documented_time": _("Hour of the documentation"),
        "documented_offset": _("Which time is meant?"),
        "own_rules": _("This dialogue has reminders of its own instead of the series'"),
    }


def _words() -> dict[str, str]:
    return {
        "title": _("Question"),
        "arrival": _("How to get there"),
        "announcement": _("Announcement"),
        "plain_language": _("In easy words"),
        "account": _("Account"),
        "guiding_question": _("Guiding question"),
    }


def _rows() -> dict[str, str]:
    return {
        "speakers": _("Speaker %(number)s"),
        "materials": _("Material %(number)s"),
        "conditions": _("Condition %(number)s"),
        "reminders": _("Reminder %(number)s"),
    }


def _parts(group: str) -> dict[str, str]:
    """What the form calls the fields of one row."""
    return {
        "speakers": {
            "name": _("Name"),
            "organisation": _("Organisation"),
            "position": _("Position"),
            "role": _("Role"),
            "topic": _("Topic"),
            "statement": _("Statement"),
            "quote": _("Quote"),
            "picture": _("Picture"),
            "picture_text": _("What is to be seen on the picture"),
            "absent": _("could not attend"),
        },
        "materials": {
            "kind": _("Kind"),
            "title": _("Title"),
            "url": _("Link"),
            "credit": _("Provided by"),
            "file": _("File"),
        },
        "conditions": {"level": _("Level"), "text": _("Condition")},
        "reminders": {
            "kind": _("Kind"),
            "amount": _("How long"),
            "unit": _("Unit"),
            "anchor": _("Counted from"),
            "at": _("at"),
            "audience": _("To whom"),
            "attendance": _("Attendance"),
        },
    }[group]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()

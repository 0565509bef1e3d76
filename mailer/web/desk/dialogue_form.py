"""The form of a dialogue as flat names and texts: what it shows of an event, and what of it a file would say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mailer.core.types import Words
from mailer.exchange import MOST_ROWS, EventEntry, RuleEntry

LINES = (
    "slug",
    "starts_on",
    "starts_time",
    "starts_offset",
    "ends_on",
    "ends_time",
    "ends_offset",
    "month",
    "state",
    "format",
    "place",
    "join_url",
    "join_url_public",
    "registration_url",
    "capacity",
    "documented_on",
    "documented_time",
    "documented_offset",
    "own_rules",
)
WORDS = ("title", "arrival", "announcement", "plain_language", "account", "guiding_question")
GROUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "speakers": (
        ("name", "organisation", "picture", "absent"),
        ("position", "role", "topic", "statement", "quote", "picture_text"),
    ),
    "materials": (("kind", "credit", "url", "file"), ("title",)),
    "conditions": (("level",), ("text",)),
    "reminders": (("kind", "anchor", "amount", "unit", "at", "audience", "attendance"), ()),
    "questions": (("name", "kind", "needed"), ("text", "options")),
}
"""Rows one can add and take away: the fields of each, and those that are written in every language."""

ON_FORM = ("speakers", "materials", "conditions", "reminders")
"""The rows that stand on the form itself; questions have a page of their own."""

FILES = {"speakers": "picture", "materials": "file"}
"""Rows to which a file may be handed in, and the field that keeps its name."""

UNITS = {"D": "P{}D", "W": "P{}W", "M": "P{}M", "H": "PT{}H", "I": "PT{}M"}
"""How a distance in one unit is written (ISO 8601); ``iso`` stands for one of several units."""

NEW_ROW = {
    "materials.kind": "recording",
    "conditions.level": "municipality",
    "reminders.kind": "reminder",
    "reminders.anchor": "before",
    "reminders.amount": "1",
    "reminders.unit": "D",
    "reminders.at": "09:00",
    "reminders.audience": "subscribers",
    "questions.kind": "text",
}
_ROW = re.compile(rf"({'|'.join(GROUPS)})\.([0-9]{{1,4}})\..+")

Typed = dict[str, str]


def keep_known(sent: Mapping[str, str], languages: Sequence[str]) -> Typed:
    """What the form of a dialogue sent, as far as it knows the fields; rows are numbered from 0 without a gap."""
    typed = {name: sent.get(name, "") for name in LINES}
    typed |= {
        f"{name}.{language}": sent.get(f"{name}.{language}", "") for name in WORDS for language in languages
    }
    for group in ON_FORM:
        typed |= keep_rows(sent, group, languages)
    return typed


def keep_rows(sent: Mapping[str, str], group: str, languages: Sequence[str]) -> Typed:
    """The rows of one group that a form sent, numbered from 0 without a gap."""
    return {
        f"{group}.{here}.{part}": sent.get(f"{group}.{there}.{part}", "")
        for here, there in enumerate(_rows_sent(sent, group))
        for part in parts_of(group, languages)
    }


def _rows_sent(sent: Mapping[str, str], group: str) -> list[int]:
    found = {int(match[2]) for name in sent if (match := _ROW.fullmatch(name)) and match[1] == group}
    return sorted(found)[: MOST_ROWS + 1]


def parts_of(group: str, languages: Sequence[str]) -> Iterator[str]:
    """The names of one row's fields."""
    lines, words = GROUPS[group]
    yield from lines
    yield from (f"{name}.{language}" for name in words for language in languages)


def count_rows(typed: Typed, group: str) -> int:
    return len({match[2] for name in typed if (match := _ROW.fullmatch(name)) and match[1] == group})


def act_on_rows(typed: Typed, act: str, languages: Sequence[str]) -> tuple[Typed, str]:
    """The form after one of its buttons, such as ``up:speakers:1``; with the field to go on at."""
    verb, _, rest = act.partition(":")
    group, _, number = rest.partition(":")
    if group not in GROUPS:
        return typed, ""
    parts = list(parts_of(group, languages))
    rows = [{part: typed[f"{group}.{n}.{part}"] for part in parts} for n in range(count_rows(typed, group))]
    row = int(number) if number.isdecimal() and int(number) < len(rows) else -1
    if verb == "add" and len(rows) < MOST_ROWS:
        rows.append({part: NEW_ROW.get(f"{group}.{part}", "") for part in parts})
        row = len(rows) - 1
    elif verb == "remove" and row >= 0:
        del rows[row]
        row = min(row, len(rows) - 1)
    elif verb == "clear" and row >= 0 and group in FILES:
        rows[row][FILES[group]] = ""
    elif verb in ("up", "down") and row >= 0:
        there = row + (1 if verb == "down" else -1)
        if 0 <= there < len(rows):
            rows[row], rows[there] = rows[there], rows[row]
            row = there
    kept = {name: text for name, text in typed.items() if not name.startswith(f"{group}.")}
    kept |= {f"{group}.{n}.{part}": text for n, found in enumerate(rows) for part, text in found.items()}
    return kept, f"{group}.{row}.{parts[0]}" if row >= 0 else f"add-{group}"


def fill(entry: EventEntry, languages: Sequence[str], zone: ZoneInfo) -> Typed:
    """The form as it shows an event."""
    typed = {
        "slug": entry.slug,
        "month": entry.month or "",
        "state": entry.state.value,
        "format": entry.format.value,
        "place": entry.place,
        "join_url": entry.join_url,
        "join_url_public": "yes" if entry.join_url_public else "",
        "registration_url": entry.registration_url,
        "capacity": "" if entry.capacity is None else str(entry.capacity),
        "own_rules": "" if entry.rules is None else "yes",
        **_clock("starts", entry.starts_at, zone),
        **_end(entry, zone),
        **_clock("documented", entry.documented_at, zone),
    }
    for name in WORDS:
        typed |= _spread(name, getattr(entry, name), languages)
    for n, speaker in enumerate(entry.speakers):
        row = {"name": speaker.name, "organisation": speaker.organisation, "picture": speaker.picture}
        typed |= _row("speakers", n, row | {"absent": "yes" if speaker.absent else ""})
        typed |= _spread(f"speakers.{n}.position", speaker.job, languages)
        for part in ("role", "topic", "statement", "quote", "picture_text"):
            typed |= _spread(f"speakers.{n}.{part}", getattr(speaker, part), languages)
    for n, material in enumerate(entry.materials):
        row = {"kind": material.kind.value, "credit": material.credit}
        typed |= _row("materials", n, row | {"url": material.url, "file": material.file})
        typed |= _spread(f"materials.{n}.title", material.title, languages)
    for n, condition in enumerate(entry.conditions):
        typed[f"conditions.{n}.level"] = condition.level.value
        typed |= _spread(f"conditions.{n}.text", condition.text, languages)
    for n, rule in enumerate(entry.rules or ()):
        typed |= _row("reminders", n, fill_rule(rule))
    return typed


def fill_rule(rule: RuleEntry) -> Typed:
    amount, unit = rule.offset, "iso"
    for code, shape in UNITS.items():
        found = re.fullmatch(shape.replace("{}", "([0-9]+)"), rule.offset)
        if found:
            amount, unit = found[1], code
    return {
        "kind": rule.kind.value,
        "anchor": rule.anchor.value,
        "amount": amount,
        "unit": unit,
        "at": rule.at,
        "audience": rule.audience.value,
        "attendance": rule.attendance,
    }


def _clock(name: str, moment: datetime | None, zone: ZoneInfo) -> Typed:
    if moment is None:
        return {f"{name}_on": "", f"{name}_time": "", f"{name}_offset": ""}
    local = moment.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    offset = local.isoformat()[-6:] if twice else ""
    return {f"{name}_on": f"{local:%Y-%m-%d}", f"{name}_time": f"{local:%H:%M}", f"{name}_offset": offset}


def _end(entry: EventEntry, zone: ZoneInfo) -> Typed:
    """The end; its day only where that is another one, so that who moves a dialogue changes one day."""
    ends = _clock("ends", entry.ends_at, zone)
    same = (
        entry.starts_at is not None
        and ends["ends_on"] == _clock("starts", entry.starts_at, zone)["starts_on"]
    )
    return ends | {"ends_on": ""} if same else ends


def _row(group: str, number: int, row: Mapping[str, str]) -> Typed:
    return {f"{group}.{number}.{name}": text for name, text in row.items()}


def _spread(name: str, words: Words, languages: Sequence[str]) -> Typed:
    return {f"{name}.{language}": words.get(language, "") for language in languages}


def to_file(typed: Typed) -> dict[str, str]:
    """The form in the keys of a series file."""
    said = {
        name: text
        for name, text in typed.items()
        if name.partition(".")[0] not in ("reminders", *LINES) or name in _SAME
    }
    said["join_url_public"] = "true" if typed["join_url_public"] else "false"
    said["starts_at"] = _moment(typed, "starts")
    ends_on = typed["ends_on"] or (typed["starts_on"] if typed["ends_time"] else "")
    said["ends_at"] = _moment(typed | {"ends_on": ends_on}, "ends")
    said["documented_at"] = _moment(typed, "documented")
    for n in range(count_rows(typed, "speakers")):
        said[f"speakers.{n}.absent"] = "true" if typed[f"speakers.{n}.absent"] else "false"
    if typed["own_rules"]:
        for n in range(count_rows(typed, "reminders")):
            said |= rule_keys(typed, f"reminders.{n}.")
    return said


_SAME = ["slug", "month", "state", "format", "place", "join_url", "registration_url", "capacity"]


def _moment(typed: Typed, name: str) -> str:
    clock = typed[f"{name}_time"] or ("12:00" if name == "documented" and typed[f"{name}_on"] else "")
    return f"{typed[f'{name}_on']} {clock}{typed[f'{name}_offset']}".strip()


def rule_keys(typed: Typed, row: str) -> dict[str, str]:
    """One row of the reminders in the keys of a series file."""
    amount, unit = typed[f"{row}amount"].strip(), typed[f"{row}unit"]
    anchor = "after" if typed[f"{row}anchor"] == "after" else "before"
    said = {f"{row}{name}": typed[f"{row}{name}"] for name in ("kind", "at", "audience", "attendance")}
    if unit in ("H", "I"):
        said[f"{row}at"] = ""  # hours are counted to the minute: no time of day stands beside them
    return said | {f"{row}{anchor}": UNITS.get(unit, "{}").format(amount)}

"""One event changed by hand: what a form says is read, checked and stored just as a file's words are."""

from __future__ import annotations

from collections.abc import Mapping as Mappings
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from mailer.core.errors import Invalid, Speaker
from mailer.exchange.collecting import collect
from mailer.exchange.entries import EventEntry
from mailer.exchange.event_importing import add_event, update_event
from mailer.exchange.event_parsing import read_event
from mailer.exchange.fields import Fields
from mailer.exchange.nodes import Listing, Mapping, Node, Scalar
from mailer.exchange.problems import REASONS, Problem
from mailer.series import Event, Series, SlugTaken, claim_event, put_in_order

MOST_ROWS = 100
"""Speakers, materials, conditions or rules of one event that a form may send."""


class BadEventForm(Invalid):
    """A form cannot be used; nothing was stored. ``problems`` has the field of each as the form names it."""

    code = "bad_event_form"

    def __init__(self, problems: Sequence[tuple[str, Problem]]) -> None:
        self.problems = problems
        super().__init__(field=problems[0][0], reason=problems[0][1].reason)

    def sentences(self, speaker: Speaker) -> dict[str, str]:
        """One sentence for each field to mend, the first of several."""
        found: dict[str, str] = {}
        for name, problem in self.problems:
            said = speaker.say(REASONS + problem.reason, problem.details)
            found.setdefault(name, said[:1].upper() + said[1:] + ".")
        return found


def entry_of(session: Session, event: Event) -> EventEntry:
    """What the event says now."""
    entries = {entry.slug: entry for entry in collect(session, event.series).events}
    return entries[event.slug]


def read_event_form(typed: Mappings[str, str], *, languages: Sequence[str], zone: ZoneInfo) -> EventEntry:
    """The event a form describes; its names are the file's keys, such as ``speakers.0.name`` and ``title.de``.

    What is empty was not filled in. Raises BadEventForm, which lists every problem.
    """
    tree = _Tree()
    problems: list[Problem] = []
    fields = Fields(tree.grow(typed), "", problems)
    entry = read_event(fields, languages=languages, zone=zone)
    if problems:
        raise BadEventForm([(tree.names.get(problem.line, problem.field), problem) for problem in problems])
    return entry


def create_event(session: Session, series: Series, entry: EventEntry, *, now: datetime) -> Event:
    """A new event at the end of the list. Raises SlugTaken."""
    if any(event.slug == entry.slug for event in series.all_events):
        raise SlugTaken(slug=entry.slug)
    others = list(series.all_events)
    event = add_event(session, series, entry, now=now)
    put_in_order([*others, event])
    series.changed_at = now
    session.flush()
    return event


def edit_event(session: Session, event: Event, entry: EventEntry, *, edition: int, now: datetime) -> bool:
    """Make the event say ``entry``, if it still is what the editor saw; False when it says so already.

    The slug stays: it stands in addresses people have. Raises EditedMeanwhile.
    """
    before = entry_of(session, event)
    claim_event(session, event, edition=edition)
    after = replace(entry, slug=event.slug)
    changed = update_event(session, event.series, event, before, after, now=now)
    if changed:
        event.series.changed_at = now
    session.flush()
    return changed


def move_event(session: Session, event: Event, *, by: int) -> bool:
    """Let the event change places with the one before (-1) or behind it (1); False at the end of the list."""
    events = list(event.series.all_events)
    here = events.index(event)
    there = here + by
    if not 0 <= there < len(events):
        return False
    events[here], events[there] = events[there], events[here]
    put_in_order(events)
    session.flush()
    session.expire(event.series, ["all_events"])
    return True


def delete_event(session: Session, event: Event) -> None:
    """Remove an event for good. Only for drafts: of anything else somebody may have heard."""
    series = event.series
    session.execute(delete(Event).where(Event.id == event.id, Event.draft.is_(True)))
    session.expire(series, ["all_events"])
    put_in_order(series.all_events)


def grown(typed: Mappings[str, str]) -> tuple[Node, dict[int, str]]:
    """The tree a file would have, and which name of the form each of its lines stands for."""
    tree = _Tree()
    return tree.grow(typed), tree.names


class _Tree:
    """Grows the tree a file would have out of flat names; each value's line is a number that leads back to its name."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}

    def grow(self, typed: Mappings[str, str]) -> Node:
        nested: dict[str, object] = {}
        for name, text in typed.items():
            here: dict[str, object] = nested
            *path, last = name.split(".")
            for part in path:
                here = cast("dict[str, object]", here.setdefault(part, {}))
            here[last] = text
        return self._node(nested, "")

    def _node(self, value: object, name: str) -> Node:
        line = len(self.names) + 1
        self.names[line] = name
        if not isinstance(value, dict):
            return Scalar(str(value), line, is_null=not str(value).strip())
        inner = {key: self._node(each, f"{name}.{key}" if name else key) for key, each in value.items()}
        if inner and all(key.isdecimal() for key in inner):
            return Listing(line, [inner[key] for key in sorted(inner, key=int)])
        return Mapping(line, [(Scalar(key, node.line), node) for key, node in inner.items()])

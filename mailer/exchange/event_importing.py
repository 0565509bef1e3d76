"""One event of a series file into the database."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mailer.exchange.entries import EventEntry
from mailer.exchange.hidden_words import (
    conditions_kept,
    keep_hidden,
    material_like,
    questions_kept,
    speaker_like,
)
from mailer.exchange.rule_importing import replace_rules
from mailer.outcomes import list_conditions, replace_conditions
from mailer.series import (
    Event,
    EventState,
    Material,
    Series,
    Speaker,
    note_new_date,
    note_state,
    publish_event,
    raise_revision,
)

LONGEST_UID_DOMAIN = 160

_PARTS = ("speakers", "materials", "conditions", "rules")
_COLUMNS = [column.name for column in fields(EventEntry) if column.name not in _PARTS]


def add_event(session: Session, series: Series, entry: EventEntry, *, now: datetime) -> Event:
    """A new event. Mails that were due before ``now`` are not owed: it is created now."""
    domain = series.sender_address.rpartition("@")[2]
    event = Event(
        **_columns(entry),
        position=-1,
        own_rules=entry.rules is not None,
        uid=f"{uuid.uuid4()}@{domain[-LONGEST_UID_DOMAIN:]}",
        revision=0,
        created_at=now,
        changed_at=now,
    )
    note_state(event, now=now)
    series.all_events.append(event)
    _write_parts(event, entry, series.languages)
    session.flush()
    replace_conditions(session, event, entry.conditions)
    replace_rules(session, series, event, entry.rules or (), now=now)
    return event


def update_event(
    session: Session, series: Series, event: Event, before: EventEntry, entry: EventEntry, *, now: datetime
) -> bool:
    """Make the event, which now says ``before``, say ``entry``; False when it does already.

    A new start, end, format, place or state raises the revision; not while it is a draft, for nobody knows of it.
    """
    if before == entry:
        return False
    if not before.draft and _facts(before) != _facts(entry):
        raise_revision(event, now=now)
    if not before.draft and _has_new_date(before, entry):
        note_new_date(event, now=now)
    if replace(before, rules=entry.rules) != entry:
        event.changed_at = now
    event.edition += 1
    spoken = series.languages
    values = keep_hidden(_columns(entry), event, spoken)
    values["questions"] = questions_kept(event.questions, entry.questions, spoken)
    for name, value in values.items():
        setattr(event, name, value)
    note_state(event, now=now)
    if before.draft and not entry.draft:
        publish_event(event, now=now)
    event.own_rules = entry.rules is not None
    if (before.speakers, before.materials) != (entry.speakers, entry.materials):
        _write_parts(event, entry, spoken)
    conditions = conditions_kept(list_conditions(session, event), entry.conditions, spoken)
    replace_conditions(session, event, conditions)
    replace_rules(session, series, event, entry.rules or (), now=now)
    return True


def _columns(entry: EventEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _COLUMNS}


def _facts(entry: EventEntry) -> tuple[object, ...]:
    """What guests must know, and their calendars with them."""
    return entry.starts_at, entry.ends_at, entry.format, entry.place, entry.state


def _has_new_date(before: EventEntry, entry: EventEntry) -> bool:
    """Whether the date was set or moved just now; coming back from a cancellation is neither."""
    if entry.starts_at is None:
        return False
    unripe = (EventState.ANNOUNCED, EventState.PROVISIONAL)
    ripened = before.state in unripe and entry.state is EventState.FIXED
    return ripened or before.starts_at != entry.starts_at


def _write_parts(event: Event, entry: EventEntry, spoken: Collection[str]) -> None:
    """Speakers and materials anew; what the old ones hide goes over to those that stand for the same."""
    event.speakers = [
        Speaker(position=n, **keep_hidden(vars(one), speaker_like(event, one.name), spoken))
        for n, one in enumerate(entry.speakers)
    ]
    event.materials = [
        Material(
            position=n, **keep_hidden(vars(one), material_like(event, one.kind, one.url, one.file), spoken)
        )
        for n, one in enumerate(entry.materials)
    ]

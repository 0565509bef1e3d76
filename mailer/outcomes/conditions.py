"""The conditions named at an event: looking them up, and writing them anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.core.types import Words
from mailer.outcomes.models import FrameworkCondition, Level
from mailer.series import Event, EventId, Series


@dataclass(frozen=True)
class Condition:
    """What a framework condition says, before it belongs to an event."""

    level: Level
    text: Words


def list_conditions(session: Session, event: Event) -> Sequence[FrameworkCondition]:
    """The event's conditions as the organisers ordered them, levels mixed."""
    return session.scalars(
        select(FrameworkCondition)
        .where(FrameworkCondition.event_id == event.id)
        .order_by(FrameworkCondition.position)
    ).all()


def conditions_of_series(session: Session, series: Series) -> dict[EventId, list[FrameworkCondition]]:
    """The conditions of every event of the series, each as `list_conditions` has them; one query.

    An event without any is left out.
    """
    rows = session.scalars(
        select(FrameworkCondition)
        .join(Event, Event.id == FrameworkCondition.event_id)
        .where(Event.series_id == series.id)
        .order_by(FrameworkCondition.position)
    )
    found: dict[EventId, list[FrameworkCondition]] = {}
    for condition in rows:
        found.setdefault(condition.event_id, []).append(condition)
    return found


def conditions_of(session: Session, event: Event) -> dict[Level, list[FrameworkCondition]]:
    """The event's conditions by level, the municipality's first; a level without any is left out."""
    found = list_conditions(session, event)
    by_level = {level: [condition for condition in found if condition.level is level] for level in Level}
    return {level: conditions for level, conditions in by_level.items() if conditions}


def replace_conditions(session: Session, event: Event, conditions: Sequence[Condition]) -> bool:
    """Let the event have just these conditions, in this order; True when that changed anything.

    A condition that stays in its place keeps its row.
    """
    rows = list_conditions(session, event)
    changed = len(rows) != len(conditions)
    for surplus in rows[len(conditions) :]:
        session.delete(surplus)
    for position, condition in enumerate(conditions):
        row = rows[position] if position < len(rows) else FrameworkCondition(event_id=event.id)
        if (row.position, row.level, row.text) != (position, condition.level, condition.text):
            row.position, row.level, row.text = position, condition.level, condition.text
            session.add(row)
            changed = True
    session.flush()
    return changed

"""What guests must know of an event, how they last heard it, and what has changed since."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from mailer.series.models import Event, EventFormat, EventState


class Change(enum.StrEnum):
    """What guests have to be told between two ways an event stood."""

    DATE_SET = "date_set"  # from a month, or a date that might change, to a fixed one
    MOVED = "moved"  # another start, end or place, or held another way
    UNSETTLED = "unsettled"  # the fixed date does not stand any more, and there is no new one
    CANCELLED = "cancelled"
    REINSTATED = "reinstated"  # was cancelled, takes place after all


@dataclass(frozen=True)
class Facts:
    """When, where and whether an event takes place, at one revision."""

    state: EventState
    starts_at: datetime | None
    ends_at: datetime | None
    month: str | None
    format: EventFormat
    place: str

    @property
    def told(self) -> tuple[object, ...]:
        """What raises the revision: the month is only a guess."""
        return self.state, self.starts_at, self.ends_at, self.format, self.place

    @property
    def is_fixed(self) -> bool:
        return self.state is EventState.FIXED and self.starts_at is not None

    def as_json(self) -> dict[str, Any]:
        return {
            "state": self.state.value,
            "starts_at": self.starts_at and self.starts_at.isoformat(),
            "ends_at": self.ends_at and self.ends_at.isoformat(),
            "month": self.month,
            "format": self.format.value,
            "place": self.place,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Facts:
        return cls(
            state=EventState(kept["state"]),
            starts_at=_instant(kept["starts_at"]),
            ends_at=_instant(kept["ends_at"]),
            month=kept["month"],
            format=EventFormat(kept["format"]),
            place=kept["place"],
        )


def facts_of(event: Event) -> Facts:
    """How the event stands now."""
    return Facts(event.state, event.starts_at, event.ends_at, event.month, event.format, event.place)


def announced_facts(event: Event) -> Facts:
    """How its guests last heard it to stand; of a new event, how it was created."""
    return Facts(
        event.announced_state,
        event.announced_starts_at,
        event.announced_ends_at,
        event.announced_month,
        event.announced_format,
        event.announced_place,
    )


def change_between(before: Facts, after: Facts) -> Change | None:
    """What guests who know ``before`` have to hear; None when nothing that concerns them is different."""
    if before.told == after.told:
        return None
    if after.state is EventState.CANCELLED:
        return None if before.state is EventState.CANCELLED else Change.CANCELLED
    if not after.is_fixed:
        return Change.UNSETTLED if before.is_fixed else None
    if before.is_fixed:
        return Change.MOVED
    was_dated = before.state is EventState.CANCELLED and before.starts_at is not None
    return Change.REINSTATED if was_dated else Change.DATE_SET


def change_to_show(event: Event, *, cancelled: bool) -> tuple[Change, Facts]:
    """What a change mail, or a cancellation, would say today: what was changed, else as if it were for the first time."""
    before, after = announced_facts(event), facts_of(event)
    if cancelled:
        return Change.CANCELLED, after if before.state is EventState.CANCELLED else before
    change = change_between(before, after)
    return (Change.DATE_SET, before) if change in (None, Change.CANCELLED) else (change, before)


def has_news(event: Event) -> bool:
    """Whether it was changed since its guests last heard how it stands."""
    return not event.draft and event.revision > event.announced_revision


def mark_announced(session: Session, event: Event) -> bool:
    """Note that the guests hear how the event stands now, or that they need not.

    One conditional UPDATE: of two who announce at once one does, and nobody announces what
    an organiser changed at that moment. False for who came too late.
    """
    facts = facts_of(event)
    done = session.scalar(
        update(Event)
        .where(
            Event.id == event.id,
            Event.revision == event.revision,
            Event.announced_revision == event.announced_revision,
            Event.announced_revision < event.revision,
        )
        .values(
            announced_revision=event.revision,
            announced_state=facts.state,
            announced_starts_at=facts.starts_at,
            announced_ends_at=facts.ends_at,
            announced_month=facts.month,
            announced_format=facts.format,
            announced_place=facts.place,
        )
        .returning(Event.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(event)
    return done is not None


def _instant(kept: str | None) -> datetime | None:
    return None if kept is None else datetime.fromisoformat(kept)

"""Rules and events for tests of planning, with a database and without."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailer.reminders import Anchor, Audience, ReminderRule, RuleKind, Window
from mailer.series import Event, EventId, EventState, Series

BERLIN = ZoneInfo("Europe/Berlin")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def berlin(text: str) -> datetime:
    """The instant of ``2023-04-26 09:00`` on a clock in Berlin; the first one if it comes twice."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def a_rule(
    offset: str = "P1D",
    at: str = "",
    *,
    kind: RuleKind = RuleKind.REMINDER,
    anchor: Anchor = Anchor.BEFORE,
    **facts: Any,
) -> ReminderRule:
    """A rule of the series for everybody on the list, made long ago."""
    plain: dict[str, Any] = {
        "position": 0,
        "audience": Audience.SUBSCRIBERS,
        "attendance": "",
        "owed_from": LONG_AGO,
    }
    return ReminderRule(kind=kind, anchor=anchor, offset=offset, at=at, **(plain | facts))


INFO = ("P14D", "09:00", RuleKind.INFO)
REMINDER = ("P1D", "09:00", RuleKind.REMINDER)


def rules_for(
    session: Session,
    series: Series,
    *rules: tuple[str, str, RuleKind],
    event: Event | None = None,
    owed_from: datetime = LONG_AGO,
) -> None:
    """Write rules for a series, or for one event of its own; without any, the usual info and reminder."""
    for position, (offset, at, kind) in enumerate(rules or (INFO, REMINDER)):
        rule = a_rule(offset, at, kind=kind, position=position, owed_from=owed_from)
        rule.series_id = series.id
        rule.event_id = None if event is None else event.id
        session.add(rule)
    session.flush()


def a_meeting(starts_at: datetime | None, *, lasts: timedelta = timedelta(minutes=90), **facts: Any) -> Event:
    """An event that no database knows; with a start it is fixed, else announced for August 2023."""
    dated: dict[str, Any] = (
        {"state": EventState.ANNOUNCED, "month": "2023-08"}
        if starts_at is None
        else {"state": EventState.FIXED, "starts_at": starts_at, "ends_at": starts_at + lasts}
    )
    return Event(**({"id": EventId(1), "own_rules": False, "created_at": LONG_AGO} | dated | facts))


def a_window(due_at: datetime, *, starts_at: datetime, **facts: Any) -> Window:
    """An owed window of event 1 that is useful until the event starts."""
    plain: dict[str, Any] = {
        "event_id": EventId(1),
        "rule": f"reminder/{due_at:%Y%m%dT%H%M}",
        "kind": "reminder",
        "useful_until": starts_at,
        "owed": True,
        "nominal_at": due_at,
    }
    return Window(starts_at=starts_at, due_at=due_at, **(plain | facts))

"""Reminder rules of a series file into the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.exchange.collecting import rule_entry
from mailer.exchange.entries import RuleEntry
from mailer.reminders import ReminderRule
from mailer.series import Event, Series


def replace_rules(
    session: Session, series: Series, event: Event | None, entries: Sequence[RuleEntry], *, now: datetime
) -> bool:
    """Let the series, or the event, have just these rules; True when that changed anything.

    A rule whose words stay keeps its row, and with it the moment from which its mails are owed.
    """
    rows = find_rules(session, series, event)
    if [rule_entry(row) for row in rows] == list(entries):
        return False
    kept = {rule_entry(row): row for row in rows}
    for position, entry in enumerate(entries):
        row = kept.pop(entry, None)
        if row is None:
            row = ReminderRule(series_id=series.id, event_id=event and event.id, **vars(entry), owed_from=now)
            session.add(row)
        row.position = position
    for gone in kept.values():
        session.delete(gone)
    session.flush()
    return True


def find_rules(session: Session, series: Series, event: Event | None) -> Sequence[ReminderRule]:
    """The rules that stand at the series itself, or at the event, in their order."""
    owner = ReminderRule.event_id.is_(None) if event is None else ReminderRule.event_id == event.id
    return session.scalars(
        select(ReminderRule).where(ReminderRule.series_id == series.id, owner).order_by(ReminderRule.position)
    ).all()

"""The reminder rules of a series, from the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.reminders.models import ReminderRule
from mailer.series import Series


def rules_of_series(session: Session, series: Series) -> Sequence[ReminderRule]:
    """Its own rules and those of its events, in the organisers' order."""
    return session.scalars(
        select(ReminderRule)
        .where(ReminderRule.series_id == series.id)
        .order_by(ReminderRule.event_id, ReminderRule.position)
    ).all()

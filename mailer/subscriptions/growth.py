"""How a list grows: who came and who left, day by day, from the steps of consent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.series import Series
from mailer.subscriptions.models import Consent, ConsentStep, Subscription, SubscriptionState

CAME = (ConsentStep.CONFIRMED, ConsentStep.IMPORTED)


@dataclass(frozen=True)
class DayOfList:
    """What a day brought. Days are those of UTC: for weeks it makes no difference."""

    day: date
    came: int
    left: int


def days_of_list(session: Session, series: Series, *, since: datetime) -> Sequence[DayOfList]:
    """Every day since then on which somebody came or left, in order. It outlives erasure, as the steps do."""
    day = _day_of(session)
    rows = session.execute(
        select(day, Consent.step, func.count())
        .where(
            Consent.series_id == series.id, Consent.at >= since, Consent.step.in_([*CAME, ConsentStep.LEFT])
        )
        .group_by(day, Consent.step)
    )
    counts: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for said, step, count in rows:
        counts[date.fromisoformat(str(said))][step is ConsentStep.LEFT] += count
    return [DayOfList(when, came, left) for when, (came, left) in sorted(counts.items())]


def bounced_between(session: Session, series: Series, since: datetime, until: datetime) -> int:
    """How many addresses of the list turned out not to exist in that time."""
    found = select(func.count()).where(
        Subscription.series_id == series.id,
        Subscription.state == SubscriptionState.BOUNCED,
        Subscription.bounced_at >= since,
        Subscription.bounced_at < until,
    )
    return session.scalar(found) or 0


def _day_of(session: Session) -> Any:
    if session.get_bind().dialect.name == "sqlite":
        return func.date(Consent.at)
    return func.date(func.timezone("UTC", Consent.at))

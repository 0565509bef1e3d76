"""The ledger at a glance, for whoever watches over the house: figures that cost the same with a million rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer.delivery.models import WAITING, Delivery, Progress
from mailer.delivery.progress import RATE_COUNTS_FOR, STATES, counts_by_state
from mailer.delivery.routes import closed_route
from mailer.mailings import Mailing, MailingState

OPEN = (MailingState.RELEASED, MailingState.SENDING, MailingState.PAUSED)


@dataclass(frozen=True)
class Figures:
    """Numbers alone: no address, no name, no title."""

    deliveries: Mapping[str, int]
    """Letters of all mailings that are kept, by state; every state is there."""
    single_letters: int
    """Letters to one person each (confirm, sign-in, …) that wait."""
    longest_wait: float
    """Seconds since the letter that has been due longest was due; 0 when none is."""
    mailings: Mapping[str, int]
    """Mailings not finished, by state."""
    rate: float
    """Letters a second, over all workers, lately."""
    closed_by: str
    """The code of what keeps us out of the relay; empty while the road is open."""


def figures(session: Session, *, clock: datetime, now: datetime) -> Figures:
    """What the ledger says now. ``clock`` is the machine's, ``now`` the house's.

    What came to its end was added up as it was written; what waits is found through indexes that hold it alone.
    """
    open_mailings = session.scalars(
        sa.select(Mailing).where(Mailing.state.in_(OPEN)).order_by(Mailing.id)
    ).all()
    mailings = Counter(mailing.state.value for mailing in open_mailings)
    route = closed_route(session)
    return Figures(
        deliveries=_deliveries(session, open_mailings),
        single_letters=session.scalar(sa.select(sa.func.count()).where(_waits(None))) or 0,
        longest_wait=_longest_wait(session, open_mailings, now=now),
        mailings={state.value: mailings[state.value] for state in OPEN},
        rate=_rate(session, clock=clock),
        closed_by=route.code if route else "",
    )


def _deliveries(session: Session, open_mailings: Sequence[Mailing]) -> Mapping[str, int]:
    ended = session.execute(
        sa.select(sa.func.sum(Progress.sent), sa.func.sum(Progress.failed), sa.func.sum(Progress.skipped))
    ).one()
    counts = Counter({"sent": ended[0] or 0, "failed": ended[1] or 0, "skipped": ended[2] or 0})
    for mailing in open_mailings:
        if mailing.opened_at is not None:
            theirs = counts_by_state(session, mailing)
            counts.update({state: theirs[state] for state in ("queued", "sending", "deferred")})
    return {state: counts[state] for state in STATES}


def _longest_wait(session: Session, open_mailings: Sequence[Mailing], *, now: datetime) -> float:
    """Of mailings that are held back nothing is due."""
    leaving = [mailing.id for mailing in open_mailings if mailing.state is MailingState.SENDING]
    since = [
        session.scalar(sa.select(sa.func.min(Delivery.next_at)).where(_waits(m))) for m in (None, *leaving)
    ]
    return max((now - moment).total_seconds() for moment in [*filter(None, since), now] if moment <= now)


def _rate(session: Session, *, clock: datetime) -> float:
    lately = sa.select(sa.func.sum(Progress.rate)).where(Progress.rated_at > clock - RATE_COUNTS_FOR)
    return session.scalar(lately) or 0.0


def _waits(mailing_id: int | None) -> sa.ColumnElement[bool]:
    """In the words of its index, so that no other row is looked at."""
    return sa.and_(Delivery.mailing_id == mailing_id, sa.text(f"({WAITING})"))

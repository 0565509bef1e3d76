"""Who a mailing goes to and what became of each letter, page by page, as people outside see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer.core.db import rows_changed
from mailer.core.types import EmailAddress
from mailer.delivery import progress
from mailer.delivery.models import NOT_SIMPLY_SENT, WAITING, Delivery, DeliveryState
from mailer.mailings import Mailing
from mailer.people import Person
from mailer.subscriptions import Subscription

SEEN_AS: dict[str, tuple[DeliveryState, ...]] = {
    "queued": (DeliveryState.QUEUED, DeliveryState.CLAIMED),
    "sending": (DeliveryState.SENDING, DeliveryState.HELD),
    "sent": (DeliveryState.SENT,),
    "deferred": (DeliveryState.DEFERRED,),
    "failed": (DeliveryState.FAILED,),
    "skipped": (DeliveryState.SKIPPED,),
    "held": (DeliveryState.HELD,),
}
"""The states people outside see; ``held`` alone is for those in doubt."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row of the ledger, and whose it is."""

    id: int
    address: EmailAddress
    name: str
    language: str
    state: DeliveryState
    code: int | None
    reply: str
    reason: str
    attempt: int
    next_at: datetime
    done_at: datetime | None


def page_of_recipients(
    session: Session,
    mailing: Mailing,
    *,
    state: str = "",
    search: str = "",
    after: str = "",
    most: int = 50,
) -> Sequence[Recipient]:
    """Rows in the order of their addresses; ``after`` pages on from one. Erased ones have no address and are not listed.

    ``search`` is a part of the address or of the name; ``state`` one of SEEN_AS, or empty for all.
    """
    wanted = _rows(mailing).where(Delivery.address > after).order_by(Delivery.address).limit(most)
    if state:
        wanted = wanted.where(_in_state(state))
    if search:
        part = f"%{_as_it_is(search.lower())}%"
        wanted = wanted.where(
            sa.or_(
                sa.func.lower(Delivery.address).like(part, escape="\\"),
                sa.func.lower(Person.name).like(part, escape="\\"),
            )
        )
    return [Recipient(*row) for row in session.execute(wanted)]


def settle_held(
    session: Session, mailing: Mailing, *, delivery_id: int | None = None, as_sent: bool, now: datetime
) -> int:
    """Decide about rows in doubt, one or all of a mailing: they count as sent, or go out again. The number of rows.

    Of two who decide at once one does.
    """
    decided: dict[str, Any] = (
        {"state": DeliveryState.SENT, "done_at": now, "reason": ""}
        if as_sent
        else {"state": DeliveryState.QUEUED, "next_at": now, "reason": ""}
    )
    which = [Delivery.mailing_id == mailing.id, Delivery.state == DeliveryState.HELD]
    if delivery_id is not None:
        which.append(Delivery.id == delivery_id)
    changed = rows_changed(
        session.execute(
            sa.update(Delivery)
            .where(*which, sa.text(f"({WAITING})"))
            .values(**decided)
            .execution_options(synchronize_session=False)
        )
    )
    if as_sent and changed:
        progress.add(session, mailing.id, sent=changed)
    return changed


def count_held(session: Session, mailing: Mailing) -> int:
    """Rows in doubt that wait for somebody's word."""
    return (
        session.scalar(
            sa.select(sa.func.count()).where(
                Delivery.mailing_id == mailing.id,
                sa.text(f"({NOT_SIMPLY_SENT})"),
                Delivery.state == DeliveryState.HELD,
            )
        )
        or 0
    )


def _rows(mailing: Mailing) -> Any:
    name: Any = sa.func.coalesce(Person.name, "")
    return (
        sa.select(
            Delivery.id,
            Delivery.address,
            name,
            Delivery.language,
            Delivery.state,
            Delivery.code,
            Delivery.reply,
            Delivery.reason,
            Delivery.attempt,
            Delivery.next_at,
            Delivery.done_at,
        )
        .outerjoin(Subscription, Subscription.id == Delivery.subscription_id)
        .outerjoin(Person, Person.id == Subscription.person_id)
        .where(Delivery.mailing_id == mailing.id)
    )


def _in_state(state: str) -> sa.ColumnElement[bool]:
    """With the words of the index that holds few rows, where the state is one of those."""
    is_there = Delivery.state.in_(SEEN_AS[state])
    if state in ("deferred", "failed", "skipped", "held"):
        return sa.and_(sa.text(f"({NOT_SIMPLY_SENT})"), is_there)
    return is_there


def _as_it_is(text: str) -> str:
    """No sign of a pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

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
from mailer.people import Person, begins_with
from mailer.registrations import Registration
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


FEW = 1_000
"""Up to so many rows found, they are looked up one by one; of more, the whole mailing is walked through."""


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

    ``search`` is the beginning of an address, of a name or of a last name; ``state`` one of SEEN_AS, or
    empty for all. Where few rows fit they are looked up and put in order; where many do, all are walked
    through until the page is full.
    """
    found = [_of_people(session, mailing, search)] if search else []
    found += [_in_state(session, mailing, state)] if state else []
    known = [ids for ids, _condition in found if ids is not None]
    if known:
        wanted = _rows().where(Delivery.id.in_(set.intersection(*known)))
    else:
        wanted = _rows().where(Delivery.mailing_id == mailing.id)
    if any(not ids for ids in known):
        return []
    conditions = [condition for _ids, condition in found]
    wanted = wanted.where(Delivery.address > after, *conditions).order_by(Delivery.address)
    return [Recipient(*row) for row in session.execute(wanted.limit(most))]


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


def _rows() -> Any:
    name: Any = sa.func.coalesce(sa.func.nullif(Registration.name, ""), Person.name, "")
    whose = sa.func.coalesce(Subscription.person_id, Registration.person_id)
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
        .outerjoin(Registration, Registration.id == Delivery.registration_id)
        .outerjoin(Person, Person.id == whose)
    )


_Found = tuple[set[int] | None, sa.ColumnElement[bool]]
"""The rows that fit, if they are few; and the condition they fit."""


def _of_people(session: Session, mailing: Mailing, search: str) -> _Found:
    fits = begins_with(search)
    people = session.scalars(sa.select(Person.id).where(fits).limit(FEW + 1)).all()
    if len(people) > FEW:
        return None, fits
    keys = [f"m{mailing.id}:p{person}" for person in people]
    return set(session.scalars(sa.select(Delivery.id).where(Delivery.key.in_(keys)))), sa.true()


def _in_state(session: Session, mailing: Mailing, state: str) -> _Found:
    """Found through the indexes that hold few rows, while there are few."""
    fits = Delivery.state.in_(SEEN_AS[state])
    if state == "sent":  # most rows, sooner or later
        return None, fits
    some = sa.union_all(*(_through(words, mailing, fits) for words in _WHERE[state])).subquery()
    ids = session.scalars(sa.select(some.c.id).limit(FEW + 1)).all()
    return (set(ids), fits) if len(ids) <= FEW else (None, fits)


def _through(words: str, mailing: Mailing, fits: sa.ColumnElement[bool]) -> sa.Select[Any]:
    # Added to, the number serves no index: of rows in hand there are so few that theirs is the one to read.
    number = Delivery.mailing_id + 0 if words == _IN_HAND else Delivery.mailing_id
    found: sa.Select[Any] = sa.select(Delivery.id).where(number == mailing.id, sa.text(f"({words})"), fits)
    return found


_IN_HAND = "claimed_by > ''"
_WHERE = {
    "queued": (WAITING, _IN_HAND),
    "sending": (WAITING, _IN_HAND),
    "deferred": (WAITING,),
    "held": (WAITING,),
    "failed": (NOT_SIMPLY_SENT,),
    "skipped": (NOT_SIMPLY_SENT,),
}
"""The indexes behind which rows in these states are to be found, by their conditions."""

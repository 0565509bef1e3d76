"""Forgetting people: when they ask for it, and when their time has come."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from mailer.core.addresses import mailbox_key
from mailer.core.db import rows_changed
from mailer.core.types import EmailAddress
from mailer.delivery import Delivery, drop_waiting
from mailer.organisers import forget_old_links
from mailer.people import Person, find_person
from mailer.series import Series, list_series, mark_erased
from mailer.subscriptions import CONFIRM_WITHIN, Consent, Subscription, SubscriptionState

PROOF_KEPT_FOR = timedelta(days=3 * 365 + 1)
"""How long the proof of consent stays under its keyed hash: the limitation period of § 195 BGB."""


def erase(session: Session, address: EmailAddress, *, now: datetime) -> bool:
    """Erase everything that names the person behind an address; False when there was nothing.

    What stays: counts, the proof of consent under a keyed hash, a suppression if there is one.
    Letters still waiting for her are not sent.
    """
    person = find_person(session, address)
    blotted = _blot_out(session, func.lower(Delivery.address) == mailbox_key(address), now=now)
    if person is None:
        return blotted > 0
    ids = select(Subscription.id).where(Subscription.person_id == person.id)
    _blot_out(session, Delivery.subscription_id.in_(ids), now=now)
    session.execute(delete(Subscription).where(Subscription.person_id == person.id))
    session.execute(delete(Person).where(Person.id == person.id))
    session.expire_all()
    return True


def forget_due(session: Session, *, now: datetime) -> int:
    """Erase what has been kept long enough; the number of subscriptions erased.

    Requests nobody confirmed after 7 days; who left, bounced or was ended after the series'
    retention time; the addresses in the ledger with them; proofs of consent after three years.
    """
    forgotten = sum(_forget_of_series(session, series, now=now) for series in list_series(session))
    session.execute(delete(Consent).where(Consent.at < now - PROOF_KEPT_FOR))
    _forget_lonely_people(session)
    _forget_letters_to_nobody(session, now=now)
    forget_old_links(session, now=now)
    return forgotten


def _forget_of_series(session: Session, series: Series, *, now: datetime) -> int:
    due = _due(series, now=now)
    ids = select(Subscription.id).where(Subscription.series_id == series.id, due)
    _blot_out(session, Delivery.subscription_id.in_(ids), now=now)
    forgotten = rows_changed(
        session.execute(delete(Subscription).where(Subscription.series_id == series.id, due))
    )
    ended = series.ended_at
    if ended and series.erased_at is None and ended + timedelta(days=series.retention_days) <= now:
        mark_erased(series, now=now)
    session.flush()
    session.expire_all()
    return forgotten


def _due(series: Series, *, now: datetime) -> ColumnElement[bool]:
    kept_since = now - timedelta(days=series.retention_days)
    state = Subscription.state
    return or_(
        and_(state == SubscriptionState.PENDING, Subscription.requested_at < now - CONFIRM_WITHIN),
        and_(state == SubscriptionState.LEFT, Subscription.left_at <= kept_since),
        and_(state == SubscriptionState.BOUNCED, Subscription.bounced_at <= kept_since),
        and_(state == SubscriptionState.ENDED, Subscription.ended_at <= kept_since),
    )


def _blot_out(session: Session, which: ColumnElement[bool], *, now: datetime) -> int:
    """Take the address out of ledger rows; those still waiting are skipped."""
    drop_waiting(session, which, reason="erased", now=now)
    blotted = session.execute(
        update(Delivery)
        .where(which, Delivery.address.is_not(None))
        .values(address=None, facts={})
        .execution_options(synchronize_session=False)
    )
    return rows_changed(blotted)


def _forget_lonely_people(session: Session) -> None:
    needed = exists().where(Subscription.person_id == Person.id)
    session.execute(delete(Person).where(~needed).execution_options(synchronize_session=False))


def _forget_letters_to_nobody(session: Session, *, now: datetime) -> None:
    """Test copies and organisers' mails are kept for a month, then only counted."""
    old = and_(Delivery.subscription_id.is_(None), Delivery.done_at < now - timedelta(days=30))
    _blot_out(session, and_(old, Delivery.address.is_not(None)), now=now)

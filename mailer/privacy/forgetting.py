"""Forgetting people: when they ask for it, and when their time has come."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from mailer.core.addresses import mailbox_key
from mailer.core.db import rows_changed
from mailer.core.types import EmailAddress
from mailer.delivery import Delivery
from mailer.exchange import forget_lists
from mailer.organisers import forget_old_links
from mailer.people import Person, find_person
from mailer.privacy.blotting import blot_out
from mailer.privacy.seats import erase_seats, forget_seats
from mailer.registrations import Registration
from mailer.series import Series, count_forgotten, list_series, mark_erased
from mailer.subscriptions import CONFIRM_WITHIN, Consent, Subscription, SubscriptionState, leave

PROOF_KEPT_FOR = timedelta(days=3 * 365 + 1)
"""How long the proof of consent stays under its keyed hash, after its last step: the limitation period of § 195 BGB."""


def erase(session: Session, address: EmailAddress, *, now: datetime) -> bool:
    """Erase everything that names the person behind an address; False when there was nothing.

    What stays: counts, the proof of consent (and that it was withdrawn now) under a keyed hash, a
    suppression if there is one. Letters still waiting for her are not sent.
    """
    person = find_person(session, address)
    if person is not None:
        _erase_person(session, person, now=now)
    # Last of all, so that a row somebody wrote a moment before the subscription went is found too.
    blotted = blot_out(session, func.lower(Delivery.address) == mailbox_key(address), now=now)
    return person is not None or blotted > 0


def forget_due(session: Session, *, now: datetime) -> int:
    """Erase what has been kept long enough; the number of subscriptions erased.

    Requests nobody confirmed after 7 days; who left, bounced or was ended after the series'
    retention time; the addresses in the ledger with them; proofs of consent three years after
    their last step, but never while mails still rest on them; uploaded lists nobody said yes to.
    """
    forgotten = sum(
        _forget_of_series(session, series, now=now) for series in list_series(session, drafts=True)
    )
    _forget_old_proofs(session, now=now)
    _forget_lonely_people(session)
    _forget_letters_to_nobody(session, now=now)
    forget_old_links(session, now=now)
    forget_lists(session, now=now)
    return forgotten


def _erase_person(session: Session, person: Person, *, now: datetime) -> None:
    ids = session.scalars(select(Subscription.id).where(Subscription.person_id == person.id)).all()
    blot_out(session, Delivery.subscription_id.in_(ids), now=now)
    erase_seats(session, person, now=now)
    for subscription_id in ids:
        left = leave(session, subscription_id, now=now)
        if left is not None and left.confirmed_at is not None:
            count_forgotten(left.series, left.state.value, 1)
    session.flush()
    session.execute(delete(Subscription).where(Subscription.person_id == person.id))
    session.execute(delete(Person).where(Person.id == person.id))
    session.expire_all()


def _forget_of_series(session: Session, series: Series, *, now: datetime) -> int:
    due = _due(series, now=now)
    ids = select(Subscription.id).where(Subscription.series_id == series.id, due)
    blot_out(session, Delivery.subscription_id.in_(ids), now=now)
    forget_seats(session, series, now=now)
    _count(session, series, due)
    forgotten = rows_changed(
        session.execute(delete(Subscription).where(Subscription.series_id == series.id, due))
    )
    ended = series.ended_at
    if ended and series.erased_at is None and ended + timedelta(days=series.retention_days) <= now:
        mark_erased(series, now=now)
    session.flush()
    session.expire_all()
    return forgotten


def _count(session: Session, series: Series, due: ColumnElement[bool]) -> None:
    """Numbers name nobody, so they stay; who never confirmed never counted."""
    rows = session.execute(
        select(Subscription.state, func.count())
        .where(Subscription.series_id == series.id, due, Subscription.confirmed_at.is_not(None))
        .group_by(Subscription.state)
    )
    for state, number in rows:
        count_forgotten(series, state.value, number)


def _due(series: Series, *, now: datetime) -> ColumnElement[bool]:
    kept_since = now - timedelta(days=series.retention_days)
    state = Subscription.state
    return or_(
        and_(
            # Who never confirmed before the series ended is forgotten no later for it.
            or_(state == SubscriptionState.PENDING, state == SubscriptionState.ENDED),
            Subscription.confirmed_at.is_(None),
            Subscription.requested_at < now - CONFIRM_WITHIN,
        ),
        and_(state == SubscriptionState.LEFT, Subscription.left_at <= kept_since),
        and_(state == SubscriptionState.BOUNCED, Subscription.bounced_at <= kept_since),
        and_(state == SubscriptionState.ENDED, Subscription.ended_at <= kept_since),
    )


def _forget_old_proofs(session: Session, *, now: datetime) -> None:
    later = aliased(Consent)
    still_of_use = or_(
        exists().where(
            later.series_id == Consent.series_id,
            later.pseudonym == Consent.pseudonym,
            later.at >= now - PROOF_KEPT_FOR,
        ),
        exists().where(
            Subscription.series_id == Consent.series_id,
            Subscription.state == SubscriptionState.ACTIVE,
            Subscription.person_id == Person.id,
            Person.pseudonym == Consent.pseudonym,
        ),
    )
    session.execute(
        delete(Consent)
        .where(Consent.at < now - PROOF_KEPT_FOR, ~still_of_use)
        .execution_options(synchronize_session=False)
    )


def _forget_lonely_people(session: Session) -> None:
    """Who signs up again at this very moment holds her row locked, and stays."""
    subscribed = exists().where(Subscription.person_id == Person.id)
    registered = exists().where(Registration.person_id == Person.id)
    lonely = select(Person.id).where(~subscribed, ~registered).with_for_update(skip_locked=True)
    session.execute(delete(Person).where(Person.id.in_(lonely)).execution_options(synchronize_session=False))


def _forget_letters_to_nobody(session: Session, *, now: datetime) -> None:
    """Test copies and organisers' mails are kept for a month, then only counted."""
    to_nobody = and_(Delivery.subscription_id.is_(None), Delivery.registration_id.is_(None))
    old = and_(to_nobody, Delivery.done_at < now - timedelta(days=30))
    blot_out(session, and_(old, Delivery.address.is_not(None)), now=now)

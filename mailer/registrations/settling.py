"""Seats that lapsed become free, and free ones go to whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mailer.registrations import seats
from mailer.registrations.models import Registration, RegistrationState, SeatLetter, claim_of
from mailer.registrations.seats import Claim
from mailer.series import Event, EventFormat, EventId

CONFIRMED = (RegistrationState.HELD, RegistrationState.WAITING)
"""States of a registration with a seat, or in the waiting list."""

OPEN = (RegistrationState.PENDING, *CONFIRMED)
"""States of a registration that somebody still counts on."""


def lock_event(session: Session, event: Event) -> None:
    """Let nobody else take or give back a seat of the event until the transaction ends.

    On SQLite the transaction has the one write lock already. Rows that point at the event may still
    be written meanwhile (FOR NO KEY UPDATE).
    """
    session.scalars(
        select(Event)
        .where(Event.id == event.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def claims_of(session: Session, event_id: EventId) -> list[Claim]:
    """What every registration of an event means for its seats on site; one query, no rows kept."""
    kept = select(
        Registration.id,
        Registration.state,
        Registration.attendance,
        Registration.waitlisted_at,
        Registration.lapses_at,
        Registration.requested_at,
    ).where(Registration.event_id == event_id, Registration.state.in_(OPEN))
    return [claim_of(*row) for row in session.execute(kept)]


def seats_left(session: Session, event: Event, *, now: datetime) -> int | None:
    """How many seats on site somebody may have at once; None where nobody counts them."""
    if event.capacity is None:
        return None
    claims = claims_of(session, event.id)
    return max(0, seats.free(event.capacity, claims, now=now) - len(seats.waiting_list(claims)))


def settle_due(session: Session, *, now: datetime) -> int:
    """Free what lapsed and offer what is free, everywhere; the number of seats moved. A step of the tick.

    A capacity that was raised is found here, too: nobody needs to say so.
    """
    waiting = select(Registration.event_id).where(
        Registration.waitlisted_at.is_not(None),
        Registration.lapses_at.is_(None),
        Registration.state.in_(CONFIRMED),
    )
    lapsed = select(Registration.event_id).where(Registration.lapses_at <= now)
    events = session.scalars(
        select(Event).where(or_(Event.id.in_(waiting), Event.id.in_(lapsed))).order_by(Event.id)
    ).all()
    return sum(_settle_one(session, event, now=now) for event in events)


def settle(session: Session, event: Event, *, now: datetime) -> int:
    """The same for one event, which is locked by `lock_event`."""
    session.flush()
    moved = 0
    for registration in _lapsed(session, event, now=now):
        _let_go(registration, now=now)
        moved += 1
    session.flush()
    if event.is_dated and event.starts_at is not None and _is_on_site(event):
        until = seats.accept_until(event.starts_at, now=now)
        turns = seats.next_up(event.capacity, claims_of(session, event.id), now=now) if until else []
        for claim in turns:
            registration = session.get_one(Registration, claim.number, populate_existing=True)
            registration.lapses_at, registration.changed_at = until, now
            owe(registration, SeatLetter.PLACE)
            moved += 1
    session.flush()
    return moved


def owe(registration: Registration, letter: SeatLetter) -> None:
    """Remember a letter until the tick has written it into the ledger; a newer one replaces it."""
    registration.owed = letter
    registration.owed_number += 1


def _settle_one(session: Session, event: Event, *, now: datetime) -> int:
    """Look first: a waiting list that nothing can be done for is looked at every second."""
    claims = claims_of(session, event.id)
    ahead = event.is_dated and event.starts_at is not None and now < event.starts_at and _is_on_site(event)
    if not _lapsed(session, event, now=now) and not (
        ahead and seats.next_up(event.capacity, claims, now=now)
    ):
        return 0
    lock_event(session, event)
    return settle(session, event, now=now)


def _is_on_site(event: Event) -> bool:
    """Nobody is offered a seat where there will be none: see `following`."""
    return event.format is not EventFormat.ONLINE


def _lapsed(session: Session, event: Event, *, now: datetime) -> Sequence[Registration]:
    return session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id, Registration.lapses_at <= now)
        .order_by(Registration.id)
        .execution_options(populate_existing=True)
    ).all()


def _let_go(registration: Registration, *, now: datetime) -> None:
    """Who did not confirm or accept in time has none, and waits no longer; a seat online stays hers."""
    registration.lapses_at = registration.waitlisted_at = None
    registration.changed_at = now
    if registration.state is not RegistrationState.HELD:
        registration.state = RegistrationState.WITHDRAWN
        registration.withdrawn_at = now

"""Registrations: erased with their person, and when their time has come."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from mailer.delivery import Delivery
from mailer.people import Person
from mailer.privacy.blotting import blot_out
from mailer.registrations import Registration, give_back
from mailer.series import Event, Series, closes_at
from mailer.subscriptions import CONFIRM_WITHIN


def erase_seats(session: Session, person: Person, *, now: datetime) -> None:
    """Give back every seat of hers, so that somebody else has it, and erase that she ever had one."""
    hers = Registration.person_id == person.id
    # In one order for everybody: each locks its event.
    for registration_id in session.scalars(
        select(Registration.id).where(hers).order_by(Registration.event_id)
    ).all():
        give_back(session, registration_id, now=now)
    _erase(session, hers, now=now)


def forget_seats(session: Session, series: Series, *, now: datetime) -> None:
    """Erase the registrations of a series the retention time after its end; before that, what nobody confirmed
    after 7 days, and what was given back the retention time ago."""
    kept_for = timedelta(days=series.retention_days)
    end = closes_at(series)
    over = end is not None and end + kept_for <= now
    lapsed = or_(
        and_(Registration.confirmed_at.is_(None), Registration.requested_at < now - CONFIRM_WITHIN),
        Registration.withdrawn_at <= now - kept_for,
    )
    events = select(Event.id).where(Event.series_id == series.id)
    due = Registration.event_id.in_(events)
    _erase(session, due if over else and_(due, lapsed), now=now)


def _erase(session: Session, which: ColumnElement[bool], *, now: datetime) -> None:
    ids = select(Registration.id).where(which)
    blot_out(session, Delivery.registration_id.in_(ids), now=now)
    session.execute(delete(Registration).where(which).execution_options(synchronize_session=False))

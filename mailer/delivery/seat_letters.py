"""Letters about seats: how they get into the ledger, whether they may still leave, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import letters, mailings
from mailer.core.tokens import Links
from mailer.delivery.models import Delivery, DeliveryState
from mailer.people import is_suppressed
from mailer.registrations import Attendance, Registration, RegistrationState, SeatLetter

LETTERS_AT_ONCE = 200
"""How many owed letters one transaction writes, so that others get their turn."""

WITHDRAWAL_COUNTS_FOR = timedelta(days=4)

ACCESS_COUNTS_FOR = timedelta(hours=1)
"""How long the fresh link to what is stored counts."""


def open_seat_letters(session: Session, *, now: datetime) -> int:
    """Write a ledger row for every letter that registrations ask for; the number of rows."""
    owed = session.scalars(
        select(Registration)
        .where(Registration.owed.is_not(None))
        .order_by(Registration.id)
        .limit(LETTERS_AT_ONCE)
        .with_for_update(skip_locked=True, key_share=True, of=Registration)
    ).all()
    for registration in owed:
        if registration.owed is not None:
            session.add(_row(registration, registration.owed, now=now))
            if registration.was_confirmed and registration.owed is not SeatLetter.ACCESS:
                registration.told_revision = registration.event.revision
        registration.owed = None
    session.flush()
    return len(owed)


def seat_reason(session: Session, row: Delivery, registration: Registration) -> str:
    """Why a letter about a seat does not leave; empty when it may. It must still say what is so."""
    if is_suppressed(session, registration.person.pseudonym):
        return "suppressed"
    state = registration.state
    if row.mailing_id is not None:
        of_a_change = row.kind in mailings.OF_CHANGES
        stays = registration.has_seat or (of_a_change and state is RegistrationState.WAITING)
        return "" if stays else "changed meanwhile"
    fits = {
        SeatLetter.CONFIRM: state is RegistrationState.PENDING
        and registration.request == row.facts.get("request"),
        SeatLetter.REGISTRATION: registration.has_seat,
        SeatLetter.WAITLIST: registration.is_waiting and registration.was_confirmed,
        SeatLetter.PLACE: registration.is_offered,
        SeatLetter.WITHDRAWAL: state is RegistrationState.WITHDRAWN,
        SeatLetter.ACCESS: True,
    }
    return "" if fits[SeatLetter(row.kind)] else "changed meanwhile"


@dataclass(frozen=True)
class SeatLinks:
    """What a letter about a seat says of it, and where its links lead."""

    base_url: str
    links: Links

    def seat(self, registration: Registration) -> letters.Seat:
        on_site = registration.attendance is Attendance.ON_SITE
        joins = registration.has_seat and not on_site
        return letters.Seat(
            on_site=on_site,
            has_seat=registration.has_seat,
            is_waiting=registration.waitlisted_at is not None,
            seat_url=letters.seat_url(self.base_url, self.links.make("seat", registration.id)),
            join_url=letters.join_url(self.base_url, self.links.make("join", registration.id))
            if joins
            else "",
            number=registration.withdrawals,
            changed_at=registration.changed_at,
        )

    def link(self, row: Delivery) -> tuple[str, datetime | None]:
        """The link of the button, and until when it counts."""
        if row.registration is None:
            return "", None
        if row.kind == SeatLetter.CONFIRM:
            token = self.links.make("confirm-seat", row.registration.id, row.facts["request"])
            return letters.confirm_seat_url(self.base_url, token), row.not_after
        if row.kind == SeatLetter.ACCESS:
            minute = row.facts["minute"]
            token = self.links.make("access-seat", row.registration.id, minute)
            counts_until = datetime.fromtimestamp(minute * 60, UTC) + ACCESS_COUNTS_FOR
            return letters.access_seat_url(self.base_url, token), counts_until
        until = row.not_after if row.kind == SeatLetter.PLACE else None
        return letters.seat_url(self.base_url, self.links.make("seat", row.registration.id)), until


def _row(registration: Registration, letter: SeatLetter, *, now: datetime) -> Delivery:
    return Delivery(
        key=f"{letter.value}:{registration.id}:{registration.owed_number}",
        kind=letter.value,
        series_id=registration.event.series_id,
        registration_id=registration.id,
        address=registration.person.address,
        language=registration.language,
        facts=_facts(registration, letter, now=now),
        state=DeliveryState.QUEUED,
        next_at=now,
        not_after=_not_after(registration, letter, now=now),
        opened_at=now,
    )


def _facts(registration: Registration, letter: SeatLetter, *, now: datetime) -> dict[str, Any]:
    """What the letter's link is made of."""
    match letter:
        case SeatLetter.CONFIRM:
            return {"request": registration.request}
        case SeatLetter.ACCESS:
            return {"minute": int(now.timestamp()) // 60}
        case _:
            return {}


def _not_after(registration: Registration, letter: SeatLetter, *, now: datetime) -> datetime:
    if letter in (SeatLetter.CONFIRM, SeatLetter.PLACE) and registration.lapses_at is not None:
        return registration.lapses_at
    if letter is SeatLetter.ACCESS:
        return now + ACCESS_COUNTS_FOR
    if letter is SeatLetter.WITHDRAWAL:
        return now + WITHDRAWAL_COUNTS_FOR
    return registration.event.over_at(registration.event.series.zone)

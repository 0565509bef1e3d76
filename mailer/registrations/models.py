"""A seat at one event: who wants it, where, and how it stands."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, NewType

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.core.db import NEVER_THE_SAME_ID, Base
from mailer.core.types import Locale
from mailer.people import Person, PersonId
from mailer.registrations.seats import Claim, Hold
from mailer.series import Event, EventId

RegistrationId = NewType("RegistrationId", int)


class Attendance(enum.StrEnum):
    ONLINE = "online"
    ON_SITE = "on_site"


class RegistrationState(enum.StrEnum):
    PENDING = "pending"  # asked for, not yet confirmed; a seat that was free is kept for a day
    HELD = "held"  # has a seat; who has one online may wait for one on site as well
    WAITING = "waiting"  # has none, and waits for one on site
    WITHDRAWN = "withdrawn"  # given back, lapsed, or taken away by the organisers


class SeatLetter(enum.StrEnum):
    """A letter that a registration asks for and the tick has not written into the ledger yet."""

    CONFIRM = "confirm_seat"  # please confirm
    REGISTRATION = "registration"  # the seat is taken: with the entry for her calendar
    WAITLIST = "waitlist"  # none is free; she waits
    PLACE = "place"  # one became free, and is kept until she accepts it
    WITHDRAWAL = "withdrawal"  # it was given back: her calendar forgets it
    ACCESS = "access"  # the fresh link to see or erase what is stored


_WAITS = text("waitlisted_at IS NOT NULL")
_LAPSES = text("lapses_at IS NOT NULL")
_OWED = text("owed IS NOT NULL")


class Registration(Base):
    """One person's seat at one event, or the wish for it.

    One row per event and person; who gave it back and comes again re-opens the old row.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        Index("ix_registration_event_id_id", "event_id", "id"),
        Index("ix_registration_waiting", "event_id", sqlite_where=_WAITS, postgresql_where=_WAITS),
        Index("ix_registration_lapsing", "lapses_at", sqlite_where=_LAPSES, postgresql_where=_LAPSES),
        Index("ix_registration_owed", "owed", sqlite_where=_OWED, postgresql_where=_OWED),
        NEVER_THE_SAME_ID,
    )

    id: Mapped[RegistrationId] = mapped_column(primary_key=True)
    event_id: Mapped[EventId] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    person_id: Mapped[PersonId] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    state: Mapped[RegistrationState] = mapped_column(default=RegistrationState.PENDING)
    attendance: Mapped[Attendance]
    """Where her seat is; for who has none, where she wants it."""
    waitlisted_at: Mapped[datetime | None]
    """Since when she waits for a seat on site; absent for who does not."""
    lapses_at: Mapped[datetime | None]
    """Until when a seat is kept that she has not confirmed or accepted yet; absent for all others."""
    request: Mapped[int] = mapped_column(default=0)
    """Counts the times it was asked for; a confirmation link belongs to one of them."""
    name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[Locale] = mapped_column(String(8))
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """To the organisers' questions, by their names: a text, an option, ``yes`` or ``no``."""
    wish: Mapped[str] = mapped_column(Text, default="")
    """What would have to change where she lives; empty for who did not say."""
    wording: Mapped[str] = mapped_column(String(40), default="")
    """The version and language of what she agreed to, such as ``seat-2026-11/de``."""
    requested_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """Absent until the latest request was confirmed."""
    withdrawn_at: Mapped[datetime | None]
    withdrawals: Mapped[int] = mapped_column(default=0)
    """How often a seat was given back: calendars tell by it which of two entries is the newer one."""
    changed_at: Mapped[datetime]
    told_revision: Mapped[int | None]
    """The event's revision that the last letter spoke of: who knows the newest needs no word of a change."""
    told_at: Mapped[datetime | None]
    """When a letter about a change of the event last came due for her: what came due before need not follow it."""
    checked_in_at: Mapped[datetime | None]
    """When she came; absent before, and for who did not."""
    owed: Mapped[SeatLetter | None]
    """Absent when every letter asked for stands in the ledger."""
    owed_number: Mapped[int] = mapped_column(default=0)
    repeated_at: Mapped[datetime | None]
    """When who registered again was last written to: at most once an hour."""
    access_asked_at: Mapped[datetime | None]
    """When a fresh link to what is stored was last asked for: at most once an hour."""

    event: Mapped[Event] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def has_seat(self) -> bool:
        return self.state is RegistrationState.HELD

    @property
    def is_waiting(self) -> bool:
        """Whether she stands in the waiting list and no seat is offered to her."""
        return self.waitlisted_at is not None and self.lapses_at is None

    @property
    def is_offered(self) -> bool:
        return self.waitlisted_at is not None and self.lapses_at is not None and self.confirmed_at is not None

    @property
    def was_confirmed(self) -> bool:
        """False for a request that came to nothing, too."""
        return self.confirmed_at is not None

    @property
    def claim(self) -> Claim:
        return claim_of(
            self.id, self.state, self.attendance, self.waitlisted_at, self.lapses_at, self.requested_at
        )


def claim_of(
    number: int,
    state: RegistrationState,
    attendance: Attendance,
    waitlisted_at: datetime | None,
    lapses_at: datetime | None,
    requested_at: datetime,
) -> Claim:
    """What these columns mean for the seats on site."""
    return Claim(
        number, _hold(state, attendance, waitlisted_at, lapses_at), waitlisted_at or requested_at, lapses_at
    )


def _hold(
    state: RegistrationState,
    attendance: Attendance,
    waitlisted_at: datetime | None,
    lapses_at: datetime | None,
) -> Hold:
    if state is RegistrationState.WITHDRAWN:
        return Hold.NOTHING
    if state is RegistrationState.PENDING:
        takes = attendance is Attendance.ON_SITE and waitlisted_at is None
        return Hold.KEPT if takes else Hold.NOTHING
    if waitlisted_at is not None:
        return Hold.QUEUE if lapses_at is None else Hold.KEPT
    return Hold.SEAT if attendance is Attendance.ON_SITE else Hold.NOTHING

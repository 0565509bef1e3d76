"""The ledger: one row for every letter to one address, from before it leaves until after it is known what became of it."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, NewType

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from mailer.core.db import NEVER_THE_SAME_ID, Base
from mailer.core.types import EmailAddress, Locale
from mailer.mailings import Mailing, MailingId
from mailer.registrations import Registration, RegistrationId
from mailer.series import Series, SeriesId
from mailer.subscriptions import Subscription, SubscriptionId

DeliveryId = NewType("DeliveryId", int)


WAITING = "claimed_by IS NULL AND done_at IS NULL"
IN_HAND = "claimed_by IS NOT NULL"
NOT_SIMPLY_SENT = "code >= 400 OR reason <> ''"
"""Conditions of indexes. None names ``state``: it changes with every letter, and what an index
looks at costs a new entry in every index on PostgreSQL. So that the index is used, a statement
says the same in words, not in parameters."""


class DeliveryState(enum.StrEnum):
    QUEUED = "queued"  # waits for its turn
    CLAIMED = "claimed"  # a worker has it under a lease; nothing of it is on the wire that could count
    SENDING = "sending"  # its final dot may have been sent: the outcome is not known yet
    SENT = "sent"  # the relay took it over (RFC 5321 section 4.2.5)
    DEFERRED = "deferred"  # refused for now; tried again at ``next_at``
    FAILED = "failed"  # refused for good, given up, or cannot be rendered
    SKIPPED = "skipped"  # not sent on purpose; ``reason`` says why
    HELD = "held"  # in doubt, and the organisers want to decide themselves


class Delivery(Base):
    """One letter to one address.

    Rows of a mailing point at it; rows without one (confirm, welcome, sign-in, notices,
    test copies) hold what their letter needs. The address goes when personal data is
    erased; the row stays and counts.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("mailing_id", "address"),
        Index(
            "ix_delivery_due",
            "mailing_id",
            "next_at",
            "id",
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
        Index(
            "ix_delivery_unsent",
            "mailing_id",
            sqlite_where=text(NOT_SIMPLY_SENT),
            postgresql_where=text(NOT_SIMPLY_SENT),
        ),
        Index("ix_delivery_live", "claimed_by", sqlite_where=text(IN_HAND), postgresql_where=text(IN_HAND)),
        NEVER_THE_SAME_ID,
    )

    id: Mapped[DeliveryId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """``m7:p12``, ``confirm:31:2``: written once, whatever happens twice. The Message-ID is derived from it."""
    kind: Mapped[str] = mapped_column(String(24))
    mailing_id: Mapped[MailingId | None] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"))
    series_id: Mapped[SeriesId | None] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), index=True
    )
    """Absent for mails to organisers."""
    subscription_id: Mapped[SubscriptionId | None] = mapped_column(
        ForeignKey("subscription.id", ondelete="SET NULL"), index=True
    )
    """Absent for organisers, test copies, what concerns a registration, and after erasure."""
    registration_id: Mapped[RegistrationId | None] = mapped_column(index=True)
    """Whose seat the letter is about; absent for all others. No foreign key: that id is never given again, and the
    row outlives the registration."""
    address: Mapped[EmailAddress | None] = mapped_column(String(254))
    """Absent after erasure."""
    language: Mapped[Locale] = mapped_column(String(8))
    facts: Mapped[dict[str, Any]]
    """What a letter without a mailing needs to know, as plain ids and words; empty otherwise."""
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)
    doubtful: Mapped[int] = mapped_column(default=0)
    """How often a worker died, or a connection was lost, between its final dot and our record."""
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    next_at: Mapped[datetime]
    """When it may be tried, next."""
    not_after: Mapped[datetime]
    """From here on it is of no use and is skipped."""
    code: Mapped[int | None]
    """The relay's last reply code; absent before the first."""
    reply: Mapped[str] = mapped_column(String(500), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    opened_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    mailing: Mapped[Mailing | None] = relationship()
    series: Mapped[Series | None] = relationship()
    subscription: Mapped[Subscription | None] = relationship()
    registration: Mapped[Registration | None] = relationship(
        primaryjoin=lambda: foreign(Delivery.registration_id) == Registration.id, viewonly=True
    )


class Route(Base):
    """How the road to a relay is: open, or closed for a while because the relay did not let us in."""

    __tablename__ = "route"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    blocked_until: Mapped[datetime | None]
    """By the machine's clock; absent while the road is open."""
    failures: Mapped[int] = mapped_column(default=0)
    """How often in a row it was found closed."""
    code: Mapped[str] = mapped_column(String(40), default="")
    """The code of the error that closed it; empty while it is open."""
    cause: Mapped[str] = mapped_column(String(500), default="")


class Progress(Base):
    """How many letters of a mailing one worker brought to their end: added up in the commit that ends them.

    One row a mailing and worker, so that two workers never wait for each other here. A mailing's
    own count (``worker`` is empty) takes them all in when it is finished.
    """

    __tablename__ = "progress"

    mailing_id: Mapped[MailingId] = mapped_column(
        ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True
    )
    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    sent: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    rate: Mapped[float] = mapped_column(default=0.0)
    """Letters a second, lately."""
    rated_at: Mapped[datetime | None]
    """By the machine's clock; absent while nothing was measured."""


class Bucket(Base):
    """A sending rate that holds over all workers and restarts: when it has room again."""

    __tablename__ = "bucket"

    name: Mapped[str] = mapped_column(String(260), primary_key=True)
    """``relay`` for all mail; ``domain:example.org`` for a recipient domain."""
    free_at: Mapped[float]
    """Seconds since 1970 by the machine's clock."""

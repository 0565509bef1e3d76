"""Who may sign in at the desk."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, NewType

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mailer.core.db import NEVER_THE_SAME_ID, Base
from mailer.core.types import EmailAddress, Locale

OrganiserId = NewType("OrganiserId", int)


class Role(enum.StrEnum):
    """What somebody may do at the desk. Each may do what those before her may."""

    EDITOR = "editor"  # plans: series, dialogues, drafts of mailings
    SENDER = "sender"  # also lets mailings go out, holds them back, looks after the people on the list
    OWNER = "owner"  # everything, also settings and who may sign in

    def covers(self, other: Role) -> bool:
        """Whether this role may do what the other may."""
        ladder = list(Role)
        return ladder.index(self) >= ladder.index(other)


class AccountChange(enum.StrEnum):
    """What was changed of an account that somebody else might have wanted changed: she is told by mail."""

    PASSWORD = "password"  # noqa: S105  # the code of a change, no password
    FACTOR_ON = "factor_on"
    FACTOR_OFF = "factor_off"  # by herself
    FACTOR_DROPPED = "factor_dropped"  # by a colleague, or on the command line
    RECOVERY_CODES = "recovery_codes"  # new ones; the earlier count no more


class Organiser(Base):
    """Somebody who plans series and lets mailings go out; gets the notices."""

    __tablename__ = "organiser"
    __table_args__ = NEVER_THE_SAME_ID

    id: Mapped[OrganiserId] = mapped_column(primary_key=True)
    address: Mapped[EmailAddress] = mapped_column(String(254))
    mailbox: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    """What colleagues call her; empty while she has not said."""
    role: Mapped[Role] = mapped_column(default=Role.OWNER)
    language: Mapped[Locale] = mapped_column(String(8), default="de")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    """Absent while the organiser may sign in."""
    joined_at: Mapped[datetime | None]
    """When she first signed in; absent while she is only invited."""
    seen_at: Mapped[datetime | None]
    """When she was last at the desk, to a few minutes; absent before the first time."""
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    """Argon2id with its parameters and salt; empty while she signs in by mailed links alone."""
    password_set_at: Mapped[datetime | None]
    """Absent without a password."""
    factor_salt: Mapped[str] = mapped_column(String(64), default="")
    """What the secret of her second factor is derived from, together with the house's key; empty without one."""
    factor_confirmed_at: Mapped[datetime | None]
    """When the second factor was confirmed by a code; absent while none is asked for."""
    factor_step: Mapped[int] = mapped_column(default=0)
    """The 30 seconds whose code was last accepted: no code counts twice, nor one from before it."""
    epoch: Mapped[int] = mapped_column(default=0)
    """Raised to sign her out everywhere: a session of an earlier epoch opens nothing."""

    @property
    def is_joined(self) -> bool:
        """Whether she may sign in and has done so."""
        return self.disabled_at is None and self.joined_at is not None


class SignInLink(Base):
    """A link that signs an organiser in once. The token carries this row's id; the row says whether it still counts."""

    __tablename__ = "sign_in_link"
    __table_args__ = NEVER_THE_SAME_ID

    id: Mapped[int] = mapped_column(primary_key=True)
    organiser_id: Mapped[OrganiserId] = mapped_column(
        ForeignKey("organiser.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """Absent until somebody signed in with it."""
    invites: Mapped[bool] = mapped_column(default=False)
    """Whether it is an invitation, which lives longer."""
    to_mail: Mapped[bool] = mapped_column(default=False)
    """Whether the link is still to be mailed to the organiser; one that was printed is not."""

    organiser: Mapped[Organiser] = relationship()


class RecoveryCode(Base):
    """A code that stands in for the second factor once, for the day on which the phone is lost."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("organiser_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organiser_id: Mapped[OrganiserId] = mapped_column(ForeignKey("organiser.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(64))
    """HMAC-SHA256 under the house's key."""
    used_at: Mapped[datetime | None]
    """Absent while the code still counts."""


class AuditEntry(Base):
    """Who did what at the desk. Rows are only ever added; they name organisers, never the people on a list."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    organiser_id: Mapped[OrganiserId | None] = mapped_column(
        ForeignKey("organiser.id", ondelete="SET NULL"), index=True
    )
    """Absent for what a command did."""
    action: Mapped[str] = mapped_column(String(60))
    """A code such as ``mailing.released``; its sentence stands in the catalogues."""
    series: Mapped[str] = mapped_column(String(80), default="", index=True)
    """The slug of the series it concerns; empty for the house itself."""
    subject: Mapped[str] = mapped_column(String(200), default="")
    """What it was done to, such as an event's slug or a mailing's number."""
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Facts for the sentence: plain words and numbers."""

    organiser: Mapped[Organiser | None] = relationship()

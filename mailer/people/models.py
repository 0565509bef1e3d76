"""A mailbox we may write to, and those we must not."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import NewType

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from mailer.core.db import NEVER_THE_SAME_ID, Base
from mailer.core.types import EmailAddress, Locale

PersonId = NewType("PersonId", int)


class Person(Base):
    """One mailbox, its language, and the name its owner gave.

    Erased with the last subscription that needs it; nothing else is kept on a person.
    """

    __tablename__ = "person"
    __table_args__ = NEVER_THE_SAME_ID

    id: Mapped[PersonId] = mapped_column(primary_key=True)
    address: Mapped[EmailAddress] = mapped_column(String(254))
    mailbox: Mapped[str] = mapped_column(String(254), unique=True)
    """``mailbox_key(address)``: what makes two spellings one person."""
    pseudonym: Mapped[str] = mapped_column(String(64), unique=True)
    """The address under the house's key, so that suppressions and consents can be matched in SQL."""
    name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[Locale] = mapped_column(String(8))
    created_at: Mapped[datetime]


class SuppressionReason(enum.StrEnum):
    BLOCKED = "blocked"  # the organisers decided so
    COMPLAINT = "complaint"  # the person's provider reported our mail as spam


class Suppression(Base):
    """An address we must not write to, under a keyed hash: kept after the person herself is erased."""

    __tablename__ = "suppression"

    pseudonym: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[SuppressionReason]
    created_at: Mapped[datetime]

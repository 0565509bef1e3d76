"""A mailbox we may write to, and those we must not."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import NewType
from unicodedata import category, normalize

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, validates

from mailer.core.db import NEVER_THE_SAME_ID, Base
from mailer.core.text import one_line
from mailer.core.types import EmailAddress, Locale

PersonId = NewType("PersonId", int)

LONGEST_KEY = 100
"""Characters of a name that a search looks at."""


def sought(length: int) -> String:
    """Text whose beginnings are looked up by its index: ordered by code points, in whatever language the database is."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def search_key(text: str) -> str:
    """A text as searches compare it: letter case, commas and signs nobody sees make no difference."""
    seen = "".join(sign for sign in normalize("NFKC", text) if category(sign) not in ("Cf", "Cc", "Cs"))
    return one_line(seen.casefold().replace(",", " "))[:LONGEST_KEY]


def name_keys(name: str) -> dict[str, str]:
    """The columns by which a name is found: as it reads, and with its last word first."""
    key = search_key(name)
    before, _, last = key.rpartition(" ")
    return {"name_key": key, "turned_key": f"{last} {before}".strip()}


class Person(Base):
    """One mailbox, its language, and the name its owner gave.

    Erased with the last subscription that needs it; nothing else is kept on a person.
    """

    __tablename__ = "person"
    __table_args__ = NEVER_THE_SAME_ID

    id: Mapped[PersonId] = mapped_column(primary_key=True)
    address: Mapped[EmailAddress] = mapped_column(String(254))
    mailbox: Mapped[str] = mapped_column(sought(254), unique=True)
    """``mailbox_key(address)``: what makes two spellings one person."""
    pseudonym: Mapped[str] = mapped_column(String(64), unique=True)
    """The address under the house's key, so that suppressions and consents can be matched in SQL."""
    name: Mapped[str] = mapped_column(String(200), default="")
    name_key: Mapped[str] = mapped_column(sought(LONGEST_KEY), default="", index=True)
    """The name as a search knows it; see `name_keys`."""
    turned_key: Mapped[str] = mapped_column(sought(LONGEST_KEY), default="", index=True)
    """The same with the last word first."""
    language: Mapped[Locale] = mapped_column(String(8))
    created_at: Mapped[datetime]

    @validates("name")
    def _turn(self, _column: str, name: str) -> str:
        for column, key in name_keys(name).items():
            setattr(self, column, key)
        return name


class SuppressionReason(enum.StrEnum):
    BLOCKED = "blocked"  # the organisers decided so
    COMPLAINT = "complaint"  # the person's provider reported our mail as spam


class Suppression(Base):
    """An address we must not write to, under a keyed hash: kept after the person herself is erased."""

    __tablename__ = "suppression"

    pseudonym: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[SuppressionReason]
    created_at: Mapped[datetime]

"""What becomes of a row after an attempt. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from mailer.core.types import EmailAddress
from mailer.delivery.models import DeliveryState
from mailer.delivery.replies import Reply
from mailer.delivery.retry import next_attempt

DOUBTFUL = "in doubt: sent again under its old Message-ID"
HELD = "in doubt: held until somebody decides"
LOST_THRICE = "the connection broke each time"


@dataclass(slots=True)
class Row:
    """A claimed row of the ledger, with what its letter needs of its person."""

    id: int
    key: str
    kind: str
    mailing_id: int | None
    subscription_id: int | None
    registration_id: int | None
    address: EmailAddress | None
    language: str
    attempt: int
    """Attempts that came to their final dot, or were refused before it."""
    doubtful: int
    next_at: datetime
    opened_at: datetime
    not_after: datetime
    name: str = ""
    subscription_state: str | None = None
    paused_until: date | None = None
    is_suppressed: bool = False
    reason: str = ""
    """Why it is not sent; empty when it may leave."""
    losses: int = 0
    """How often the connection broke under it since it was claimed."""
    slot: float = 0.0
    """The earliest moment the sending rate leaves room for it, in seconds of a clock that nobody sets."""


class Verdict(NamedTuple):
    """A row's new state, as it is written down."""

    row_id: int
    mailing_id: int | None
    state: DeliveryState
    attempt: int
    doubtful: int
    next_at: datetime
    done_at: datetime | None = None
    code: int | None = None
    reply: str = ""
    reason: str = ""
    bounced: int | None = None
    """The subscription whose address does not exist, by the relay's word."""


def after_reply(row: Row, reply: Reply, *, at_recipient: bool = False, now: datetime) -> Verdict:
    """The relay's word on a letter. ``row.attempt`` counts this attempt already."""
    if reply.accepted:  # nearly all: in one step
        said = (reply.code, reply.without_addresses)
        return Verdict(
            row.id, row.mailing_id, DeliveryState.SENT, row.attempt, row.doubtful, row.next_at, now, *said
        )
    plain = _plain(row, DeliveryState.DEFERRED)._replace(code=reply.code, reply=reply.without_addresses)
    if not reply.temporary:
        no_such = at_recipient and reply.says_no_such_address
        return plain._replace(
            state=DeliveryState.FAILED,
            done_at=now,
            reason="refused",
            bounced=row.subscription_id if no_such else None,
        )
    again = next_attempt(
        row.attempt, opened_at=row.opened_at, not_after=row.not_after, asked=reply.asks_to_wait, now=now
    )
    if again is None:
        return plain._replace(state=DeliveryState.FAILED, done_at=now, reason="given up")
    return plain._replace(next_at=again)


def in_doubt(row: Row, *, hold: bool, now: datetime) -> Verdict:
    """The connection broke after the final dot: nobody knows. At once again, or later if that happened before."""
    plain = _plain(row, DeliveryState.HELD if hold else DeliveryState.QUEUED)._replace(
        doubtful=row.doubtful + 1, reason=HELD if hold else DOUBTFUL
    )
    if hold or not row.doubtful:
        return plain._replace(next_at=min(row.next_at, now))
    again = next_attempt(row.attempt, opened_at=row.opened_at, not_after=row.not_after, now=now)
    if again is None:
        return plain._replace(state=DeliveryState.FAILED, done_at=now, reason="given up")
    return plain._replace(next_at=again)


def lost_thrice(row: Row, *, now: datetime) -> Verdict:
    """The connection broke under this row again and again: the others go first."""
    tried = replace(row, attempt=row.attempt + 1)
    again = next_attempt(tried.attempt, opened_at=row.opened_at, not_after=row.not_after, now=now)
    if again is None:
        return _plain(tried, DeliveryState.FAILED)._replace(done_at=now, reason="given up")
    return _plain(tried, DeliveryState.DEFERRED)._replace(next_at=again, reason=LOST_THRICE)


def skipped(row: Row, reason: str, *, now: datetime) -> Verdict:
    """Not sent on purpose."""
    return _plain(row, DeliveryState.SKIPPED)._replace(done_at=now, reason=reason)


def given_back(row: Row) -> Verdict:
    """Untried, and not refused by anybody."""
    return _plain(row, DeliveryState.QUEUED)


def unsendable(row: Row, reason: str, *, now: datetime) -> Verdict:
    """It cannot be sent at all; the others do not wait for it."""
    return _plain(row, DeliveryState.FAILED)._replace(done_at=now, reason=reason)


def _plain(row: Row, state: DeliveryState) -> Verdict:
    return Verdict(row.id, row.mailing_id, state, row.attempt, row.doubtful, row.next_at)

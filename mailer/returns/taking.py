"""What follows from a message that came in: for the ledger, for the subscription, for the address."""

from __future__ import annotations

import enum
import hmac
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.core.db import insert_unless_there
from mailer.core.tokens import BadToken
from mailer.core.types import EmailAddress
from mailer.delivery import Composer, Delivery, DeliveryId, Reply, mark_returned
from mailer.people import Person, find_person
from mailer.registrations import Registration
from mailer.returns.judging import Fate, Verdict, judge, own
from mailer.returns.models import ReturnedLetter
from mailer.returns.reading import Incoming, Kind, read
from mailer.subscriptions import Subscription

log = logging.getLogger(__name__)

BELIEVED_FOR = timedelta(days=30)
"""How long after a letter was written a report on it counts: servers give up within days (RFC 5321 section 4.5.4.1)."""

COUNTS_FOR = timedelta(days=90)
"""For so long a refusal is remembered, waiting for one on another day."""

SETTLED_AT_ONCE = 1_000


class Outcome(enum.StrEnum):
    ENDED = "ended"  # the subscription is over: its address does not exist
    NOTED = "noted"  # stands in the ledger, and changes nothing for the person
    LEFT = "left"  # the person left the list
    BLOCKED = "blocked"  # the address is not written to any more
    PASSED_OVER = "passed_over"  # understood, and nothing follows from it
    KNOWN = "known"  # was read before
    TOO_OLD = "too_old"  # about a letter of long ago
    NOT_UNDERSTOOD = "not_understood"  # for a person to read


@dataclass(frozen=True)
class Taken:
    """What became of one message."""

    kind: Kind
    outcome: Outcome
    delivery_id: DeliveryId | None = None
    verdict: Verdict | None = None
    status: str = ""
    """The enhanced code, such as ``5.1.1``; empty where there is none."""

    @property
    def is_understood(self) -> bool:
        return self.outcome is not Outcome.NOT_UNDERSTOOD


def take(session: Session, raw: bytes, *, composer: Composer, now: datetime) -> Taken:
    """Do what a message asks for, if it proves that it is about a letter of ours. Twice is the same as once.

    The proof is a mark that only this house can make: the return path the report came to, the envelope
    id, or the Message-ID of the letter enclosed. Without it nothing is believed, whatever it says.
    """
    found = read(raw)
    taken = _leave(session, found, composer, now=now) if found.kind is Kind.LEAVING else None
    if taken is None:
        row = _row(session, found, composer)
        taken = _follow(session, found, row, now=now) if row else Taken(found.kind, Outcome.NOT_UNDERSTOOD)
    log.info(
        "kind=%s outcome=%s delivery=%s status=%s",
        taken.kind,
        taken.outcome,
        taken.delivery_id,
        taken.status or "-",
    )
    return taken


def settle(session: Session, *, now: datetime) -> int:
    """Write into the ledger what came back of it; the number of letters.

    A report may be faster than our own note that the relay took the letter: then it waits for that.
    """
    waiting = session.scalars(
        sa.select(ReturnedLetter)
        .join(Delivery, Delivery.id == ReturnedLetter.delivery_id)
        .where(ReturnedLetter.settled_at.is_(None), Delivery.done_at.is_not(None))
        .order_by(ReturnedLetter.id)
        .limit(SETTLED_AT_ONCE)
    ).all()
    for returned in waiting:
        returned.settled_at = now
        mark_returned(session, returned.delivery_id, Reply(returned.code, returned.reply), now=now)
    session.flush()
    return len(waiting)


def _leave(session: Session, found: Incoming, composer: Composer, *, now: datetime) -> Taken | None:
    try:
        (subscription_id,) = composer.links.read("leave", found.token)
    except (BadToken, ValueError):
        return None
    subscriptions.leave(session, subscription_id, now=now)
    return Taken(Kind.LEAVING, Outcome.LEFT)


def _row(session: Session, found: Incoming, composer: Composer) -> Delivery | None:
    """The ledger's row a message is about: by a mark with its proof, else by the enclosed letter's id."""
    for mark in found.marks:
        number = composer.row_behind(mark)
        if number is not None:
            return session.get(Delivery, number)
    made, address = found.letter
    person = find_person(session, EmailAddress(address)) if made and address else None
    if person is None:
        return None
    for row in session.scalars(_letters_to(person)):
        if hmac.compare_digest(composer.message_number(row.key), made):
            return row
    return None


def _letters_to(person: Person) -> sa.Select[Delivery]:
    hers = sa.select(Subscription.id).where(Subscription.person_id == person.id)
    seats = sa.select(Registration.id).where(Registration.person_id == person.id)
    either = sa.or_(Delivery.subscription_id.in_(hers), Delivery.registration_id.in_(seats))
    found: sa.Select[Delivery] = sa.select(Delivery).where(either).order_by(Delivery.id.desc())
    return found


def _follow(session: Session, found: Incoming, row: Delivery, *, now: datetime) -> Taken:
    match found.kind:
        case Kind.REPORT if (fate := own(found.fates, row.address)) is not None:
            return _take_report(session, found, fate, row, now=now)
        case Kind.COMPLAINT:
            return _take_complaint(session, found, row, now=now)
        case Kind.AUTOMATIC:
            return Taken(found.kind, Outcome.PASSED_OVER, row.id)
        case _:  # somebody wrote to the return path
            return Taken(found.kind, Outcome.NOT_UNDERSTOOD, row.id)


def _take_report(session: Session, found: Incoming, fate: Fate, row: Delivery, *, now: datetime) -> Taken:
    verdict = judge(fate, row.address)
    plain = Taken(Kind.REPORT, Outcome.PASSED_OVER, row.id, verdict, fate.reply.enhanced)
    if verdict is Verdict.UNDER_WAY:
        return plain
    if now - row.opened_at > BELIEVED_FOR:
        return Taken(Kind.REPORT, Outcome.TOO_OLD, row.id, verdict, plain.status)
    if not _note(session, found, fate.reply, row, verdict, now=now):
        return Taken(Kind.REPORT, Outcome.KNOWN, row.id, verdict, plain.status)
    settle(session, now=now)
    ends = verdict is Verdict.GONE or (verdict is Verdict.REFUSED and _refused_on_two_days(session, row, now))
    ended = ends and _is_of_this_request(row) and subscriptions.bounce(session, _whose(row), now=now)
    return Taken(Kind.REPORT, Outcome.ENDED if ended else Outcome.NOTED, row.id, verdict, plain.status)


def _take_complaint(session: Session, found: Incoming, row: Delivery, *, now: datetime) -> Taken:
    if not _note(session, found, Reply(250, ""), row, Verdict.COMPLAINT, now=now):
        return Taken(found.kind, Outcome.KNOWN, row.id)
    whose = row.subscription or row.registration
    if whose is None:  # an organiser, or somebody erased since
        return Taken(found.kind, Outcome.NOTED, row.id)
    subscriptions.complain(session, whose.person, now=now)
    return Taken(found.kind, Outcome.BLOCKED, row.id)


def _note(
    session: Session, found: Incoming, reply: Reply, row: Delivery, verdict: Verdict, *, now: datetime
) -> bool:
    """Remember a report; False where it is remembered already."""
    same = (ReturnedLetter.delivery_id == row.id, ReturnedLetter.report == found.report)
    if session.scalar(sa.select(sa.exists().where(*same))):
        return False
    for_the_ledger = verdict not in (Verdict.COMPLAINT, Verdict.PASSED_ON)
    insert_unless_there(
        session,
        ReturnedLetter,
        delivery_id=row.id,
        report=found.report,
        verdict=verdict,
        code=reply.code,
        reply=reply.without_addresses,
        reported_at=_reported_at(found, row, now=now),
        settled_at=None if for_the_ledger else now,
    )
    return True


def _reported_at(found: Incoming, row: Delivery, *, now: datetime) -> datetime:
    """By the report's own date, so that a mailbox read once a month still tells days apart."""
    written = found.written_at
    return written if written and row.opened_at <= written <= now else now


def _refused_on_two_days(session: Session, row: Delivery, now: datetime) -> bool:
    if row.subscription is None:
        return False
    moments = session.scalars(
        sa.select(ReturnedLetter.reported_at)
        .join(Delivery, Delivery.id == ReturnedLetter.delivery_id)
        .where(
            Delivery.subscription_id == row.subscription.id,
            ReturnedLetter.verdict == Verdict.REFUSED,
            Delivery.opened_at >= max(row.subscription.requested_at, now - COUNTS_FOR),
        )
    )
    return len({moment.date() for moment in moments}) > 1


def _is_of_this_request(row: Delivery) -> bool:
    """Whether she has not asked for the mails anew since the letter was written: that her address is wrong is old then."""
    return row.subscription is not None and row.subscription.requested_at <= row.opened_at


def _whose(row: Delivery) -> int:
    assert row.subscription_id is not None  # noqa: S101  # asked a line before
    return row.subscription_id

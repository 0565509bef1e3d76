"""How far a mailing is, as people outside count: six states whose sum is the number of recipients.

Nothing here counts a whole mailing while it runs: what came to its end was added up as it was
written, and of the rest there is an index that holds it alone.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer import mailings
from mailer.core.db import rows_changed
from mailer.delivery.models import NOT_SIMPLY_SENT, Delivery, DeliveryState, Progress
from mailer.mailings import Mailing, MailingId

log = logging.getLogger(__name__)

STATES = ("queued", "sending", "sent", "deferred", "failed", "skipped")

RATE_COUNTS_FOR = timedelta(seconds=10)
"""A worker's pace is believed for so long after it was measured."""

_SEEN_AS = {
    DeliveryState.QUEUED: "queued",
    DeliveryState.CLAIMED: "queued",
    DeliveryState.SENDING: "sending",
    DeliveryState.HELD: "sending",
    DeliveryState.SENT: "sent",
    DeliveryState.DEFERRED: "deferred",
    DeliveryState.FAILED: "failed",
    DeliveryState.SKIPPED: "skipped",
}


@dataclass(frozen=True)
class Answer:
    """One thing the relay said, or we decided, and of how many rows."""

    state: str
    code: int | None
    text: str
    count: int


@dataclass(frozen=True)
class Standing:
    """How far a mailing is, how fast it goes, and when what is queued will be gone."""

    counts: Mapping[str, int]
    """By state; every state is there."""
    rate: float
    """Letters a second, over all workers."""
    ends_at: datetime | None
    """By the machine's clock; absent while nothing moves, and when nothing is left."""


def standing(session: Session, mailing: Mailing, *, clock: datetime) -> Standing:
    """One look for the command line, the desk and the metrics: one statement. ``clock`` is the machine's."""
    asked = {"mailing": mailing.id, "since": clock - RATE_COUNTS_FOR}
    found = session.execute(_ONE_LOOK, asked).one()
    sent, failed, skipped, rate, deferred, held, in_flight = (value or 0 for value in found)
    known = Counter(sent=sent, failed=failed, skipped=skipped, deferred=deferred, sending=held)
    counts = _completed(mailing, known, {mailing.id: in_flight})
    left = counts["queued"] + counts["sending"]
    return Standing(counts, float(rate), clock + timedelta(seconds=left / rate) if rate and left else None)


def counts_by_state(session: Session, mailing: Mailing) -> Mapping[str, int]:
    """How many rows of a mailing stand where; every state is there."""
    return counts_of_several(session, [mailing])[mailing.id]


def counts_of_several(session: Session, several: Sequence[Mailing]) -> Mapping[MailingId, Mapping[str, int]]:
    """How many rows of each of these mailings stand where: three queries, however many they are."""
    ids = [mailing.id for mailing in several]
    counts: dict[MailingId, Counter[str]] = {number: Counter() for number in ids}
    done = session.execute(
        sa.select(
            Progress.mailing_id,
            sa.func.sum(Progress.sent),
            sa.func.sum(Progress.failed),
            sa.func.sum(Progress.skipped),
        )
        .where(Progress.mailing_id.in_(ids))
        .group_by(Progress.mailing_id)
    )
    for number, sent, failed, skipped in done:
        counts[number].update({"sent": sent or 0, "failed": failed or 0, "skipped": skipped or 0})
    waiting = session.execute(
        sa.select(Delivery.mailing_id, Delivery.state, sa.func.count())
        .where(
            Delivery.mailing_id.in_(ids),
            sa.text(f"({NOT_SIMPLY_SENT})"),
            Delivery.state.in_([DeliveryState.DEFERRED, DeliveryState.HELD]),
        )
        .group_by(Delivery.mailing_id, Delivery.state)
    )
    for of, state, count in waiting:
        if of is not None:
            counts[of][_SEEN_AS[state]] += count
    in_flight = _in_flight(session)
    return {mailing.id: _completed(mailing, counts[mailing.id], in_flight) for mailing in several}


def _completed(mailing: Mailing, counts: Counter[str], in_flight: Mapping[int, int]) -> Mapping[str, int]:
    """With those whose dot may be gone, and those still to come: whatever is left of all recipients."""
    counts["sending"] += in_flight.get(mailing.id, 0)
    counts["queued"] = max(0, mailing.recipients - counts.total())
    return {state: counts[state] for state in STATES}


def count_languages(session: Session, mailing: Mailing) -> dict[str, int]:
    """How many of a mailing's rows are in which language: counted once, for it goes through all of them."""
    written = sa.select(Delivery.language, sa.func.count()).where(Delivery.mailing_id == mailing.id)
    return {language: count for language, count in session.execute(written.group_by(Delivery.language))}


def answers(session: Session, mailing: Mailing) -> Sequence[Answer]:
    """The relay's answers and our own reasons, grouped, the most frequent first."""
    said = sa.func.coalesce(sa.func.nullif(Delivery.reply, ""), Delivery.reason)
    rows = session.execute(
        sa.select(Delivery.state, Delivery.code, sa.func.min(said), sa.func.count())
        .where(Delivery.mailing_id == mailing.id, sa.text(f"({NOT_SIMPLY_SENT})"))
        .group_by(Delivery.state, Delivery.code, Delivery.reason, status_said())
    )
    found = [Answer(_SEEN_AS[state], code, text, count) for state, code, text, count in rows if code or text]
    return sorted([*found, *_accepted(session, mailing)], key=lambda answer: -answer.count)


def status_said() -> sa.ColumnElement[str]:
    """The enhanced code a reply begins with, such as ``5.7.1``; empty without one. Of its last part two digits: 550 says
    nothing of whether an address is wrong or we are not trusted."""
    begins_with_one = Delivery.reply.like("_._.%")
    return sa.case((begins_with_one, sa.func.substr(Delivery.reply, 1, 6)), else_="")


def add(session: Session, mailing_id: int, *, sent: int = 0, failed: int = 0, skipped: int = 0) -> None:
    """Correct a mailing's counts by what no worker did."""
    count = session.get(Progress, (mailing_id, "")) or Progress(
        mailing_id=mailing_id, worker="", sent=0, failed=0, skipped=0, rate=0.0
    )
    count.sent, count.failed, count.skipped = (
        count.sent + sent,
        count.failed + failed,
        count.skipped + skipped,
    )
    session.add(count)
    session.flush()


def recount(session: Session, mailing_id: int) -> None:
    """Count a mailing's rows one by one, and keep that instead of what was added up.

    The sum over all states is the number of recipients; were it not, the log would say so.
    """
    counted = session.execute(
        sa.select(Delivery.state, sa.func.count())
        .where(Delivery.mailing_id == mailing_id)
        .group_by(Delivery.state)
    )
    counts = {state: count for state, count in counted}
    session.execute(sa.delete(Progress).where(Progress.mailing_id == mailing_id))
    session.expire_all()
    expected = session.scalar(sa.select(Mailing.recipients).where(Mailing.id == mailing_id))
    if sum(counts.values()) != expected:
        log.error("mailing=%d rows=%d recipients=%s do not agree", mailing_id, sum(counts.values()), expected)
    add(
        session,
        mailing_id,
        sent=counts.get(DeliveryState.SENT, 0),
        failed=counts.get(DeliveryState.FAILED, 0),
        skipped=counts.get(DeliveryState.SKIPPED, 0),
    )


def note_rate(session: Session, worker: str, rates: Mapping[int, float], *, clock: datetime) -> None:
    """How many letters a second this worker sends of each mailing, lately."""
    for mailing_id, rate in rates.items():
        session.execute(
            sa.update(Progress)
            .where(Progress.mailing_id == mailing_id, Progress.worker == worker)
            .values(rate=rate, rated_at=clock)
            .execution_options(synchronize_session=False)
        )


def retry(session: Session, mailing_id: int, *, now: datetime) -> int:
    """Try the failed rows of a mailing once more; the number of rows. Raises UnknownMailing, WrongState."""
    mailing = mailings.reopen(session, mailing_id)
    tried = session.execute(
        sa.update(Delivery)
        .where(
            Delivery.mailing_id == mailing.id,
            Delivery.state == DeliveryState.FAILED,
            Delivery.address.is_not(None),
            Delivery.not_after > now,
        )
        .values(state=DeliveryState.QUEUED, reason="", next_at=now, opened_at=now, attempt=0, done_at=None)
    )
    add(session, mailing_id, failed=-rows_changed(tried))
    return rows_changed(tried)


def _in_flight(session: Session) -> Mapping[int, int]:
    """Rows whose dot may be gone, by mailing: at most one a connection, found among the few that workers have in hand."""
    in_hand = sa.text("delivery.claimed_by > ''")
    # Counted here, not by GROUP BY: for its order SQLite would walk through every row of the ledger.
    rows = session.scalars(
        sa.select(Delivery.mailing_id).where(in_hand, Delivery.state == DeliveryState.SENDING)
    )
    return Counter(mailing_id for mailing_id in rows if mailing_id is not None)


def _accepted(session: Session, mailing: Mailing) -> Sequence[Answer]:
    """What the relay said of the letters it took: one example stands for all."""
    sent = session.scalar(sa.select(sa.func.sum(Progress.sent)).where(Progress.mailing_id == mailing.id))
    example = session.execute(
        sa.select(Delivery.code, Delivery.reply)
        .where(Delivery.mailing_id == mailing.id, Delivery.state == DeliveryState.SENT)
        .limit(1)
    ).first()
    return [Answer("sent", example.code, example.reply, sent)] if sent and example else []


def _one_look() -> sa.Select[Any]:
    """Everything that stands about one mailing, each part found through the index that holds it alone."""
    of = sa.bindparam("mailing", type_=sa.Integer)
    lately = Progress.rated_at > sa.bindparam("since", type_=Progress.rated_at.type)
    done = (
        sa.select(
            sa.func.sum(Progress.sent).label("sent"),
            sa.func.sum(Progress.failed).label("failed"),
            sa.func.sum(Progress.skipped).label("skipped"),
            sa.func.sum(sa.case((lately, Progress.rate), else_=0.0)).label("rate"),
        )
        .where(Progress.mailing_id == of)
        .subquery()
    )
    waiting = (
        sa.select(
            sa.func.count(sa.case((Delivery.state == DeliveryState.DEFERRED, 1))).label("deferred"),
            sa.func.count(sa.case((Delivery.state == DeliveryState.HELD, 1))).label("held"),
        )
        .where(Delivery.mailing_id == of, sa.text(f"({NOT_SIMPLY_SENT})"))
        .subquery()
    )
    in_hand = sa.and_(sa.text("delivery.claimed_by > ''"), Delivery.state == DeliveryState.SENDING)
    in_flight = sa.select(sa.func.count().label("in_flight")).where(in_hand, Delivery.mailing_id + 0 == of)
    both = done.join(waiting, sa.true()).join(in_flight.subquery(), sa.true())
    return sa.select(both)


_ONE_LOOK = _one_look()

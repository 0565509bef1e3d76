"""How a worker gets its rows, and lets go of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer.core.db import Instant
from mailer.delivery.fitness import TOO_LATE, mailing_reason, reader_reason
from mailer.delivery.models import Delivery, DeliveryState
from mailer.delivery.verdicts import Row
from mailer.mailings import Mailing, MailingState

LEASE = timedelta(minutes=15)
"""How long a claim counts when its worker cannot be asked: longer than the wait after a final dot."""

_FIELDS = "d.id, d.key, d.kind, d.mailing_id, d.subscription_id, d.registration_id, d.address, d.language"
_TRIED = "d.attempt, d.doubtful"
_MOMENTS = "d.next_at, d.opened_at, d.not_after"
_WAITS = (
    "d.claimed_by IS NULL AND d.done_at IS NULL AND d.state IN ('queued', 'deferred') AND d.next_at <= :now"
)
_DUE = f"{_WAITS} ORDER BY d.next_at, d.id LIMIT :limit"

_SINGLE = f"SELECT {_FIELDS}, {_TRIED}, {_MOMENTS} FROM delivery d WHERE d.mailing_id IS NULL AND {_DUE}"  # noqa: S608
_OF_MAILING = f"""
    SELECT {_FIELDS}, {_TRIED}, {_MOMENTS}, p.name, s.state, s.paused_until, x.pseudonym IS NOT NULL
    FROM delivery d
    LEFT JOIN subscription s ON s.id = d.subscription_id
    LEFT JOIN person p ON p.id = s.person_id
    LEFT JOIN suppression x ON x.pseudonym = p.pseudonym
    WHERE d.mailing_id = :mailing AND {_DUE}"""  # noqa: S608


def is_anything_due(session: Session, *, now: datetime) -> bool:
    """Whether there is a row to claim: a look that takes no lock."""
    single, of_mailing = (
        sa.text(
            f"SELECT 1 FROM delivery d WHERE d.mailing_id {which} AND {_WAITS} LIMIT 1"  # noqa: S608
        ).bindparams(sa.bindparam("now", type_=Instant()))
        for which in ("IS NULL", "= :mailing")
    )
    if session.execute(single, {"now": now}).first():
        return True
    return any(
        session.execute(of_mailing, {"now": now, "mailing": number}).first()
        for number in mailings_going_out(session)
    )


def claim_singles(session: Session, *, worker: str, limit: int, clock: datetime, now: datetime) -> list[Row]:
    """Letters to a single person (confirm, sign-in) that are due, now under this worker's lease.

    They come before mailings: nobody waits behind a thousand others for her own click.
    ``clock`` is the machine's, ``now`` the house's.
    """
    rows = _found(session, _SINGLE, {"now": now, "limit": limit})
    _take(session, rows, worker=worker, clock=clock)
    return rows


def claim_mailings(session: Session, *, worker: str, limit: int, clock: datetime, now: datetime) -> list[Row]:
    """Rows of mailings that go out, the mailing that was due first before the others."""
    rows: list[Row] = []
    for mailing in session.scalars(
        sa.select(Mailing).where(_goes_out()).order_by(Mailing.due_at, Mailing.id)
    ):
        rows += _of_mailing(session, mailing, limit=limit - len(rows), now=now)
        if len(rows) >= limit:
            break
    _take(session, rows, worker=worker, clock=clock)
    return rows


def mailings_going_out(session: Session) -> Sequence[int]:
    """The mailings of which letters leave now."""
    return session.scalars(sa.select(Mailing.id).where(_goes_out())).all()


def give_back(session: Session, ids: Sequence[int], *, worker: str) -> None:
    """Put claimed rows back untried."""
    session.execute(
        sa.update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.state == DeliveryState.CLAIMED, Delivery.claimed_by == worker)
        .values(state=DeliveryState.QUEUED, claimed_by=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def _goes_out() -> sa.ColumnElement[bool]:
    """Narrower than its index, so that SQLite sees that the index will do."""
    states = sa.literal_column("mailing.state IN ('released', 'sending')", sa.Boolean())
    return sa.and_(states, Mailing.state == MailingState.SENDING)


def _of_mailing(session: Session, mailing: Mailing, *, limit: int, now: datetime) -> list[Row]:
    rows = _found(session, _OF_MAILING, {"mailing": mailing.id, "now": now, "limit": limit})
    if rows:
        reason, today = mailing_reason(mailing), now.astimezone(mailing.series.zone).date()
        for row in rows:
            row.reason = reason or _reason(row, now=now, today=today)
    return rows


def _reason(row: Row, *, now: datetime, today: date) -> str:
    if now >= row.not_after:
        return TOO_LATE
    if row.registration_id is not None:
        return ""  # written alone, and looked at then: see `fitness`
    if row.address is None or row.subscription_state is None:
        return "erased"
    return reader_reason(
        row.kind, row.subscription_state, row.paused_until, is_suppressed=row.is_suppressed, today=today
    )


def _found(session: Session, text: str, facts: dict[str, Any]) -> list[Row]:
    """The rows a query gives. Its types are read here: the moments of a mailing's rows are all the same few."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    statement = sa.text(text if is_sqlite else f"{text} FOR UPDATE OF d SKIP LOCKED")
    found = session.execute(statement.bindparams(sa.bindparam("now", type_=Instant())), facts)
    rows = [Row(*values) for values in found.all()]  # at once: one by one takes twice as long
    if is_sqlite:
        for row in rows:
            row.next_at, row.opened_at = _instant(row.next_at), _instant(row.opened_at)
            row.not_after, row.paused_until = _instant(row.not_after), _day(row.paused_until)
    return rows


@lru_cache(maxsize=1024)
def _instant(stored: Any) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


def _day(stored: Any) -> date | None:
    return date.fromisoformat(stored) if stored else None


def _take(session: Session, rows: Sequence[Row], *, worker: str, clock: datetime) -> None:
    if not rows:
        return
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    chosen = "IN (SELECT value FROM json_each(:ids))" if is_sqlite else "= ANY(:ids)"
    ids = [row.id for row in rows]
    session.execute(
        sa.text(
            "UPDATE delivery SET state = 'claimed', claimed_by = :worker, lease_until = :until"  # noqa: S608
            f" WHERE id {chosen}"
        ).bindparams(sa.bindparam("until", type_=Instant())),
        {"ids": str(ids) if is_sqlite else ids, "worker": worker, "until": clock + LEASE},
    )

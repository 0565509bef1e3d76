"""How fast mail may leave, over all workers and restarts: each letter gets a slot in a row of the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer.delivery.verdicts import Row

AHEAD = 2.0
"""Seconds of mail one worker reserves slots for: what it cannot use any more when it is stopped is lost."""

CLOCK_WAS_WRONG = 600.0
"""A bucket that is full for longer than this, and for longer than twenty letters take, was filled by a clock set
back since; it begins anew."""

RELAY = "relay"

_RESERVE = sa.text("""
    INSERT INTO bucket (name, free_at) VALUES (:name, :clock + :need)
    ON CONFLICT (name) DO UPDATE SET free_at = :need + CASE
        WHEN bucket.free_at < :clock OR bucket.free_at > :clock + :wrong THEN :clock ELSE bucket.free_at END
    RETURNING free_at""")


@dataclass
class Rates:
    """Letters a second to the relay and to each recipient domain; 0 is no limit. ``clock`` is the machine's, in seconds."""

    overall: float = 0.0
    per_domain: float = 0.0
    _asked_until: dict[str, float] = field(default_factory=dict)
    """By domain, up to when letters were put off already: the next one comes after them."""

    @property
    def claims_at_most(self) -> int | None:
        """How many rows are worth claiming at once; None without a limit."""
        return max(1, int(self.overall * AHEAD)) if self.overall else None

    def give_slots(self, session: Session, rows: Sequence[Row], *, clock: float) -> list[tuple[Row, float]]:
        """Set every row's ``slot``; returned are those whose domain is full for now, with the moment to ask again.

        Two workers at once: the bucket's row decides who is first.
        """
        leaving = [row for row in rows if not row.reason]
        put_off = self._by_domain(session, leaving, clock=clock) if self.per_domain else []
        if self.overall:
            late = {row.id for row, _ in put_off}
            going = [row for row in leaving if row.id not in late]
            first = _reserve(session, RELAY, len(going), self.overall, clock=clock)
            for number, row in enumerate(going):
                row.slot = max(row.slot, first + number / self.overall)
        return put_off

    def _by_domain(self, session: Session, rows: Sequence[Row], *, clock: float) -> list[tuple[Row, float]]:
        put_off = []
        names = [_domain(row) for row in rows]
        for domain, count in Counter(names).items():
            theirs = [row for row, name in zip(rows, names, strict=True) if name == domain]
            free_at = session.scalar(
                sa.select(sa.func.max(_BUCKET.c.free_at)).where(_BUCKET.c.name == f"domain:{domain}")
            )
            is_known = free_at is not None and clock <= free_at <= clock + _wrong(self.per_domain)
            begins = free_at if is_known else clock
            room = min(count, max(0, int((clock + AHEAD - begins) * self.per_domain) + 1))
            first = _reserve(session, f"domain:{domain}", room, self.per_domain, clock=clock)
            for number, row in enumerate(theirs[:room]):
                row.slot = first + number / self.per_domain
            later = max(first + room / self.per_domain, self._asked_until.get(domain, 0.0))
            for row in theirs[room:]:
                put_off.append((row, later))
                later += 1 / self.per_domain
            if room < count:
                self._asked_until[domain] = later
        return put_off


_BUCKET = sa.table("bucket", sa.column("name"), sa.column("free_at", sa.Float()))


def _domain(row: Row) -> str:
    return (row.address or "").rpartition("@")[2].lower()


def _wrong(rate: float) -> float:
    return max(CLOCK_WAS_WRONG, 20 / rate)


def _reserve(session: Session, name: str, count: int, rate: float, *, clock: float) -> float:
    """The moment of the first of ``count`` slots, which are this worker's from now on."""
    if not count:
        return clock
    need = count / rate
    facts = {"name": name, "clock": clock, "need": need, "wrong": _wrong(rate)}
    free_at: float = session.execute(_RESERVE, facts).scalar_one()
    return free_at - need

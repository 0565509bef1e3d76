"""The rows a worker has in hand: claimed in batches, handed out as letters one by one."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer.core.clock import utcnow
from mailer.core.db import Database, DatabaseAway, Instant
from mailer.delivery import claiming
from mailer.delivery.merging import Merger, NotSent
from mailer.delivery.rates import Rates
from mailer.delivery.verdicts import Row, Verdict, skipped, unsendable
from mailer.delivery.wire import Outgoing

MOST = 500
"""Rows claimed at a time: a commit for as many letters costs next to nothing, and takes milliseconds."""

SECONDS_IN_HAND = 1.0
"""For how long the rows in hand shall last: what one worker holds, no other can send."""

LOOK_EVERY = 0.25
"""Seconds between two looks for letters to a single person while a mailing runs."""

_PUT_OFF = sa.text(
    "UPDATE delivery SET state = 'queued', claimed_by = NULL, lease_until = NULL, next_at = :at WHERE id = :id"
).bindparams(sa.bindparam("at", type_=Instant()))


class Stock:
    """Rows under this worker's lease that no connection has yet."""

    def __init__(
        self,
        database: Database,
        merger: Merger,
        rates: Rates,
        *,
        worker: str,
        least: int,
        now: Callable[[], datetime],
    ) -> None:
        self.verdicts: list[Verdict] = []
        """What became of rows without any connection: skipped, or not to be rendered."""
        self._database, self._merger, self._rates = database, merger, rates
        self._worker, self._least, self._now = worker, least, now
        self.moment = now()
        """The house's time, as of the last refill."""
        self._rows: deque[Row] = deque()
        self._parked: list[tuple[float, int, Row]] = []  # a heap: rows whose slot is still to come
        self._looked_at = self._claimed_at = 0.0
        self._is_dry = False
        self._size_of_claim = least
        self._handed_out = 0
        self._away: DatabaseAway | None = None

    def __len__(self) -> int:
        return len(self._rows) + len(self._parked)

    @property
    def next_slot_in(self) -> float | None:
        """Seconds until a parked row may leave; None when one may leave now, or none is parked."""
        if self._rows or not self._parked:
            return None
        return max(0.0, self._parked[0][0] - monotonic())

    def refill(self, *, at_once: bool = False) -> None:
        """Claim what is due, if it is time to: letters to one person often, mailings when little is left.

        Raises DatabaseAway; also when a letter could not be written for that reason.
        """
        if self._away is not None:
            problem, self._away = self._away, None
            raise problem
        self.moment = self._now()
        moment = monotonic()
        is_dry = self._is_dry and moment - self._claimed_at < LOOK_EVERY
        is_low = at_once or (len(self) * 2 <= self._size_of_claim and not is_dry)
        if is_low or moment - self._looked_at >= LOOK_EVERY:
            self._looked_at = moment
            self._claim(mailings=is_low, moment=moment)

    def take(self) -> tuple[Row, Outgoing] | None:
        """The next row whose letter may leave now, with it; None when there is none."""
        now = self.moment
        while (row := self._next()) is not None:
            try:
                letter = self._merger.letter(row, now=now)
            except NotSent as said:
                close = skipped if said.on_purpose else unsendable
                self.verdicts.append(close(row, said.reason, now=now))
            except (
                DatabaseAway
            ) as problem:  # no fault of the letter's; and whoever takes is in the middle of much
                self.put_back(row)
                self._away = problem
                return None
            else:
                self._handed_out += 1
                return row, letter
        return None

    def put_back(self, row: Row) -> None:
        """Hand the row out once more, before all others."""
        self._rows.appendleft(row)

    def give_back(self) -> None:
        """Let go of everything in hand, untried."""
        ids = [row.id for row in self._rows] + [row.id for _, _, row in self._parked]
        self._rows.clear()
        self._parked.clear()
        if ids:
            with self._database.transaction() as session:
                claiming.give_back(session, ids, worker=self._worker)

    def _next(self) -> Row | None:
        if self._parked and self._parked[0][0] <= monotonic():
            return heapq.heappop(self._parked)[2]
        while self._rows:
            row = self._rows.popleft()
            if row.slot <= 0.0 or row.slot <= monotonic():
                return row
            heapq.heappush(self._parked, (row.slot, row.id, row))
        return None

    def _claim(self, *, mailings: bool, moment: float) -> None:
        now, clock = self.moment, utcnow()
        if len(self._parked) >= (self._rates.claims_at_most or len(self._parked) + 1):
            return  # as many wait already as the rate leaves room for
        limit = self._wanted(moment) if mailings else self._at_most(self._least)
        with self._database.transaction() as session:
            rows = claiming.claim_singles(session, worker=self._worker, limit=limit, clock=clock, now=now)
            if mailings and len(rows) < limit:
                rows += claiming.claim_mailings(
                    session, worker=self._worker, limit=limit - len(rows), clock=clock, now=now
                )
            late = self._give_slots(session, rows)
            put_off = [{"id": row.id, "at": now + timedelta(seconds=at - time())} for row, at in late]
            if put_off:
                session.execute(_PUT_OFF, put_off)
        gone = {row.id for row, _ in late}
        singles = [row for row in rows if row.mailing_id is None and row.id not in gone]
        self._rows.extendleft(reversed(singles))
        self._rows.extend(row for row in rows if row.mailing_id is not None and row.id not in gone)
        if mailings:
            self._is_dry = len(rows) < limit
            self._claimed_at = moment

    def _give_slots(self, session: Session, rows: list[Row]) -> list[tuple[Row, float]]:
        """Slots by the machine's clock, which all workers share; from here on by one that nobody sets."""
        clock = time()
        late = self._rates.give_slots(session, rows, clock=clock)
        for row in rows:
            if row.slot:
                row.slot += monotonic() - clock
        return late

    def _wanted(self, moment: float) -> int:
        """As many rows as last for a second at the pace of late, but enough for every connection."""
        since = moment - self._claimed_at
        pace = self._handed_out / since if since > 0 else 0.0
        self._handed_out = 0
        if not self._is_dry:
            self._size_of_claim = int(min(MOST, max(self._least, pace * SECONDS_IN_HAND)))
        self._size_of_claim = self._at_most(self._size_of_claim)
        return self._size_of_claim

    def _at_most(self, rows: int) -> int:
        most = self._rates.claims_at_most
        return rows if most is None else min(rows, most)

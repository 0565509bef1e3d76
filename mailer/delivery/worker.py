"""Sends what is due: claims rows, offers each letter, records it before its final dot."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.core.clock import utcnow
from mailer.core.db import Database
from mailer.core.errors import Unavailable
from mailer.delivery import ledger, routes
from mailer.delivery.composing import Writer
from mailer.delivery.fitness import why_not
from mailer.delivery.ledger import Outcome
from mailer.delivery.models import Delivery
from mailer.delivery.replies import Reply
from mailer.delivery.transport import ConnectionLost, Outgoing, RelayRefuses, Road, Talk

log = logging.getLogger(__name__)

BATCH = 50
"""Rows claimed at a time: few enough that a pause or a stop takes hold at once."""

LOST_IN_A_ROW = 3
"""Connections lost one after another before the relay counts as away."""


@dataclass
class Tally:
    """What one round of sending did."""

    settled: Counter[str] = field(default_factory=Counter)
    """Rows by the state they came to."""
    relay_away: bool = False
    """Whether the relay did not let us in."""


class Sender:
    """One worker's way of sending, over one connection.

    ``name`` is the worker's; a lease ``worker-NAME`` is held while it lives, so that others
    know whose rows are orphans. ``now`` is the house's clock, leases go by the machine's.
    """

    def __init__(
        self,
        database: Database,
        transport: Road,
        composer: Writer,
        *,
        name: str,
        now: Callable[[], datetime],
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.database, self.transport, self.composer = database, transport, composer
        self.name, self.now, self.stopped = name, now, stopped
        self._conversation: Talk | None = None
        self._unwritten: Outcome | None = None
        self._lost = 0
        self._tally = Tally()

    def send_due(self, *, try_blocked: bool = False) -> Tally:
        """Send everything that is due, until nothing is or we are asked to stop.

        A relay that does not let us in closes the route for a while (``try_blocked`` tries it
        nevertheless); the rows stay queued.
        """
        self._tally = Tally()
        ledger.recover(self.database, worker=self.name, clock=utcnow())
        with self.database.reading() as session:
            if not try_blocked and routes.is_blocked(session, clock=utcnow()):
                self._tally.relay_away = True
                return self._tally
        try:
            while not self.stopped() and not self._tally.relay_away and (ids := self._claim()):
                self._send_claimed(ids)
        finally:
            self._write_down()
            self._hang_up()
        return self._tally

    def _claim(self) -> list[int]:
        with self.database.transaction() as session:
            return ledger.claim(session, worker=self.name, limit=BATCH, clock=utcnow(), now=self.now())

    def _send_claimed(self, ids: list[int]) -> None:
        waiting = list(ids)
        while waiting and not self.stopped():
            try:
                self._send_one(waiting[0])
            except ConnectionLost as problem:
                self._hang_up()
                self._lost += 1
                if self._lost >= LOST_IN_A_ROW:
                    self._close_route(problem)
                    break
                continue  # nothing was delivered: the same letter goes over a new connection
            except Unavailable as problem:
                self._hang_up()
                self._close_route(problem)
                break
            waiting.pop(0)
        with self.database.transaction() as session:
            ledger.give_back(session, waiting, worker=self.name)

    def _send_one(self, delivery_id: int) -> None:
        letter = self._prepare(delivery_id)
        if letter is None:
            return
        conversation = self._connected()
        refused = conversation.offer(letter)
        if refused is not None:
            self._refused(delivery_id, refused)
        elif self._record_before_the_dot(delivery_id):
            self._finish(delivery_id, conversation)
        else:
            log.warning("delivery=%d was taken over by another worker", delivery_id)
            conversation.abandon()
            self._conversation = None

    def _prepare(self, delivery_id: int) -> Outgoing | None:
        """The letter of a claimed row; None when it is skipped, or cannot be written and fails alone."""
        now = self.now()
        with self.database.reading() as session:
            row = session.get_one(Delivery, delivery_id)
            reason = why_not(session, row, now=now)
            if not reason:
                try:
                    return self.composer.compose(session, row, now=now)
                except Exception:
                    log.exception("delivery=%d cannot be rendered", delivery_id)
        with self.database.transaction() as session:
            close = ledger.skip if reason else ledger.fail
            close(session, delivery_id, reason or "cannot be rendered", worker=self.name, now=now)
        self._tally.settled["skipped" if reason else "failed"] += 1
        return None

    def _connected(self) -> Talk:
        if self._conversation is None:
            self._conversation = self.transport.connect()
            with self.database.transaction() as session:
                routes.open_again(session)
        return self._conversation

    def _refused(self, delivery_id: int, reply: Reply) -> None:
        if reply.closes_session:
            raise RelayRefuses(relay=self.transport.relay, cause=f"{reply.code} {reply.without_addresses}")
        self._lost = 0
        self._write_down()
        self._unwritten = Outcome(delivery_id, reply, at_recipient=True)
        self._write_down()

    def _record_before_the_dot(self, delivery_id: int) -> bool:
        """One commit: what became of the letter before, and that this one's dot is about to go."""
        with self.database.transaction() as session:
            self._settle(session)
            began = ledger.begin(session, delivery_id, worker=self.name)
        self._unwritten = None
        return began

    def _finish(self, delivery_id: int, conversation: Talk) -> None:
        try:
            reply = conversation.finish()
        except ConnectionLost as problem:
            log.warning("delivery=%d is in doubt: %s", delivery_id, problem)
            self._unwritten = Outcome(delivery_id, None)
            self._write_down()
            self._hang_up()
            self._lost += 1
            if self._lost >= LOST_IN_A_ROW:
                self._close_route(problem)
            return
        self._lost = 0
        self._unwritten = Outcome(delivery_id, reply)
        if reply.closes_session:
            raise RelayRefuses(relay=self.transport.relay, cause=f"{reply.code} {reply.without_addresses}")

    def _write_down(self) -> None:
        if self._unwritten is not None:
            with self.database.transaction() as session:
                self._settle(session)
            self._unwritten = None

    def _settle(self, session: Session) -> None:
        if self._unwritten is not None:
            state = ledger.settle(session, self._unwritten, worker=self.name, now=self.now())
            if state is not None:
                self._tally.settled[state.value] += 1

    def _close_route(self, problem: Unavailable) -> None:
        """Leave the relay alone for a while: it is not the letters that are to blame."""
        log.error("%s; the mail stays queued", problem)
        self._tally.relay_away = True
        with self.database.transaction() as session:
            routes.block(session, problem, clock=utcnow())

    def _hang_up(self) -> None:
        if self._conversation is not None:
            self._conversation.close()
            self._conversation = None

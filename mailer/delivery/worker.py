"""Sends what is due: one loop for all connections, and one commit for all whose final dots come next."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic, sleep

from mailer import subscriptions
from mailer.core.clock import utcnow
from mailer.core.db import Database, DatabaseAway
from mailer.core.errors import Unavailable
from mailer.delivery import claiming, routes
from mailer.delivery.books import Books, books
from mailer.delivery.crew import Crew
from mailer.delivery.fitness import stopped_because
from mailer.delivery.merging import Merger, Writer
from mailer.delivery.rates import Rates
from mailer.delivery.stock import Stock
from mailer.delivery.verdicts import Row, Verdict, given_back, skipped
from mailer.delivery.wire import Road

log = logging.getLogger(__name__)

RECOVER_EVERY = 5.0
"""Seconds between two looks for rows of workers that are gone."""

RENEW_EVERY = 300.0
"""Seconds between two renewals of our own leases."""

LATEST_RECORD = 0.1
"""Seconds an outcome waits at most for the next dots to share its commit."""

LONGEST_WAIT = 0.25
DATABASE_TRIES = 20
"""Half-second tries to write down what is known when the database went away."""


@dataclass
class Tally:
    """What one round of sending did."""

    settled: Counter[str] = field(default_factory=Counter)
    """Rows by the state they came to."""
    relay_away: bool = False
    """Whether the relay did not let us in."""


class Sender:
    """One worker's way of sending. Any number of them may run on one database.

    ``name`` is the worker's; a lease ``worker-NAME`` is held while it lives, so that others
    know whose rows are orphans. ``now`` is the house's clock; leases and rates go by the machine's.
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
        rates: Rates | None = None,
        hold: bool = False,
    ) -> None:
        """``hold``: rows in doubt wait for somebody's decision instead of being sent again."""
        self.database, self.transport, self.composer = database, transport, composer
        self.name, self.now, self.stopped = name, now, stopped
        self.rates, self.hold = rates or Rates(), hold
        self._merger = Merger(database, composer)

    def send_due(self, *, try_blocked: bool = False) -> Tally:
        """Send everything that is due, until nothing is or we are asked to stop.

        A relay that does not let us in closes the route for a while (``try_blocked`` tries it
        nevertheless); the rows stay queued.

        Raises DatabaseAway; what the relay said until then is written down as far as that goes.
        """
        claiming.recover(self.database, worker=self.name, hold=self.hold, clock=utcnow())
        with self.database.reading() as session:
            if not try_blocked and routes.is_blocked(session, clock=utcnow()):
                return Tally(relay_away=True)
        return _Run(self).run()


class _Run:
    """One round of sending, from the first claim until nothing is due."""

    def __init__(self, sender: Sender) -> None:
        self.sender, self.database, self.now = sender, sender.database, sender.now
        self.tally = Tally()
        self.books: Books = books(self.database, sender.name)
        self.stock = Stock(
            self.database,
            sender._merger,
            sender.rates,
            worker=sender.name,
            least=4 * sender.transport.connections,
            now=self.now,
        )
        self.crew = Crew(sender.transport, self.stock, hold=sender.hold, on_open=self._let_in)
        self._verdicts: list[Verdict] = []
        self._oldest_verdict_at = 0.0
        self._recovered_at = self._renewed_at = monotonic()
        self._is_known_open = False

    def run(self) -> Tally:
        try:
            while self._turn():
                pass
        finally:
            self._wind_down()
        if self.crew.closed_by is not None:
            self._close_route(self.crew.closed_by)
        return self.tally

    def _turn(self) -> bool:
        """Once round; whether there is more to do."""
        is_ending = self.sender.stopped() or self.crew.closed_by is not None
        if is_ending:
            self.crew.retire()
        else:
            self._look_after_rows()
            self.stock.refill()
            self.crew.staff()
        self._gather()
        if not self.crew.is_busy and (is_ending or not len(self.stock)):
            return False
        self.crew.listen(self._patience())
        self._gather()
        if self.crew.taken or (self._verdicts and monotonic() - self._oldest_verdict_at > LATEST_RECORD):
            self._commit()
        return True

    def _patience(self) -> float:
        if self._verdicts:
            return LATEST_RECORD
        slot = self.stock.next_slot_in
        return LONGEST_WAIT if slot is None else min(slot, LONGEST_WAIT)

    def _gather(self) -> None:
        for verdicts in (self.stock.verdicts, self.crew.verdicts):
            if verdicts:
                if not self._verdicts:
                    self._oldest_verdict_at = monotonic()
                self._verdicts.extend(verdicts)
                verdicts.clear()

    def _commit(self) -> None:
        """One commit: what became of the letters before, and whose dots are about to go. Then they go."""
        offered = [seat.offered.id for seat in self.crew.taken if seat.offered is not None]
        begun = self._write(offered)
        for row in self.crew.go(begun):
            self._stopped(row)

    def _write(self, offered: list[int]) -> set[int]:
        verdicts = self._verdicts
        bounced = [verdict.bounced for verdict in verdicts if verdict.bounced is not None]
        if bounced:  # first, for it can be done twice
            with self.database.transaction() as session:
                for subscription_id in bounced:
                    subscriptions.bounce(session, subscription_id, now=self.now())
        begun = self.books.commit(verdicts, offered, now=self.stock.moment)
        self._verdicts = []
        self.tally.settled.update(verdict.state.value for verdict in verdicts)
        return begun

    def _stopped(self, row: Row) -> None:
        """This row's dot may not go: it is somebody else's by now, held back, or not to be sent any more."""
        now = self.now()
        with self.database.reading() as session:
            because = stopped_because(session, row.id, worker=self.sender.name, now=now)
        if because is None:
            log.warning("delivery=%d was taken over by another worker", row.id)
        elif because:
            self.stock.verdicts.append(skipped(row, because, now=now))
        else:
            self.stock.verdicts.append(given_back(row))

    def _look_after_rows(self) -> None:
        moment = monotonic()
        if moment - self._recovered_at >= RECOVER_EVERY:
            self._recovered_at = moment
            claiming.recover(self.database, worker=self.sender.name, hold=self.sender.hold, clock=utcnow())
        if moment - self._renewed_at >= RENEW_EVERY:
            self._renewed_at = moment
            with self.database.transaction() as session:
                claiming.renew(session, worker=self.sender.name, clock=utcnow())

    def _let_in(self) -> None:
        if not self._is_known_open:
            self._is_known_open = True
            with self.database.transaction() as session:
                routes.open_again(session)

    def _close_route(self, problem: Unavailable) -> None:
        """Leave the relay alone for a while: it is not the letters that are to blame."""
        log.error("%s; the mail stays queued", problem)
        self.tally.relay_away = True
        with self.database.transaction() as session:
            routes.block(session, problem, clock=utcnow())

    def _wind_down(self) -> None:
        """Hear the answers to the dots that are gone, write everything down, let go of the rest."""
        try:
            self.crew.retire()
            while self.crew.is_flying:
                self.crew.listen(LONGEST_WAIT)
            self.crew.retire()  # what was offered with the last dots
            self._gather()
            self._write_patiently()
            self.stock.give_back()
        finally:
            self.crew.close()
            self.books.close()

    def _write_patiently(self) -> None:
        for tries_left in reversed(range(DATABASE_TRIES)):
            try:
                if self._verdicts:
                    self._write([])
                return
            except DatabaseAway:
                if not tries_left:
                    raise
                sleep(0.5)

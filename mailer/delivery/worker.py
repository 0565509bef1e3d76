"""Sends what is due: one loop for all connections, and one commit for all whose final dots come next."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from time import monotonic, sleep

from mailer import mailings, subscriptions
from mailer.core import i18n
from mailer.core.clock import utcnow
from mailer.core.db import Database, DatabaseAway
from mailer.core.errors import Unavailable
from mailer.delivery import claiming, progress, routes
from mailer.delivery.bookkeeping import Books, books
from mailer.delivery.breaker import distrust
from mailer.delivery.company import Company
from mailer.delivery.crew import Crew
from mailer.delivery.fitness import stopped_because
from mailer.delivery.manners import PLAIN_MANNER, Manner, Tally
from mailer.delivery.merging import Merger, Writer
from mailer.delivery.models import DeliveryState
from mailer.delivery.rates import Rates
from mailer.delivery.recovering import RENEW_EVERY, Recovery
from mailer.delivery.refusals import RelayPutsOff
from mailer.delivery.sparing import few_collections
from mailer.delivery.stock import Stock
from mailer.delivery.verdicts import Row, Verdict, given_back, skipped
from mailer.delivery.wire import Road

log = logging.getLogger(__name__)

RECOVER_EVERY = 5.0
"""Seconds between two looks for rows of workers that are gone."""

PACE_EVERY = 2.0
"""Seconds over which the pace is measured."""

LATEST_RECORD = 0.1
"""Seconds an outcome waits at most for the next dots to share its commit."""

LONGEST_WAIT = 0.25

DATABASE_PATIENCE = 10.0
"""Seconds for which we try to write down what is known when the database went away."""


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
        manner: Manner = PLAIN_MANNER,
        patience: float = DATABASE_PATIENCE,
    ) -> None:
        self.database, self.transport, self.composer = database, transport, composer
        self.name, self.now, self.stopped = name, now, stopped
        self.rates, self.hold = Rates(manner.rate, manner.rate_per_domain), manner.hold
        self.recovery = Recovery(database, worker=name, hold=manner.hold)
        self.patience = patience
        self.unwritten: list[Verdict] = []
        """What the relay said while the database was away: it is written down before anything else is sent."""
        self.merger = Merger(database, composer)

    def send_due(self, *, try_blocked: bool = False) -> Tally:
        """Send everything that is due, until nothing is or we are asked to stop.

        A relay that does not let us in closes the route for a while (``try_blocked`` tries it
        nevertheless); the rows stay queued.

        Raises DatabaseAway; what the relay said until then is written down when the database is back.
        """
        if self.unwritten:
            _Run(self).write_what_was_left()
        self.recovery.put_back(clock=utcnow(), own=True)
        with self.database.reading() as session:
            if not try_blocked and routes.is_blocked(session, clock=utcnow()):
                return Tally(relay_away=True)
            if not claiming.is_anything_due(session, now=self.now()):
                return Tally()
        return _Run(self).run()


class _Run:
    """One round of sending, from the first claim until nothing is due."""

    def __init__(self, sender: Sender) -> None:
        self.sender, self.database, self.now = sender, sender.database, sender.now
        self.tally = Tally()
        self.books: Books = books(self.database, sender.name)
        self.stock = Stock(
            self.database,
            sender.merger,
            sender.rates,
            worker=sender.name,
            least=4 * sender.transport.connections,
            now=self.now,
        )
        self.crew = Crew(sender.transport, self.stock, hold=sender.hold)
        self._verdicts: list[Verdict] = []
        self._oldest_verdict_at = 0.0
        self._recovered_at = self._renewed_at = monotonic()
        self._is_known_open = False
        self._paced: Counter[int] = Counter()
        self._paced_at = monotonic()
        self._company = Company(sender.transport.connections)

    def run(self) -> Tally:
        try:
            with few_collections():
                while self._turn():
                    pass
        finally:
            self._wind_down()
        if self.crew.closed_by is not None:
            self._close_route(self.crew.closed_by)
        return self.tally

    def write_what_was_left(self) -> None:
        """Write down what a round before could not. Raises DatabaseAway."""
        self._verdicts = self.sender.unwritten
        try:
            self._write([])
            self.sender.unwritten = []
        finally:
            self.books.close()

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
            return not is_ending and self._is_more_due()
        self.crew.listen(self._patience())
        self._company.wait_for(self.crew)
        self._gather()
        self._note_open_road()
        if self.crew.taken or (self._verdicts and monotonic() - self._oldest_verdict_at > LATEST_RECORD):
            self._commit()
        self._break_off()
        return True

    def _is_more_due(self) -> bool:
        """A last look, with everything written down: a letter in doubt may be due again already."""
        self._commit()
        self.stock.refill(at_once=True)
        return len(self.stock) > 0

    def _break_off(self) -> None:
        """Stop before more letters meet the fate of too many."""
        breaker = self.crew.breaker
        if breaker.distrusted_by is not None:
            reply, breaker.distrusted_by = breaker.distrusted_by, None
            self.stock.give_back()
            with self.database.transaction() as session:
                for mailing_id in claiming.mailings_going_out(session):
                    mailings.pause(session, mailing_id, reason=distrust(reply))
            log.error("every mailing is paused: %s", distrust(reply))
        if breaker.put_off_by is not None:
            reply, breaker.put_off_by = breaker.put_off_by, None
            cause = f"{reply.code} {reply.without_addresses}"
            self.crew.closed_by = RelayPutsOff(relay=self.sender.transport.relay, cause=cause)

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
        if not verdicts and not offered:
            return set()
        bounced = [verdict.bounced for verdict in verdicts if verdict.bounced is not None]
        if bounced:  # first, for it can be done twice
            with self.database.transaction() as session:
                for subscription_id in bounced:
                    subscriptions.bounce(session, subscription_id, now=self.now())
        begun = self.books.commit(verdicts, offered, now=self.stock.moment)
        self._verdicts = []
        for verdict in verdicts:
            self.tally.settled[verdict.state.value] += 1
            if verdict.mailing_id is not None and verdict.state is DeliveryState.SENT:
                self._paced[verdict.mailing_id] += 1
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
        self._note_pace(moment)
        if moment - self._recovered_at >= RECOVER_EVERY:
            self._recovered_at = moment
            self.sender.recovery.put_back(clock=utcnow())
        if moment - self._renewed_at >= RENEW_EVERY:
            self._renewed_at = moment
            with self.database.transaction() as session:
                self.sender.recovery.renew(session, clock=utcnow())

    def _note_pace(self, moment: float) -> None:
        since = moment - self._paced_at
        if since >= PACE_EVERY and self._paced:
            rates = {mailing_id: count / since for mailing_id, count in self._paced.items()}
            with self.database.transaction() as session:
                progress.note_rate(session, self.sender.name, rates, clock=utcnow())
            self._paced.clear()
            self._paced_at = moment

    def _note_open_road(self) -> None:
        """Once the relay took a letter. Not while the crew listens: what it hears next must not get lost."""
        if self.crew.was_let_in and not self._is_known_open:
            with self.database.transaction() as session:
                routes.open_again(session)
            self._is_known_open = True

    def _close_route(self, problem: Unavailable) -> None:
        """Leave the relay alone for a while: it is not the letters that are to blame."""
        log.error("%s: %s", problem.code, i18n.translator("en").sentence(problem))
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
        give_up = monotonic() + self.sender.patience
        while self._verdicts:
            try:
                self._write([])
            except DatabaseAway:
                if monotonic() > give_up:
                    self.sender.unwritten = self._verdicts
                    raise
                sleep(0.5)

"""The sessions at work: who has which letter, and what the relay says of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic

from mailer.core.errors import Unavailable
from mailer.delivery.breaker import Breaker
from mailer.delivery.refusals import ConnectionLost, RelayEndsSession
from mailer.delivery.replies import Reply
from mailer.delivery.stock import Stock
from mailer.delivery.verdicts import Row, Verdict, after_reply, in_doubt, lost_thrice
from mailer.delivery.wire import News, Outgoing, Road, Talk

log = logging.getLogger(__name__)

LOST_IN_A_ROW = 3
"""Connections lost one after another before the relay counts as away; losses under one row before it waits."""

FEWER_FOR = 60.0
"""Seconds for which we are content with fewer connections after the relay refused one more."""


@dataclass(slots=True)
class Seat:
    """One session and the letters it has: at most one offered, at most one whose dot is gone."""

    line: Talk
    offered: Row | None = None
    flying: Row | None = None
    is_up: bool = False


class Crew:
    """Hands letters to sessions and hears what becomes of them. It sends no final dot by itself: `go` does."""

    def __init__(
        self,
        road: Road,
        stock: Stock,
        *,
        hold: bool,
    ) -> None:
        self.taken: list[Seat] = []
        """Sessions whose relay waits for content: their dots go when the ledger knows."""
        self.verdicts: list[Verdict] = []
        self.closed_by: Unavailable | None = None
        """What keeps us out of the relay altogether."""
        self.was_let_in = False
        """Whether the relay took a letter."""
        self.breaker = Breaker()
        self._road, self._stock, self._hold = road, stock, hold
        self._seats: dict[Talk, Seat] = {}
        self._idle: list[Seat] = []
        self._lost_in_a_row = 0
        self._allowed = road.connections
        self._allowed_until = 0.0
        self._ends_after: dict[int, int] = {}
        self._limit: int | None = None
        self._is_retiring = False

    @property
    def is_busy(self) -> bool:
        """Whether a letter is on its way, or a session is being opened for one."""
        return any(
            seat.offered is not None or seat.flying is not None or not seat.is_up
            for seat in self._seats.values()
        )

    @property
    def offered_count(self) -> int:
        """Letters whose envelope the relay has, or gets now."""
        return sum(seat.offered is not None for seat in self._seats.values())

    @property
    def is_flying(self) -> bool:
        """Whether a final dot waits for its answer."""
        return any(seat.flying is not None for seat in self._seats.values())

    def staff(self) -> None:
        """Give every idle session a letter, and open as many sessions as there is work for."""
        while self._idle and (ready := self._stock.take()) is not None:
            row, letter = ready
            seat = self._idle.pop()
            seat.offered = row
            seat.line.offer(letter)
        if self._allowed_until and monotonic() > self._allowed_until:
            self._allowed, self._allowed_until = self._road.connections, 0.0
        opening = sum(not seat.is_up for seat in self._seats.values()) if len(self._stock) else 0
        room = self._allowed - len(self._seats)
        for _ in range(min(room, len(self._stock) - opening)):
            if self.closed_by is None:
                self._open()

    def listen(self, seconds: float) -> None:
        """Hear the sessions, and note what becomes of their letters."""
        for line, news, what in self._road.wait(seconds):
            seat = self._seats.get(line)
            if seat is None:
                continue
            if news is News.TAKEN:
                self.taken.append(seat)
            elif news is News.ANSWERED and isinstance(what, Reply):
                self._answered(seat, what)
            elif news is News.READY:
                self._ready(seat)
            elif news is News.REFUSED and isinstance(what, Reply):
                self._refused(seat, what)
            elif news is News.LOST and isinstance(what, Unavailable):
                self._lost(seat, what)

    def go(self, begun: set[int]) -> list[Row]:
        """Send the dots of the letters that may go; the rows that may not, their sessions cut."""
        stopped: list[Row] = []
        taken, self.taken = self.taken, []
        for seat in taken:
            row = seat.offered
            if row is None:
                continue
            if row.id in begun:
                row.attempt += 1
                self._deliver(seat, row)
            else:  # the relay waits for content, and only a cut keeps it from delivering (RFC 5321 section 4.1.1.10)
                stopped.append(row)
                self._cut(seat)
        return stopped

    def retire(self) -> None:
        """Begin nothing new: what was offered is dropped, and only answers to dots are waited for."""
        self._is_retiring = True
        self.taken = []
        for seat in list(self._seats.values()):
            if seat.flying is None:
                if seat.offered is not None:
                    self._stock.put_back(seat.offered)
                    self._cut(seat)
                else:
                    self._hang_up(seat)

    def close(self) -> None:
        """Hang up everywhere."""
        for seat in list(self._seats.values()):
            self._hang_up(seat)

    def _open(self) -> None:
        try:
            line = self._road.open()
        except Unavailable as problem:
            self._not_let_in(problem)
        else:
            self._seats[line] = Seat(line)

    def _deliver(self, seat: Seat, row: Row) -> None:
        following: Outgoing | None = None
        seat.flying, seat.offered = row, None
        if not self._is_retiring and not self._is_at_limit(seat.line):
            ready = self._stock.take()
            if ready is not None:
                seat.offered, following = ready
        seat.line.deliver(following)

    def _is_at_limit(self, line: Talk) -> bool:
        """Whether the relay is known to hang up after the letter that goes now."""
        return self._limit is not None and line.accepted + 1 >= self._limit

    def _ready(self, seat: Seat) -> None:
        seat.is_up = True
        self._rest(seat)

    def _answered(self, seat: Seat, reply: Reply) -> None:
        row, seat.flying = seat.flying, None
        if row is None:
            return
        self._lost_in_a_row = 0
        if reply.closes_session:  # not the letter's fault, unless it is always this one
            row.attempt -= 1
            self._again_later(row)
        else:
            self.verdicts.append(after_reply(row, reply, now=self._stock.moment))
            self.breaker.hear(reply, may_be_greylisting=False)
            if reply.accepted:
                self.was_let_in = True
        if seat.offered is None:
            self._rest(seat)

    def _refused(self, seat: Seat, reply: Reply) -> None:
        row, seat.offered = seat.offered, None
        self._lost_in_a_row = 0
        if row is not None:
            row.attempt += 1
            at_recipient = seat.line.refused_at_recipient
            self.verdicts.append(after_reply(row, reply, at_recipient=at_recipient, now=self._stock.moment))
            self.breaker.hear(reply, may_be_greylisting=at_recipient and row.attempt == 1)
        self._rest(seat)

    def _rest(self, seat: Seat) -> None:
        """Nothing is under way on this session."""
        if self._is_retiring or (self._limit is not None and seat.line.accepted >= self._limit):
            self._hang_up(seat)
        elif seat not in self._idle:
            self._idle.append(seat)

    def _lost(self, seat: Seat, problem: Unavailable) -> None:
        self._forget(seat)
        had_letter = seat.offered is not None or seat.flying is not None
        if seat.flying is not None:
            log.warning("delivery=%d is in doubt: %s", seat.flying.id, problem)
            self.verdicts.append(in_doubt(seat.flying, hold=self._hold, now=self._stock.moment))
        if seat.offered is not None:
            self._again_later(seat.offered)
        if not seat.is_up:
            self._not_let_in(problem)
        elif not isinstance(problem, (ConnectionLost, RelayEndsSession)):
            self.closed_by = problem
        elif seat.line.accepted:
            self._learn_limit(seat.line.accepted)
        elif had_letter:
            self._lost_in_a_row += 1
            if self._lost_in_a_row >= LOST_IN_A_ROW or isinstance(problem, RelayEndsSession):
                self._not_let_in(problem)

    def _again_later(self, row: Row) -> None:
        """Nothing of it was delivered: the same letter goes over another connection."""
        row.losses += 1
        if row.losses >= LOST_IN_A_ROW:
            self.verdicts.append(lost_thrice(row, now=self._stock.moment))
        else:
            self._stock.put_back(row)

    def _not_let_in(self, problem: Unavailable) -> None:
        """Be content with the sessions we have or are still knocking for; without any, the relay is away."""
        if self._seats:
            self._allowed, self._allowed_until = len(self._seats), monotonic() + FEWER_FOR
        elif self.closed_by is None:
            self.closed_by = problem

    def _learn_limit(self, accepted: int) -> None:
        """A relay that ended two sessions after as many letters will end the next one there: be first."""
        self._ends_after[accepted] = self._ends_after.get(accepted, 0) + 1
        if self._ends_after[accepted] > 1:
            self._limit = accepted

    def _hang_up(self, seat: Seat) -> None:
        self._forget(seat)
        seat.line.close()

    def _cut(self, seat: Seat) -> None:
        self._forget(seat)
        seat.line.abandon()

    def _forget(self, seat: Seat) -> None:
        self._seats.pop(seat.line, None)
        self._idle = _without(self._idle, seat)
        self.taken = _without(self.taken, seat)


def _without(seats: Iterable[Seat], gone: Seat) -> list[Seat]:
    return [seat for seat in seats if seat is not gone]

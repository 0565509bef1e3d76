"""One commit for what many threads write at once: most of its price is the same for one as for ten."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from mailer.core.db import Database, DatabaseAway

Made = TypeVar("Made")

MOST = 50
"""Pieces of work in one commit: whoever was first must not wait for a crowd."""


def _shut() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(eq=False)
class _Piece:
    order: str
    work: Callable[[Session], Any]
    woken: threading.Lock = field(default_factory=_shut)
    """Opened when the piece is done, or when it is its thread's turn."""
    made: Any = None
    problem: Exception | None = None
    done: bool = False


@dataclass
class Together:
    """Whoever's turn it is does what the others brought meanwhile; nobody waits for company."""

    database: Database
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _waiting: deque[_Piece] = field(default_factory=deque)
    _at_work: bool = False

    def write(self, order: str, work: Callable[[Session], Made]) -> Made:
        """Do ``work`` in a transaction, perhaps with others', and return what it returns once that is committed.

        It may run in another thread, and twice: when another piece fails, each is done again by itself.
        Pieces are done by ``order``, so that of two processes none waits for what the other one holds.

        Raises what ``work`` raises, and DatabaseAway.
        """
        mine = _Piece(order, work)
        with self._lock:
            self._waiting.append(mine)
            is_first, self._at_work = not self._at_work, True
        if not is_first:
            mine.woken.acquire()
        if not mine.done:
            self._take_turn()
        if mine.problem is not None:
            raise mine.problem
        made: Made = mine.made
        return made

    def _take_turn(self) -> None:
        """Do what waits, ours before all; then wake whose it was, and whoever came after them."""
        with self._lock:
            pieces = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        try:
            self._do(pieces)
        finally:
            for piece in pieces:
                if not piece.done:  # this thread is being ended
                    piece.problem, piece.done = DatabaseAway(cause="interrupted"), True
            with self._lock:
                self._at_work = bool(self._waiting)
                following = self._waiting[0] if self._waiting else None
            if following is not None:
                following.woken.release()
            for piece in pieces[1:]:
                piece.woken.release()

    def _do(self, pieces: list[_Piece]) -> None:
        try:
            self._commit(pieces)
        except Exception as problem:  # noqa: BLE001  # it is raised where the piece came from
            if len(pieces) == 1:
                pieces[0].problem, pieces[0].done = problem, True
                return
            for piece in pieces:  # whose fault it was shows when each is done alone
                self._do([piece])

    def _commit(self, pieces: list[_Piece]) -> None:
        with self.database.transaction() as session:
            for piece in sorted(pieces, key=attrgetter("order")):
                piece.made = piece.work(session)
        for piece in pieces:
            piece.done = True

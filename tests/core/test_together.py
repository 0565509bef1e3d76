"""Many threads, few commits: everybody gets what is hers, and nobody pays for another's mistake."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from mailer.core.db import Database, DatabaseAway
from mailer.core.together import Together
from mailer.people import Suppression, SuppressionReason
from tests.support.making import NOON

CROWD = 12


def noting(pseudonym: str) -> Callable[[Session], str]:
    def note(session: Session) -> str:
        session.add(Suppression(pseudonym=pseudonym, reason=SuppressionReason.BLOCKED, created_at=NOON))
        session.flush()
        return pseudonym.upper()

    return note


def noted(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Suppression.pseudonym).order_by(Suppression.pseudonym)))


def behind_one_who_writes(
    together: Together, pieces: dict[str, Callable[[Session], str]]
) -> dict[str, Future[str]]:
    """What became of pieces that were all brought while somebody was writing."""
    is_writing, may_end = threading.Event(), threading.Event()

    def take_long(session: Session) -> str:
        session.execute(sa.select(1))
        is_writing.set()
        assert may_end.wait(10)
        return "long"

    with ThreadPoolExecutor(len(pieces) + 1) as pool:
        first = pool.submit(together.write, "", take_long)
        assert is_writing.wait(10)
        found = {name: pool.submit(together.write, name, work) for name, work in pieces.items()}
        while len(together._waiting) < len(pieces):
            threading.Event().wait(0.005)
        may_end.set()
        wait([first, *found.values()], timeout=30)
        assert first.result() == "long"
    return found


def test_what_was_brought_meanwhile_shares_a_commit_and_each_gets_its_own_answer(database: Database) -> None:
    commits: list[object] = []
    event.listen(database.engine, "commit", commits.append)
    names = [f"{number:02}" for number in range(CROWD)]

    found = behind_one_who_writes(Together(database), {name: noting(f"p{name}") for name in names})

    assert {name: future.result() for name, future in found.items()} == {n: f"P{n}" for n in names}
    assert noted(database) == [f"p{name}" for name in names]
    assert len(commits) == 2  # the one who wrote, and the crowd


def test_pieces_are_done_by_their_order(database: Database) -> None:
    done: list[str] = []

    def doing(name: str) -> Callable[[Session], str]:
        def do(_session: Session) -> str:
            done.append(name)
            return name

        return do

    behind_one_who_writes(Together(database), {name: doing(name) for name in "hcagbfed"})

    assert done == [*"abcdefgh"]


def test_a_piece_that_fails_takes_nobody_with_it(database: Database) -> None:
    def fail(session: Session) -> str:
        noting("half")(session)
        raise LookupError

    found = behind_one_who_writes(Together(database), {"a": noting("first"), "b": fail, "c": noting("last")})

    assert (found["a"].result(), found["c"].result()) == ("FIRST", "LAST")
    assert isinstance(found["b"].exception(), LookupError)
    assert noted(database) == ["first", "last"]


def test_everybody_hears_that_the_database_is_away() -> None:
    nowhere = Together(Database("postgresql+psycopg://nobody:a-password@127.0.0.1:1/nothing"))

    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(nowhere.write, str(number), noting("x")) for number in range(4)]

    assert {type(future.exception()) for future in found} == {DatabaseAway}


def test_whoever_comes_after_a_failure_is_served(database: Database) -> None:
    together = Together(database)
    with pytest.raises(ZeroDivisionError):
        together.write("a", lambda _session: 1 // 0)

    assert together.write("b", noting("later")) == "LATER"
    assert noted(database) == ["later"]

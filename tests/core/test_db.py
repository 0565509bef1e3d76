"""The database: what is written in a transaction is there whole, or not at all."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from mailer.core.db import Base, Database, DatabaseAway, Instant, insert_unless_there, newest_revision
from mailer.people import Suppression, SuppressionReason
from tests.support.making import NOON

SHORT = 50
"""Milliseconds to wait for a lock, where the house waits for many seconds."""

NOWHERE = "postgresql+psycopg://nobody:a-password@127.0.0.1:1/nothing"


def a_suppression(pseudonym: str) -> Suppression:
    return Suppression(pseudonym=pseudonym, reason=SuppressionReason.BLOCKED, created_at=NOON)


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Suppression.pseudonym).order_by(Suppression.pseudonym)))


def write_and_fail(session: Session, pseudonym: str) -> None:
    session.add(a_suppression(pseudonym))
    session.flush()
    raise LookupError


def test_a_transaction_that_fails_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(LookupError), database.transaction() as session:
        write_and_fail(session, "first")

    assert names(database) == []


def test_a_transaction_that_ends_well_is_kept(database: Database) -> None:
    with database.transaction() as session:
        session.add(a_suppression("first"))

    assert names(database) == ["first"]


def test_what_was_only_read_writes_nothing(database: Database) -> None:
    with database.reading() as session:
        session.add(a_suppression("first"))
        session.flush()

    assert names(database) == []


def test_a_savepoint_rolls_back_alone(database: Database) -> None:
    """Python's sqlite3 opens transactions by itself, and not before a SAVEPOINT, unless it is told not to."""
    with database.transaction() as session:
        session.add(a_suppression("first"))
        session.flush()
        with pytest.raises(LookupError), session.begin_nested():
            write_and_fail(session, "second")

    assert names(database) == ["first"]


def test_an_instant_comes_back_aware_and_in_utc(database: Database) -> None:
    east = datetime(2023, 1, 2, 13, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with database.transaction() as session:
        session.add(Suppression(pseudonym="first", reason=SuppressionReason.BLOCKED, created_at=east))

    with database.reading() as session:
        kept = session.scalars(sa.select(Suppression.created_at)).one()

    assert (kept, kept.tzinfo) == (east, UTC)


def test_an_instant_without_zone_is_refused(database: Database) -> None:
    naive = NOON.replace(tzinfo=None)

    with (
        pytest.raises(sa.exc.StatementError, match="an instant needs its zone"),
        database.transaction() as session,
    ):
        session.add(Suppression(pseudonym="first", reason=SuppressionReason.BLOCKED, created_at=naive))


def test_instants_are_compared_as_instants(database: Database) -> None:
    west = timezone(timedelta(hours=-5))
    with database.transaction() as session:
        session.add(a_suppression("first"))

    with database.reading() as session:
        found = session.scalars(
            sa.select(Suppression.pseudonym).where(Suppression.created_at == NOON.astimezone(west))
        ).all()

    assert found == ["first"]


def test_every_instant_of_the_house_keeps_its_zone() -> None:
    moments = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, (sa.DateTime, Instant))
    ]

    assert [str(column) for column in moments if not isinstance(column.type, Instant)] == []
    assert [
        str(column) for column in moments if not column.name.endswith(("_at", "at", "until", "after", "from"))
    ] == []


def test_of_two_who_write_the_same_row_one_does(database: Database) -> None:
    with database.transaction() as session:
        for reason in (SuppressionReason.COMPLAINT, SuppressionReason.BLOCKED):
            insert_unless_there(session, Suppression, pseudonym="first", reason=reason, created_at=NOON)

    with database.reading() as session:
        assert session.scalars(sa.select(Suppression.reason)).all() == [SuppressionReason.COMPLAINT]


def test_the_migrations_bring_it_to_the_newest_revision(database: Database) -> None:
    database.upgrade()

    assert database.revision() == newest_revision()


def test_a_database_without_migrations_has_no_revision(tmp_path: Path) -> None:
    assert Database(f"sqlite:///{tmp_path / 'new.db'}").revision() is None


def test_sqlite_is_opened_as_a_server_needs_it(sqlite: Database) -> None:
    with sqlite.reading() as session:
        settings = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "journal_mode", "synchronous", "busy_timeout")
        }

    assert settings == {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 1, "busy_timeout": 15_000}


def test_a_locked_database_is_away_and_says_why(sqlite: Database, locked: sqlite3.Connection) -> None:
    with pytest.raises(DatabaseAway) as away, sqlite.transaction() as session:
        session.execute(sa.select(1))

    assert away.value.details == {"cause": "database is locked"}


def test_reading_does_not_wait_for_who_writes(sqlite: Database, locked: sqlite3.Connection) -> None:
    locked.execute("INSERT INTO suppression VALUES ('first', 'blocked', '2023-01-02 11:00:00')")

    assert names(sqlite) == []


def test_after_the_lock_the_database_is_there_again(sqlite: Database, locked: sqlite3.Connection) -> None:
    with pytest.raises(DatabaseAway), sqlite.transaction() as session:
        session.execute(sa.select(1))
    locked.rollback()

    with sqlite.transaction() as session:
        session.add(a_suppression("first"))

    assert names(sqlite) == ["first"]


@pytest.mark.parametrize("use", [names, Database.revision, Database.upgrade])
def test_a_server_that_does_not_answer_is_away(use: Callable[[Database], object]) -> None:
    with pytest.raises(DatabaseAway) as away:
        use(Database(NOWHERE))

    assert "a-password" not in str(away.value)


def test_a_file_that_cannot_be_opened_is_away(tmp_path: Path) -> None:
    with pytest.raises(DatabaseAway) as away, Database(f"sqlite:///{tmp_path}").transaction():
        pass

    assert away.value.details == {"cause": "unable to open database file"}


def test_too_many_at_once_find_the_database_away(sqlite: Database) -> None:
    """The pool gave up with an error of its own, which no door knew."""
    crowd = [sqlite.engine.connect().execution_options(sqlite_begin="DEFERRED") for _ in range(18)]
    sqlite.engine.pool._timeout = 0.05  # type: ignore[attr-defined]  # the pool's 30 seconds, shortened

    with pytest.raises(DatabaseAway) as away, sqlite.reading():
        pass

    assert away.value.details == {"cause": "too many at once"}
    for connection in crowd:
        connection.close()


def test_writers_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    """A transaction that reads first and then writes fails half-way on SQLite unless it locks at its begin."""

    def count_up() -> None:
        for _ in range(5):
            with database.transaction() as session:
                row = session.get(Suppression, "first", with_for_update=True)
                assert row is not None
                row.created_at += timedelta(seconds=1)

    with database.transaction() as session:
        session.add(a_suppression("first"))
    crowd = [threading.Thread(target=count_up) for _ in range(6)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()

    with database.reading() as session:
        kept = session.scalars(sa.select(Suppression.created_at)).one()
    assert kept - NOON == timedelta(seconds=30)


def test_an_error_of_the_database_hides_what_was_written(database: Database) -> None:
    statement = sa.insert(Suppression).values(
        pseudonym="anna@example.org", reason=SuppressionReason.BLOCKED, created_at=NOON
    )
    with database.transaction() as session:
        session.execute(statement)

    with pytest.raises(sa.exc.IntegrityError) as broken, database.transaction() as session:
        session.execute(statement)

    assert "SQL parameters hidden" in str(broken.value)


@pytest.fixture
def sqlite(empty_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "mailer.db"
    shutil.copyfile(empty_sqlite, path)
    opened = Database(f"sqlite:///{path}")
    yield opened
    opened.dispose()


@pytest.fixture
def locked(sqlite: Database) -> Iterator[sqlite3.Connection]:
    """Somebody else who holds the write lock; who waits for it gives up soon."""
    event.listen(
        sqlite.engine, "checkout", lambda connection, *_: connection.execute(f"PRAGMA busy_timeout={SHORT}")
    )
    other = sqlite3.connect(str(sqlite.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_an_error_says_nothing_of_the_row_it_is_about(database: Database) -> None:
    """PostgreSQL quotes the row below the first line, and the whole of it went to the log."""
    with database.transaction() as session:
        session.add(a_suppression("anna@example.net"))

    with pytest.raises(sa.exc.IntegrityError) as refused, database.transaction() as session:
        session.add(a_suppression("anna@example.net"))

    told = "".join(traceback.format_exception(refused.value))
    assert "suppression" in told
    assert "anna" not in told


def write_past_sqlalchemy(database: Database) -> None:
    with database.reading() as session:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        driver.execute("DELETE FROM suppression")


def test_a_statement_past_sqlalchemy_finds_the_database_away(
    sqlite: Database, locked: sqlite3.Connection
) -> None:
    """The driver's own error is none of SQLAlchemy's, and was taken for a mistake of ours."""
    assert locked.in_transaction

    with pytest.raises(DatabaseAway) as away:
        write_past_sqlalchemy(sqlite)

    assert away.value.details == {"cause": "database is locked"}

"""The database: engine, transactions, column types and migrations run from code."""

from __future__ import annotations

import enum
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session, TypeResolve

from mailer.core.engines import BUSY_MILLISECONDS, open_engine
from mailer.core.errors import Unavailable
from mailer.core.types import Words

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

NEVER_THE_SAME_ID = {"sqlite_autoincrement": True}
"""For tables whose ids stand in links and ledger keys: SQLite gives a deleted row's id away again, unless told not to."""


class DatabaseAway(Unavailable):
    """The database cannot be reached, or stayed locked for longer than we wait."""

    code = "database_away"


class DiskFull(DatabaseAway):
    """The database found no room to write: the disk, or the quota, is full."""

    code = "disk_full"


class DatabaseNotReady(Unavailable):
    """The database is older than this code: its migrations have not been run."""

    code = "database_not_ready"


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware instant, kept in UTC. SQLite has no zones: there it is stored as naive UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of the house."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: Instant,
        date: sa.Date,
        Words: sa.JSON,
        list[str]: sa.JSON,
        list[dict[str, Any]]: sa.JSON,
        dict[str, Any]: sa.JSON,
        enum.Enum: sa.Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=False,
            length=24,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


@event.listens_for(Base, "resolve_type_annotation")
def _resolve_new_type(found: TypeResolve) -> Any:
    """Let ``PersonId`` and its like be columns of the type they are made of: each room names its own ids."""
    made_of = getattr(found.resolved_type, "__supertype__", None)
    return None if made_of is None else found.resolve(made_of)


class Database:
    """One engine and the two ways to use it: `transaction` for what writes, `reading` for what only looks."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.engine = open_engine(self.url)
        self._driver: Any = self.engine.dialect.loaded_dbapi
        self._turn = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end, or rolls back when something is raised.

        On SQLite it takes the write lock at once (BEGIN IMMEDIATE): a transaction that
        first reads and then writes can otherwise fail half-way.

        Raises DatabaseAway.
        """
        with self._turn_to_write(), self._session("IMMEDIATE") as session:
            yield session
            session.commit()

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """On SQLite one thread of a process writes at a time, and the next begins at once.

        Left to SQLite it would look again after one, two, five … a hundred milliseconds. Whoever waits in vain
        goes on to SQLite, which knows why.
        """
        mine = self.is_sqlite and self._turn.acquire(timeout=BUSY_MILLISECONDS / 1000)
        try:
            yield
        finally:
            if mine:
                self._turn.release()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking only; on SQLite it never waits for a writer.

        Raises DatabaseAway.
        """
        with self._session("DEFERRED") as session:
            yield session

    @contextmanager
    def _session(self, begin: str) -> Iterator[Session]:
        try:
            with (
                self.engine.connect().execution_options(sqlite_begin=begin) as connection,
                Session(connection, expire_on_commit=False) as session,
            ):
                yield session
        except sa.exc.TimeoutError as problem:  # every connection of the pool was busy for too long
            raise DatabaseAway(cause="too many at once") from problem
        except (self._driver.OperationalError, self._driver.InterfaceError) as problem:
            raise away(problem) from problem  # of a statement that went past SQLAlchemy
        except sa.exc.DBAPIError as problem:
            if (ours := _named(problem)) is None:
                raise
            raise ours from problem

    def revision(self) -> str | None:
        """The migration the database is at; None before the first.

        Raises DatabaseAway.
        """
        from alembic.migration import MigrationContext

        with self._session("DEFERRED") as session:
            return MigrationContext.configure(session.connection()).get_current_revision()

    def upgrade(self, revision: str = "head") -> None:
        """Bring the database to ``revision``.

        Raises DatabaseAway.
        """
        from alembic import command

        if self.is_sqlite and self.url.database:
            file = Path(self.url.database)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)  # it holds addresses; SQLite gives its journals the same mode
        try:
            command.upgrade(_alembic(self.engine), revision)
        except sa.exc.OperationalError as problem:
            raise DatabaseAway(cause=str(problem.orig).splitlines()[0][:200]) from problem

    def dispose(self) -> None:
        self.engine.dispose()


def _named(problem: sa.exc.DBAPIError) -> Exception | None:
    """The error of ours behind one of the database's; a mistake in a statement stays what it is."""
    said = (str(problem.orig).splitlines() or ["?"])[0][:200]
    if "no such table" in said or "no such column" in said or "UndefinedTable" in type(problem.orig).__name__:
        return DatabaseNotReady(cause=said)
    is_away = isinstance(problem, (sa.exc.OperationalError, sa.exc.InterfaceError))
    return away(problem.orig) if is_away or problem.connection_invalidated else None


def away(problem: object) -> DatabaseAway:
    """What the database's own error means: that it is away, or has no room to write."""
    said = (str(problem).splitlines() or ["?"])[0][:200]
    is_full = "disk is full" in said or "disk full" in said or "No space left on device" in said
    return (DiskFull if is_full else DatabaseAway)(cause=said)


@lru_cache(maxsize=64)
def stamp(moment: datetime) -> str:
    """An instant as `Instant` writes it into SQLite."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def rows_changed(result: sa.Result[Any]) -> int:
    """How many rows an UPDATE, DELETE or INSERT … SELECT touched."""
    return cast("sa.CursorResult[Any]", result).rowcount


def insert_unless_there(session: Session, table: type[Base], **values: object) -> None:
    """Write a row unless one with its unique values is there: of two who write it at once, one does."""
    session.execute(insert_for(session, table).values(**values).on_conflict_do_nothing())


def insert_for(session: Session, table: type[Base] | sa.FromClause) -> sqlite.Insert | postgresql.Insert:
    """The INSERT that knows ON CONFLICT on the database at hand."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite.insert if on_sqlite else postgresql.insert
    return cast("sqlite.Insert | postgresql.Insert", insert(table))


@contextmanager
def reading_each_table_once(session: Session) -> Iterator[None]:
    """Let PostgreSQL join by hashes what an INSERT … SELECT reads.

    It takes a table that is still empty for one that is read in no time, and reads it anew for every
    person; where the statement itself fills that table, this took minutes for 100,000 people.
    """
    if session.get_bind().dialect.name != "postgresql":
        yield
        return
    session.execute(sa.text("SET LOCAL enable_nestloop = off"))
    yield
    session.execute(sa.text("SET LOCAL enable_nestloop = on"))


def newest_revision() -> str:
    """The last migration that this code knows."""
    numbers = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))
    return numbers[-1]


def _alembic(engine: sa.Engine) -> Any:
    from alembic.config import Config

    config = Config(attributes={"engine": engine})
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config

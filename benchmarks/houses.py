"""Houses to measure: a database filled once, and a fresh copy of it for every run."""

from __future__ import annotations

import contextlib
import enum
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from benchmarks.populating import open_released, populate, release_reminder
from benchmarks.processes import plain_environment
from benchmarks.scale import Lacking
from mailer.core.clock import utcnow
from mailer.core.db import Database

SECRET = "benchmarks only: no link signed with this opens anything"  # noqa: S105  # it is no secret
BASE_URL = "https://wandel.example.org"
LOCAL_SERVERS = ("postgresql+psycopg:///postgres", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


class Backend(enum.StrEnum):
    SQLITE = "SQLite"
    POSTGRESQL = "PostgreSQL"


class Stage(enum.StrEnum):
    PEOPLE = "people"  # subscribed, nothing to send
    RELEASED = "released"  # a reminder may go out, no ledger row yet
    QUEUED = "queued"  # its ledger rows are written


@dataclass(frozen=True)
class House:
    """One house nobody lives in yet: its database, and the settings its processes get."""

    database_url: str
    instance: Path

    def environment(self, **settings: object) -> dict[str, str]:
        own = {
            "DATABASE_URL": self.database_url,
            "INSTANCE_DIR": self.instance,
            "SECRET_KEY": SECRET,
            "BASE_URL": BASE_URL,
            "MAIL_DEFAULT_SENDER": "Zeitnah <noreply@example.org>",
            "MAIL_SERVER": "127.0.0.1",
        }
        return plain_environment() | {name: str(value) for name, value in (own | settings).items()}

    @contextlib.contextmanager
    def database(self) -> Iterator[Database]:
        opened = Database(self.database_url)
        try:
            yield opened
        finally:
            opened.dispose()

    def counts(self) -> dict[str, int]:
        with self.database() as database:
            return count_rows(database)

    def check_all_sent(self, recipients: int, *, received: int) -> None:
        """Nobody was left out and nobody doubled: every row is sent, and the relay got as many. Raises AssertionError."""
        counts = self.counts()
        assert sum(counts.values()) == recipients, f"{counts} for {recipients} recipients"
        assert counts.get("sent", 0) == recipients, f"{counts}: not all {recipients} were sent"
        assert received == recipients, f"the relay counted {received} for {recipients} recipients"


@dataclass
class Stock:
    """Filled databases, made when first asked for and copied ever after."""

    directory: Path
    _files: dict[tuple[int, Stage], Path] = field(default_factory=dict)
    _databases: dict[tuple[int, Stage], str] = field(default_factory=dict)
    _server: sa.Engine | None = None

    @contextlib.contextmanager
    def house(self, backend: Backend, people: int, stage: Stage) -> Iterator[House]:
        """A fresh house. Raises Lacking without a PostgreSQL server."""
        make = self._on_sqlite if backend is Backend.SQLITE else self._on_postgresql
        with make(people, stage) as made:
            made.instance.mkdir()
            try:
                yield made
            finally:
                shutil.rmtree(made.instance, ignore_errors=True)

    def close(self) -> None:
        """Drop every database on the server; files go with their directory."""
        for name in self._databases.values():
            self._drop(name)
        self._databases.clear()

    def postgresql_facts(self) -> str:
        """Version and what a commit waits for; empty without a server."""
        try:
            with self._admin().connect() as connection:
                version = connection.scalar(sa.text("SHOW server_version"))
                fsync = connection.scalar(sa.text("SHOW fsync"))
        except Lacking:
            return ""
        return f"PostgreSQL {str(version).split()[0]} (synchronous_commit on, fsync {fsync})"

    @contextlib.contextmanager
    def _on_sqlite(self, people: int, stage: Stage) -> Iterator[House]:
        if (people, stage) not in self._files:
            path = self.directory / f"{stage}-{people}.db"
            _fill(f"sqlite:///{path}", people, stage)
            self._files[people, stage] = path
        copy = self.directory / f"house-{secrets.token_hex(4)}"
        copy.mkdir()
        shutil.copyfile(self._files[people, stage], copy / "mailer.db")
        _write_through(copy / "mailer.db")
        try:
            yield House(f"sqlite:///{copy / 'mailer.db'}", copy / "instance")
        finally:
            shutil.rmtree(copy)

    @contextlib.contextmanager
    def _on_postgresql(self, people: int, stage: Stage) -> Iterator[House]:
        if (people, stage) not in self._databases:
            name = self._create()
            self._databases[people, stage] = name
            _fill(self._url(name), people, stage)
        copy = self._create(template=self._databases[people, stage])
        try:
            yield House(self._url(copy), self.directory / f"instance-{copy}")
        finally:
            self._drop(copy)

    def _create(self, template: str = "template0") -> str:
        name = f"zeitnah_bench_{secrets.token_hex(4)}"
        with self._admin().connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
            with contextlib.suppress(sa.exc.DBAPIError):  # only a superuser may; the copy is good without
                connection.execute(sa.text("CHECKPOINT"))
        return name

    def _drop(self, name: str) -> None:
        with self._admin().connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))

    def _url(self, name: str) -> str:
        url = self._admin().url.set(database=name)
        url = url.update_query_dict({"options": "-c synchronous_commit=on"})
        return url.render_as_string(hide_password=False)

    def _admin(self) -> sa.Engine:
        if self._server is None:
            given = os.environ.get("TEST_DATABASE_URL")
            self._server = _first_that_answers([given] if given else list(LOCAL_SERVERS))
        return self._server


def count_rows(database: Database) -> dict[str, int]:
    """Rows of the ledger by state, counted in the table itself."""
    with database.reading() as session:
        rows = session.execute(sa.text("SELECT state, count(*) FROM delivery GROUP BY state"))
        return {state: count for state, count in rows}


def _first_that_answers(urls: list[str]) -> sa.Engine:
    for given in urls:
        url = given.replace("postgresql://", "postgresql+psycopg://", 1)
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with contextlib.suppress(sa.exc.OperationalError), engine.connect():
            return engine
    raise Lacking("no PostgreSQL server answers: start one, or name it with TEST_DATABASE_URL")


def _fill(url: str, people: int, stage: Stage) -> None:
    database, now = Database(url), utcnow()
    database.upgrade()
    populate(database, people, secret=SECRET, now=now)
    if stage is not Stage.PEOPLE:
        with database.transaction() as session:
            release_reminder(session, now=now)
    if stage is Stage.QUEUED:
        open_released(database, now=now)
        counts = count_rows(database)
        assert counts.get("queued", 0) == sum(counts.values()) == people, f"{counts} for {people} people"
    tidy = "PRAGMA wal_checkpoint(TRUNCATE)" if database.is_sqlite else "ANALYZE"
    with database.engine.connect() as connection:
        if database.is_sqlite:
            assert connection.connection.dbapi_connection is not None
            connection.connection.dbapi_connection.cursor().execute(tidy)
        else:
            connection.execute(sa.text(tidy))
            connection.commit()
    database.dispose()


def _write_through(path: Path) -> None:
    """Have the copy on disk before anything is measured on it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

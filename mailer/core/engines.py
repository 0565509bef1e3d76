"""How connections to the database are opened and looked after."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

CONNECTIONS = 8
"""Kept open by one process at most, as many as a web server has threads; ten more may come and go."""

PAGES_BEFORE_A_CHECKPOINT = 4_000
"""16 MB: only a checkpoint waits for the disk, and with SQLite's own 1,000 it does so every hundred sign-ups."""

BUSY_MILLISECONDS = 15_000
"""How long a writer waits for SQLite's one write lock before it gives up."""


def open_engine(url: sa.URL) -> sa.Engine:
    """Parameters are hidden: an error's text goes to the log, and addresses must not."""
    if url.get_backend_name() != "sqlite":
        engine = sa.create_engine(
            url,
            hide_parameters=True,
            pool_size=CONNECTIONS,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 5},
        )
        event.listen(engine, "handle_error", _say_no_values)
        return engine
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        pool_size=CONNECTIONS,
        connect_args={"timeout": BUSY_MILLISECONDS / 1000},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _say_no_values(context: sa.engine.ExceptionContext) -> None:
    """PostgreSQL explains below the first line of an error, and quotes the row: with whose address it is."""
    for problem in (context.original_exception, context.sqlalchemy_exception):
        if problem is not None and problem.args:
            first, *others = problem.args
            problem.args = ((str(first).splitlines() or [""])[0], *others)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, so that SAVEPOINT and DDL roll back too
    for pragma in (
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"wal_autocheckpoint={PAGES_BEFORE_A_CHECKPOINT}",
        f"busy_timeout={BUSY_MILLISECONDS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    begin = "BEGIN " + connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(begin)

"""Whether anything was written since one last looked, for nearly nothing."""

from __future__ import annotations

import os
import sqlite3
import threading
from urllib.parse import quote

import sqlalchemy as sa

from mailer.core.db import Database, away


class Watch:
    """Looks at a database as a whole: it says that something changed, not what."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._looking: sqlite3.Connection | None = None
        self._opened_by = 0

    def state(self) -> str:
        """A word that is another one after each commit, by whichever process. Raises DatabaseAway."""
        try:
            return self._version_of_file() if self._database.is_sqlite else self._snapshot()
        except (sqlite3.Error, sa.exc.DBAPIError) as problem:
            raise away(problem) from problem

    def close(self) -> None:
        with self._lock:
            if self._looking is not None:
                self._looking.close()
                self._looking = None

    def _version_of_file(self) -> str:
        """It counts what others commit, so it is asked on a connection that never writes.

        Source: https://www.sqlite.org/pragma.html#pragma_data_version
        """
        with self._lock:
            if self._looking is None or self._opened_by != os.getpid():  # no connection outlives a fork
                file = f"file:{quote(str(self._database.url.database))}?mode=rw"
                self._looking = sqlite3.connect(file, uri=True, check_same_thread=False)
                self._opened_by = os.getpid()
            (version,) = self._looking.execute("PRAGMA data_version").fetchone()
            return str(version)

    def _snapshot(self) -> str:
        """Two equal snapshots see the same rows (https://www.postgresql.org/docs/current/functions-info.html)."""
        options = {"isolation_level": "AUTOCOMMIT"}
        with self._database.engine.connect().execution_options(**options) as connection:
            return str(connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar_one())

"""Locks that end with the process that holds them: who leads, and which workers are alive.

SQLite: a locked file beside the database; the kernel frees it when the process dies.
PostgreSQL: a session's advisory lock; the server frees it when the connection ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from mailer.core.db import Database, DatabaseAway

_KEEPALIVE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15000,
    "application_name": "zeitnah-lease",
}

"""Ours: that the server is gone."""

_NOTICED_WITHIN_25_SECONDS = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""The server's: that a machine lost its power or its network. By itself it would hold the lease for two hours."""


class Lease(Protocol):
    """A name that one process in the house can hold at a time."""

    def acquire(self) -> bool:
        """Take it if it is free; True also when it is ours already and still counts.

        Raises DatabaseAway.
        """

    def release(self) -> None:
        """Give it back. Twice is the same as once."""


def lease(database: Database, name: str) -> Lease:
    if database.is_sqlite:
        return _FileLease(_lock_file(database, name))
    return _AdvisoryLease(database.url, name)


def is_free(database: Database, name: str) -> bool:
    """Whether nobody holds the name: its holder is gone.

    Raises DatabaseAway.
    """
    probe = lease(database, name)
    if not probe.acquire():
        return False
    probe.release()
    return True


class _FileLease:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as problem:  # the database's folder is missing, or we may not write there
            raise DatabaseAway(cause=problem.strerror) from problem
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        if not self._is_at_its_path(descriptor):  # its last holder has just taken the file away
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def _is_at_its_path(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        if self._descriptor is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None


class _AdvisoryLease:
    def __init__(self, url: sa.URL, name: str) -> None:
        self._engine = sa.create_engine(
            url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT", connect_args=dict(_KEEPALIVE)
        )
        self._key = int.from_bytes(hashlib.sha256(f"zeitnah:{name}".encode()).digest()[:8], signed=True)
        self._connection: sa.Connection | None = None

    def acquire(self) -> bool:
        if self._connection is not None:
            if self._is_alive():
                return True
            self.release()
        try:
            connection = self._engine.connect()
            for setting, value in _NOTICED_WITHIN_25_SECONDS.items():
                connection.execute(sa.select(sa.func.set_config(setting, value, False)))
            if connection.scalar(sa.select(sa.func.pg_try_advisory_lock(self._key))):
                self._connection = connection
                return True
            connection.close()
        except sa.exc.DBAPIError as problem:
            raise DatabaseAway(cause=str(problem.orig).splitlines()[0][:200]) from problem
        return False

    def release(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sa.exc.DBAPIError):
                self._connection.close()
            self._connection = None

    def _is_alive(self) -> bool:
        try:
            return self._connection is not None and self._connection.scalar(sa.text("SELECT 1")) == 1
        except sa.exc.DBAPIError:
            return False


def _lock_file(database: Database, name: str) -> Path:
    kept_beside = Path(database.url.database or "mailer.db").resolve()
    return kept_beside.with_name(f"{kept_beside.name}.{name}.lock")

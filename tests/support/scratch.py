"""A PostgreSQL database for a while."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from tests.support.lacking import lacking

LOCAL_SERVERS = ("postgresql+psycopg:///postgres", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@contextmanager
def scratch_postgresql() -> Iterator[str]:
    """The URL of an empty database on the server of TEST_DATABASE_URL, or on a local one; it is dropped afterwards."""
    server = _server()
    if server is None:
        lacking("no PostgreSQL server answers; set TEST_DATABASE_URL")
    name = f"zeitnah_test_{secrets.token_hex(4)}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        connection.execute(sa.text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    try:
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


def _server() -> str | None:
    given = os.environ.get("TEST_DATABASE_URL")
    for server in [given] if given else LOCAL_SERVERS:
        url = server.replace("postgresql://", "postgresql+psycopg://", 1)
        try:
            with sa.create_engine(url, poolclass=sa.NullPool, connect_args={"connect_timeout": 3}).connect():
                return url
        except sa.exc.OperationalError:
            continue
    return None

"""Runs migrations from code: the engine comes in, no alembic.ini."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Literal

from alembic import context
from sqlalchemy import Enum

import mailer
from mailer.core.db import Base, Instant

for models in sorted(Path(mailer.__path__[0]).glob("*/models.py")):
    importlib.import_module(f"mailer.{models.parent.name}.models")

engine = context.config.attributes["engine"]


def _plainly(kind: str, column_type: object, _context: object) -> str | Literal[False]:
    """A migration is history: it names the database's types, not classes of ours that may change."""
    if kind == "type" and isinstance(column_type, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(column_type, Enum):
        return f"sa.String(length={column_type.length})"
    return False


def run() -> None:
    """Migrate in one transaction.

    SQLite: a batch migration drops and rebuilds tables, and with foreign keys on that
    empties their children; so they are off meanwhile and checked before the commit.
    """
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=sqlite,
            transactional_ddl=True,
            compare_type=True,
            render_item=_plainly,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
                if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                    raise RuntimeError(f"this migration breaks foreign keys: {broken[:5]}")
        finally:
            if sqlite:
                connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")


run()

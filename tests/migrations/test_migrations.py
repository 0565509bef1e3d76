"""From the first migration with rows in every table up to the newest: nothing lost, nothing missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from mailer.core.db import Base, Database, DatabaseAway, newest_revision
from tests.support.scratch import scratch_postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of each kind that no migration has touched."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'fresh.db'}")
        yield made
        made.dispose()
        return
    with scratch_postgresql() as url:
        made = Database(url)
        yield made
        made.dispose()


def test_rows_of_the_first_migration_survive_all_that_follow(fresh: Database) -> None:
    fresh.upgrade("0001")
    tables = fill(fresh)

    fresh.upgrade()

    assert counts(fresh, tables) == dict.fromkeys(tables, 1)
    assert fresh.revision() == newest_revision()


def test_upgrade_twice_is_the_same_as_once(fresh: Database) -> None:
    fresh.upgrade()

    fresh.upgrade()

    assert fresh.revision() == newest_revision()


def test_models_and_migrations_say_the_same(fresh: Database) -> None:
    fresh.upgrade()

    with fresh.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_a_migration_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'half.db'}")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE told (already INTEGER)")

    with pytest.raises(DatabaseAway):
        database.upgrade()

    with database.engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["told"]


def fill(database: Database) -> list[str]:
    """One row in every table there is, parents first; the tables' names."""
    metadata = sa.MetaData()
    with database.engine.begin() as connection:
        metadata.reflect(connection)
        names = [table.name for table in metadata.sorted_tables if table.name != "alembic_version"]
        for name in names:
            table = metadata.tables[name]
            connection.execute(table.insert().values({c.name: a_value(c) for c in table.columns}))
    return names


def a_value(column: sa.Column[Any]) -> Any:
    """Something a column takes; foreign keys point at the one row there is."""
    if column.foreign_keys or (column.primary_key and isinstance(column.type, sa.Integer)):
        return 1 if isinstance(column.type, sa.Integer) else f"{next(iter(column.foreign_keys)).column.name}"
    if isinstance(column.type, sa.DateTime):
        return sa.func.current_timestamp()
    if isinstance(column.type, sa.Date):
        return sa.func.current_date()
    if isinstance(column.type, sa.Boolean):
        return False
    if isinstance(column.type, (sa.Integer, sa.Numeric)):
        return 0
    return {} if isinstance(column.type, sa.JSON) else "word"


def counts(database: Database, tables: list[str]) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {name: connection.scalar(sa.text(f'SELECT count(*) FROM "{name}"')) or 0 for name in tables}

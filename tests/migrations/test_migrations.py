"""From the first migration to the newest, with rows in every table, on each kind of database."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import mailer
from mailer.core.db import MIGRATIONS, Base, Database, DatabaseAway, newest_revision
from tests.support.scratch import scratch_postgresql

for models in sorted(Path(mailer.__path__[0]).glob("*/models.py")):
    importlib.import_module(f"mailer.{models.parent.name}.models")

MADE = datetime(2023, 1, 2, 11, 0, tzinfo=UTC)

WORDS: dict[tuple[str, str], object] = {
    ("series", "timezone"): "Europe/Berlin",
    ("series", "languages"): ["de", "en"],
    ("event", "format"): "online",
    ("event", "state"): "fixed",
    ("material", "kind"): "recording",
    ("framework_condition", "level"): "municipality",
    ("reminder_rule", "kind"): "reminder",
    ("reminder_rule", "anchor"): "before",
    ("reminder_rule", "audience"): "subscribers",
    ("subscription", "state"): "active",
    ("subscription", "owed"): "welcome",
    ("consent", "step"): "asked",
    ("suppression", "reason"): "blocked",
    ("mailing", "kind"): "reminder",
    ("mailing", "state"): "done",
    ("mailing", "origin"): "rule",
    ("delivery", "state"): "sent",
    ("organiser", "role"): "owner",
}
"""What a column held at the first migration where not any text will do."""


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


def test_rows_of_the_first_migration_are_there_and_readable_after_the_newest(fresh: Database) -> None:
    fresh.upgrade("0001")
    before = fill(fresh)

    fresh.upgrade()

    with fresh.reading() as session:
        read = {kind.__tablename__: len(session.scalars(sa.select(kind)).all()) for kind in mapped()}
    assert fresh.revision() == newest_revision()
    assert {name: count for name, count in read.items() if name in before} == before
    assert counts(fresh) == read


def test_upgrading_twice_is_the_same_as_once(fresh: Database) -> None:
    fresh.upgrade()
    fill(fresh)
    before = counts(fresh)

    fresh.upgrade()

    assert (fresh.revision(), counts(fresh)) == (newest_revision(), before)


def test_models_are_what_the_migrations_made(fresh: Database) -> None:
    fresh.upgrade()

    with fresh.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_migration_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'half.db'}")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE told (already INTEGER)")

    with pytest.raises(DatabaseAway):
        database.upgrade()

    with database.engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["told"]
    database.dispose()


def test_migrations_are_one_numbered_row() -> None:
    names = sorted(path.stem for path in (MIGRATIONS / "versions").glob("*.py"))

    numbers = [name.split("_", 1)[0] for name in names]

    assert numbers == [f"{number:04}" for number in range(1, len(names) + 1)]


def test_references_are_still_watched_after_migrating(fresh: Database) -> None:
    """SQLite's checks are off while a migration rebuilds tables; a connection of that time must not stay so."""
    fresh.upgrade()

    with fresh.engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text("INSERT INTO told (occasion_id, subscription_id) VALUES (7, 7)"))


def a_row(table: sa.Table) -> dict[str, Any]:
    """One row with something in every column; it refers to the one row of each other table."""
    return {column.name: a_value(table, column) for column in table.columns}


def a_value(table: sa.Table, column: sa.Column[Any]) -> object:
    word = WORDS.get((table.name, column.name))
    if word is not None:
        return word
    if column.foreign_keys:
        (referred,) = (key.column for key in column.foreign_keys)
        return a_value(referred.table, referred)
    return next(value for kind, value in OF_TYPE if isinstance(column.type, kind))


OF_TYPE: list[tuple[type[Any] | tuple[type[Any], ...], object]] = [
    (sa.Boolean, False),
    (sa.Integer, 1),
    (sa.Float, 1.0),
    (sa.DateTime, MADE),
    (sa.Date, date(2023, 1, 2)),
    (sa.JSON, {"de": "Wandel"}),
    (sa.LargeBinary, b"email"),
    (sa.String, "de"),
]


def fill(database: Database) -> dict[str, int]:
    """Write one row into every table that is there; how many rows each holds."""
    found = sa.MetaData()
    with database.engine.begin() as connection:
        found.reflect(connection, resolve_fks=True)
        tables = [table for table in found.sorted_tables if table.name != "alembic_version"]
        for table in tables:
            connection.execute(table.insert().values(a_row(table)))
    return {table.name: 1 for table in tables}


def counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def mapped() -> Iterator[type[Base]]:
    yield from (mapper.class_ for mapper in Base.registry.mappers)

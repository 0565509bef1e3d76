"""Opening a mailing, against one bare statement that writes the same rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from benchmarks.figures import Figure, Goal, alternate, middle, ratios, tell
from benchmarks.houses import Backend, House, Stage, count_rows
from benchmarks.populating import open_released
from benchmarks.runs import Bench
from benchmarks.scale import Lacking
from mailer.core.clock import utcnow
from mailer.core.db import Database

OF_EACH_PERSON = {
    "key": "'m1:p' || CAST(person.id AS VARCHAR(20))",
    "subscription_id": "subscription.id",
    "address": "person.address",
    "language": "person.language",
}
"""The columns of a ledger row that differ from person to person; all others have the mailing's value."""


def measure(bench: Bench) -> Iterator[Figure]:
    for backend in Backend:
        try:
            yield _figure(bench, backend)
        except Lacking as lacking:
            tell(f"opening on {backend}: {lacking}")


def _figure(bench: Bench, backend: Backend) -> Figure:
    people = bench.scale.many
    ours, bare = alternate(
        bench.scale.pairs,
        f"opening on {backend} (rows a second)",
        lambda: _rows_a_second(bench, backend, bare=False),
        lambda: _rows_a_second(bench, backend, bare=True),
    )
    return Figure(
        row="opening",
        work=f"opening a mailing for {people:,} recipients on {backend}: every row written, "
        "and noted who was told",
        reference="one bare INSERT … SELECT of the same rows into the same table",
        unit="×",
        value=ratios(ours, bare),
        goal=Goal(0.5, 0.8),
        detail=f"{middle(ours)} against {middle(bare)} rows a second",
    )


def _rows_a_second(bench: Bench, backend: Backend, *, bare: bool) -> float:
    people = bench.scale.many
    sample = _sample_row(bench, backend) if bare else {}
    with bench.stock.house(backend, people, Stage.RELEASED) as house, house.database() as database:
        table = _ledger(database)  # the connection is made before the clock runs
        started = time.perf_counter()
        if bare:
            _write_bare(database, table, sample)
        else:
            open_released(database, now=utcnow())
        seconds = time.perf_counter() - started
        assert count_rows(database) == {"queued": people}
    return people / seconds


def _sample_row(bench: Bench, backend: Backend) -> dict[str, Any]:
    """What a row of this mailing holds; the same in all rows but for OF_EACH_PERSON."""
    with bench.stock.house(backend, 1, Stage.QUEUED) as house:
        return _first_row(house)


def _first_row(house: House) -> dict[str, Any]:
    with house.database() as database, database.reading() as session:
        return dict(session.execute(sa.select(_ledger(database))).mappings().one())


def _ledger(database: Database) -> sa.Table:
    return sa.Table("delivery", sa.MetaData(), autoload_with=database.engine)


def _write_bare(database: Database, table: sa.Table, sample: dict[str, Any]) -> None:
    """One statement, one transaction."""
    values = {
        column.name: sa.literal_column(OF_EACH_PERSON[column.name])
        if column.name in OF_EACH_PERSON
        else sa.literal(sample[column.name], column.type)
        for column in table.columns
        if column.name != "id"
    }
    source = sa.text("subscription JOIN person ON person.id = subscription.person_id")
    with database.transaction() as session:
        chosen = sa.select(*values.values()).select_from(source)
        session.execute(sa.insert(table).from_select(list(values), chosen))

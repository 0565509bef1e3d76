"""The same on SQLite, against the program anybody would write with Flask-Mail."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, Goal, alternate, middle, ratios
from benchmarks.houses import Backend
from benchmarks.runs import Bench

CONNECTIONS = 16


def measure(bench: Bench) -> Iterator[Figure]:
    mails, few = bench.scale.mails, bench.scale.loop_mails
    ours, reference = alternate(
        bench.scale.pairs,
        "flask-mail",
        lambda: bench.worker_into_sink(Backend.SQLITE, mails=mails, connections=CONNECTIONS),
        lambda: bench.plain_loop_into_sink(mails=few),
    )
    yield Figure(
        row="flask-mail",
        work=f"{mails:,} different reminders, SQLite, {CONNECTIONS} connections, into smtp-sink",
        reference=f"a plain Flask-Mail loop over one connection, .ics built once, {few:,} letters",
        unit="×",
        value=ratios(ours, reference),
        goal=Goal(40, 55),
        detail=f"{middle(ours)} against {middle(reference)} letters a second",
    )

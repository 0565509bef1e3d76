"""The same on PostgreSQL, every commit waiting for the disk."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, Goal, alternate, middle, ratios
from benchmarks.houses import Backend
from benchmarks.runs import SESSIONS, Bench

CONNECTIONS = 32


def measure(bench: Bench) -> Iterator[Figure]:
    mails = bench.scale.mails
    ours, reference = alternate(
        bench.scale.pairs,
        "postgresql",
        lambda: bench.worker_into_sink(Backend.POSTGRESQL, mails=mails, connections=CONNECTIONS),
        lambda: bench.smtp_source_into_sink(mails=mails),
    )
    yield Figure(
        row="postgresql",
        work=f"{mails:,} different reminders, PostgreSQL with synchronous_commit=on, "
        f"{CONNECTIONS} connections, into smtp-sink",
        reference=f"smtp-source -s {SESSIONS} -d -F, the same size, the same sink",
        unit="×",
        value=ratios(ours, reference),
        goal=Goal(0.8, 1.1),
        detail=f"{middle(ours)} against {middle(reference)} letters a second",
    )

"""Different reminders from queued rows to recorded rows on SQLite, against smtp-source."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, Goal, alternate, middle, ratios
from benchmarks.houses import Backend
from benchmarks.runs import SESSIONS, Bench

CONNECTIONS = 16


def measure(bench: Bench) -> Iterator[Figure]:
    mails = bench.scale.mails
    ours, reference = alternate(
        bench.scale.pairs,
        "sqlite",
        lambda: bench.worker_into_sink(Backend.SQLITE, mails=mails, connections=CONNECTIONS),
        lambda: bench.smtp_source_into_sink(mails=mails),
    )
    yield Figure(
        row="sqlite",
        work=f"{mails:,} different reminders of {bench.sample.size / 1000:.0f} kB, queued row to recorded row, "
        f"SQLite, {CONNECTIONS} connections, into smtp-sink",
        reference=f"smtp-source -s {SESSIONS} -d -F, the same size, the same sink",
        unit="×",
        value=ratios(ours, reference),
        goal=Goal(1.0, 1.4),
        detail=f"{middle(ours)} against {middle(reference)} letters a second",
    )

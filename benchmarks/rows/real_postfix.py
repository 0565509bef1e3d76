"""A real Postfix that writes every letter to its disk before it says yes."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, Goal, alternate, middle, ratios
from benchmarks.postfixes import postfix
from benchmarks.runs import Bench

CONNECTIONS = 16
"""For both: how many letters Postfix writes at once decides how fast it is."""


def measure(bench: Bench) -> Iterator[Figure]:
    mails = bench.scale.postfix_mails
    with postfix(bench.directory) as relay:
        ours, reference = alternate(
            bench.scale.pairs,
            "postfix",
            lambda: bench.worker_into_postfix(relay, mails=mails, connections=CONNECTIONS),
            lambda: bench.smtp_source_into_postfix(relay, mails=mails, sessions=CONNECTIONS),
        )
    yield Figure(
        row="postfix",
        work=f"{mails:,} different reminders into a real Postfix on loopback, its queue on disk, "
        f"SQLite, {CONNECTIONS} connections",
        reference=f"smtp-source -s {CONNECTIONS} -d -F into the same Postfix",
        unit="×",
        value=ratios(ours, reference),
        goal=Goal(0.9, 1.0),
        detail=f"{middle(ours)} against {middle(reference)} letters a second",
    )

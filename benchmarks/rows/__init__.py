"""The rows of the table, one file each."""

from collections.abc import Callable, Iterable, Mapping

from benchmarks.figures import Figure
from benchmarks.rows import (
    distant_relay,
    first_letter,
    flask_mail_loop,
    opening,
    peak_memory,
    postgresql_into_sink,
    processor_time,
    public_pages,
    real_postfix,
    sign_ups,
    sqlite_into_sink,
    two_workers,
)
from benchmarks.runs import Bench

Row = Callable[[Bench], Iterable[Figure]]

ROWS: Mapping[str, Row] = {
    "sqlite": sqlite_into_sink.measure,
    "postgresql": postgresql_into_sink.measure,
    "flask-mail": flask_mail_loop.measure,
    "distant-relay": distant_relay.measure,
    "postfix": real_postfix.measure,
    "cpu": processor_time.measure,
    "memory": peak_memory.measure,
    "opening": opening.measure,
    "first-letter": first_letter.measure,
    "two-workers": two_workers.measure,
    "sign-up": sign_ups.measure,
    "series-page": public_pages.measure_reading,
    "sign-up-sqlite": public_pages.measure_signing_up,
    "sign-up-postgresql": public_pages.measure_signing_up_on_postgresql,
}
"""In the order of the table."""

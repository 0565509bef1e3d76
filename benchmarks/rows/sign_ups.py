"""Whether people can sign up while a mailing takes all the worker has."""

from __future__ import annotations

import http.client
import statistics
import time
import urllib.parse
from collections.abc import Iterator

import sqlalchemy as sa

from benchmarks.crowds import web_server
from benchmarks.figures import Figure, Goal, Spread, alternate, middle
from benchmarks.houses import Backend, House, Stage
from benchmarks.processes import wait_for
from benchmarks.relays import proxied, sink
from benchmarks.runs import Bench
from benchmarks.workers import release, running_workers

CONNECTIONS = 16
SERIES = "wandel-machen-vor-ort"
MILLISECONDS = 1000
PATIENCE = 60.0
LOOK_EVERY = 20
"""Forms between two looks whether the mailing still runs."""


def measure(bench: Bench) -> Iterator[Figure]:
    forms = bench.scale.sign_ups
    busy, quiet = alternate(
        bench.scale.pairs,
        "sign-up (ms, 99th percentile)",
        lambda: _slowest(bench, mailing=True),
        lambda: _slowest(bench, mailing=False),
    )
    yield Figure(
        row="sign-up",
        work=f"sign-up POST while a mailing runs at full speed, SQLite, 99th percentile of {forms:,}",
        reference="the same with no mailing",
        unit="ms more",
        value=Spread.of([a - b for a, b in zip(busy, quiet, strict=True)]),
        goal=Goal(100, 30, smaller_is_better=True),
        detail=f"{middle(busy)} ms against {middle(quiet)} ms",
    )


def _slowest(bench: Bench, *, mailing: bool) -> float:
    """The 99th percentile of a browser's wait, in milliseconds. A worker runs in both cases."""
    with (
        bench.stock.house(Backend.SQLITE, bench.scale.many, Stage.PEOPLE) as house,
        sink(bench.directory) as into,
        proxied(into.port, bench.directory, one_way=0) as proxy,
    ):
        with (
            running_workers(house, 1, bench.directory, port=proxy.port, connections=CONNECTIONS),
            web_server(house, bench.directory) as port,
        ):
            _sign_up(port, "first@example.net")  # the first answer compiles templates
            wait_for("the first letter", lambda: proxy.first_mail() is not None, patience=PATIENCE)
            if mailing:
                release(house)
                wait_for("the mailing", lambda: _runs(house), patience=bench.scale.patience)
            waits = _closed_loop(port, bench.scale.sign_ups, house=house, mailing=mailing)
        counts = house.counts()
        assert counts.get("sent", 0) == into.received(), f"{counts}, but the sink counted {into.received()}"
        _check(house, len(waits) + 1)
    return statistics.quantiles(waits, n=100, method="inclusive")[98] * MILLISECONDS


def _closed_loop(port: int, forms: int, *, house: House, mailing: bool) -> list[float]:
    """One form after the other, each for another address; it ends when the mailing ends."""
    waits: list[float] = []
    for number in range(forms):
        if mailing and number % LOOK_EVERY == 0 and not _runs(house):
            break
        started = time.perf_counter()
        _sign_up(port, f"newcomer{number}@example.net")
        waits.append(time.perf_counter() - started)
    assert len(waits) > forms / 2, (
        f"the mailing was over after {len(waits)} forms: give it more recipients with --many"
    )
    return waits


def _sign_up(port: int, address: str) -> None:
    form = urllib.parse.urlencode({"email": address, "name": "Neu Hier", "consent": "1", "language": "de"})
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        head = {"Content-Type": "application/x-www-form-urlencoded"}
        browser.request("POST", f"/{SERIES}/subscribe", form, head)
        answer = browser.getresponse()
        answer.read()
        assert answer.status == 200, f"sign-up was answered with {answer.status}"
    finally:
        browser.close()


def _runs(house: House) -> bool:
    """Whether letters of a mailing are waiting."""
    waiting = (
        "SELECT 1 FROM delivery WHERE mailing_id IS NOT NULL AND state IN ('queued', 'deferred') LIMIT 1"
    )
    with house.database() as database, database.reading() as session:
        return session.scalar(sa.text(waiting)) is not None


def _check(house: House, forms: int) -> None:
    """Every form became a subscription that waits for its confirmation."""
    with house.database() as database, database.reading() as session:
        asked = session.scalar(sa.text("SELECT count(*) FROM subscription WHERE state = 'pending'"))
    assert asked == forms, f"{asked} of {forms} forms were kept"

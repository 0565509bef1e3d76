"""What the public pages bear: reading the series and signing up, each against an empty page of the same server."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Iterator, Sequence

import sqlalchemy as sa

from benchmarks.crowds import BROWSERS, Pace, ask, get, post, web_server
from benchmarks.figures import Figure, Goal, alternate, middle, ratios
from benchmarks.houses import Backend, House, Stage
from benchmarks.runs import Bench

SERIES = "/wandel-machen-vor-ort"
EMPTY = "/healthz"


def measure_reading(bench: Bench) -> Iterator[Figure]:
    with bench.stock.house(Backend.SQLITE, bench.scale.few, Stage.PEOPLE) as house:
        yield _figure(
            bench,
            house,
            row="series-page",
            work="the public page of the series, SQLite",
            goal=Goal(0.5, 0.8),
            ours=lambda port: ask(port, [get(SERIES)] * bench.scale.page_views),
        )


def measure_signing_up(bench: Bench) -> Iterator[Figure]:
    yield _signing_up(bench, Backend.SQLITE, Goal(0.2, 0.4))


def measure_signing_up_on_postgresql(bench: Bench) -> Iterator[Figure]:
    """Each statement of the transaction goes to another process, so less is asked of it."""
    yield _signing_up(bench, Backend.POSTGRESQL, Goal(0.12, 0.3))


def _signing_up(bench: Bench, backend: Backend, goal: Goal) -> Figure:
    with bench.stock.house(backend, bench.scale.few, Stage.PEOPLE) as house:
        sent: list[int] = []
        return _figure(
            bench,
            house,
            row=f"sign-up-{backend.name.lower()}",
            work=f"sign-up POST, {backend.value}",
            goal=goal,
            ours=lambda port: _sign_up(bench, house, port, sent),
        )


def _figure(
    bench: Bench, house: House, *, row: str, work: str, goal: Goal, ours: Callable[[int], Pace]
) -> Figure:
    paces: list[Pace] = []

    def pace_of(wanted: Callable[[int], Pace], port: int) -> float:
        found = wanted(port)
        if wanted is ours:
            paces.append(found)
        return found.per_second

    with web_server(house, bench.directory) as port:
        reading, reference = alternate(
            bench.scale.pairs,
            f"{row} (answers a second)",
            lambda: pace_of(ours, port),
            lambda: pace_of(lambda at: ask(at, [get(EMPTY)] * bench.scale.page_views), port),
        )
    slowest = max(pace.slowest for pace in paces)
    return Figure(
        row=row,
        work=f"{work}, {BROWSERS} browsers at once",
        reference="an empty page of the same server",
        unit="×",
        value=ratios(reading, reference),
        goal=goal,
        detail=f"{middle(reading)} against {middle(reference)} a second; 99th percentile at most {slowest:.0f} ms",
    )


def _sign_up(bench: Bench, house: House, port: int, sent: list[int]) -> Pace:
    """Each form is for another address, and each must be in the database afterwards."""
    forms = _forms(first=sum(sent), count=bench.scale.page_views // 4)
    pace = ask(port, forms)
    sent.append(len(forms))
    with house.database() as database, database.reading() as session:
        asked = session.scalar(sa.text("SELECT count(*) FROM subscription WHERE state = 'pending'"))
    assert asked == sum(sent), f"{asked} of {sum(sent)} forms were kept"
    return pace


def _forms(*, first: int, count: int) -> Sequence[bytes]:
    facts = {"name": "Neu Hier", "consent": "1", "language": "de"}
    return [
        post(f"{SERIES}/subscribe", urllib.parse.urlencode({"email": f"new{number}@example.net", **facts}))
        for number in range(first, first + count)
    ]

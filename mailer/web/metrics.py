"""Figures for Prometheus: read from the ledger when they are asked for. Numbers only, nothing about anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import monotonic

from flask import Blueprint, Response, current_app, make_response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from mailer import delivery, jobs, series, subscriptions
from mailer.context import parts
from mailer.core.clock import utcnow
from mailer.core.errors import Unavailable

bp = Blueprint("metrics", __name__)

PEOPLE_COUNT_FOR = 60.0
"""Seconds for which the people of all lists are not counted again: that takes longer the more there are."""


@bp.get("/metrics")
def show() -> Response:
    """Everything there is to watch; 503 while the database is away, which is a figure too."""
    registry = CollectorRegistry(auto_describe=False)
    try:
        registry.register(_Known(list(_figures())))
    except Unavailable as problem:
        answer = make_response(f"# {problem.code}\n", 503)
    else:
        answer = make_response(generate_latest(registry))
    answer.headers["Content-Type"] = CONTENT_TYPE_LATEST
    return answer


class _Known(Collector):
    """What the library wants to collect from."""

    def __init__(self, figures: list[Metric]) -> None:
        self._figures = figures

    def collect(self) -> list[Metric]:
        return self._figures


def _figures() -> Iterator[Metric]:
    house = parts()
    with house.database.reading() as session:
        ledger = delivery.figures(session, clock=utcnow(), now=house.now())
        seen_at = jobs.last_seen(session)
    yield _by("deliveries", "Letters of all mailings that are kept, by state.", "state", ledger.deliveries)
    yield _one("single_letters_waiting", "Letters to one person each that wait.", ledger.single_letters)
    yield _one("longest_wait_seconds", "How long the longest due letter has waited.", ledger.longest_wait)
    yield _by("open_mailings", "Mailings that are not finished, by state.", "state", ledger.mailings)
    yield _one("letters_per_second", "Pace of all workers, lately.", ledger.rate)
    yield _one("relay_open", "Whether the relay takes mail from us: 1 or 0.", 0 if ledger.closed_by else 1)
    closed = {ledger.closed_by: 1} if ledger.closed_by else {}
    yield _by("relay_closed", "What keeps us out of the relay; absent while it is open.", "cause", closed)
    if seen_at is not None:
        age = max(0.0, (utcnow() - seen_at).total_seconds())
        yield _one(
            "worker_heartbeat_age_seconds", "Since a worker was last seen; absent before the first.", age
        )
    yield _by("subscribers", "Subscriptions of all series, by state.", "state", _people())


def _people() -> Mapping[str, int]:
    """By state; counted once a minute in each process."""
    known: tuple[float, Mapping[str, int]] | None = current_app.extensions.get("zeitnah-people")
    if known is not None and monotonic() - known[0] < PEOPLE_COUNT_FOR:
        return known[1]
    counts = {state.value: 0 for state in subscriptions.SubscriptionState}
    with parts().database.reading() as session:
        for one in series.list_series(session):
            for state, count in subscriptions.counts_by_state(session, one).items():
                counts[state.value] += count
    current_app.extensions["zeitnah-people"] = (monotonic(), counts)
    return counts


def _one(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"zeitnah_{name}", meaning, value=value)


def _by(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"zeitnah_{name}", meaning, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family

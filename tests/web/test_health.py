"""Alive, and able to serve."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from flask.testing import FlaskClient

from mailer.core.db import Database, newest_revision
from mailer.jobs import Heartbeat
from tests.web.visiting import GERMAN, Visit


def test_alive_without_asking_the_database(client: FlaskClient) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"ok\n", "text/plain")


def test_ready_tells_the_workers_age_and_does_not_mind_it(visit: Visit, client: FlaskClient) -> None:
    without = client.get("/readyz")
    with visit.transaction() as session:
        session.add(Heartbeat(worker="one", seen_at=visit.now - timedelta(seconds=90)))
    late = client.get("/readyz")

    assert (without.status_code, without.json) == (
        200,
        {"database": "ok", "migrations": "current", "worker_seen_seconds_ago": None},
    )
    assert (late.status_code, late.json) == (
        200,
        {"database": "ok", "migrations": "current", "worker_seen_seconds_ago": 90},
    )


def test_away_database_is_told_kindly_and_without_its_cause(visit: Visit, client: FlaskClient) -> None:
    away = Database("sqlite:////nowhere/at/all.db")
    visit.app.extensions["zeitnah"] = replace(visit.house, database=away)

    ready, page = client.get("/readyz"), client.get("/wandel-machen-vor-ort", headers=GERMAN)
    alive = client.get("/healthz")

    assert (ready.status_code, ready.json and ready.json["database"]) == (503, "away")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert "Wir können gerade nicht antworten" in page.text
    assert "unable to open" not in page.text
    assert alive.status_code == 200


def test_not_ready_while_migrations_are_missing(visit: Visit, client: FlaskClient) -> None:
    newest = newest_revision()
    with visit.transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))

    answer = client.get("/readyz")

    with visit.transaction() as session:
        session.execute(sa.text(f"UPDATE alembic_version SET version_num = '{newest}'"))
    assert (answer.status_code, answer.json and answer.json["migrations"]) == (
        503,
        f"at 0000, {newest} is needed",
    )

"""Whether the house is alive, and whether it can serve."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response

from mailer import jobs
from mailer.context import parts
from mailer.core.db import newest_revision
from mailer.core.errors import Unavailable

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    response = make_response("ok\n")
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response


@bp.get("/readyz")
def ready() -> Response:
    """Whether pages can be served: the database answers and is migrated.

    The worker's age in seconds is told and does not decide: without it pages work and mails wait.
    """
    house = parts()
    try:
        at = house.database.revision()
        current = at == newest_revision()
        seconds = _worker_seconds() if current else None
    except Unavailable:
        told = jsonify(database="away", migrations="unknown", worker_seen_seconds_ago=None)
        return make_response(told, 503)
    told = jsonify(
        database="ok",
        migrations="current" if current else f"at {at}, {newest_revision()} is needed",
        worker_seen_seconds_ago=seconds,
    )
    return make_response(told, 200 if current else 503)


def _worker_seconds() -> int | None:
    """How long ago a worker last turned; None when none ever did."""
    house = parts()
    with house.database.reading() as session:
        seen_at = jobs.last_seen(session)
    return None if seen_at is None else max(0, int((house.now() - seen_at).total_seconds()))

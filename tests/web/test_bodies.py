"""Bodies that do not say how long they are (HTTP/1.1's chunks): read as others, and refused where they go on."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.visiting import SERIES, Visit

ASK = f"/api/v1/series{SERIES}/subscriptions"
FORM = b"email=anna%40example.net&language=de&consent=yes&rest="
OBJECT = b'{"email": "anna@example.net", "consent": true}'


@pytest.fixture
def visit(sqlite_visit: Visit) -> Visit:
    return sqlite_visit


def send(client: FlaskClient, path: str, kind: str, body: bytes) -> TestResponse:
    return client.post(
        path,
        input_stream=io.BytesIO(body),
        content_type=kind,
        environ_overrides={"wsgi.input_terminated": True},
    )


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        (f"{SERIES}/subscribe", "application/x-www-form-urlencoded", FORM),
        (ASK, "application/json", OBJECT),
    ],
)
def test_body_without_a_length_counts_whole_or_not_at_all(
    visit: Visit, client: FlaskClient, path: str, kind: str, body: bytes
) -> None:
    """Werkzeug cuts it at the limit and says nothing: the first 64 KiB of a form were taken for all of it."""
    endless = send(client, path, kind, body + b" " * 70_000)
    unknown = visit.subscription()
    whole = send(client, path, kind, body + b" " * 10_000)

    assert (endless.status_code, unknown) == (413, None)
    assert whole.status_code in (200, 202)
    assert visit.subscription() is not None

"""Limits: against flooding mailboxes, and against flooding us."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mailer.core.db import Database
from mailer.web.models import RateHit
from tests.web.visiting import GERMAN, Visit, confirmed, open_house, press, sign_up


@pytest.fixture
def visit(database: Database, tmp_path: Path) -> Visit:
    return open_house(database, tmp_path, RATELIMIT_ENABLED="1")


def asked_for(visit: Visit) -> int:
    found = visit.subscription()
    return 0 if found is None else found.request


def test_one_mailbox_gets_at_most_five_confirmations_an_hour(visit: Visit, client: FlaskClient) -> None:
    answers = [sign_up(client, address) for address in ["anna@example.net", "ANNA@example.net"] * 4]

    assert asked_for(visit) == 5
    assert {(answer.status_code, answer.data) for answer in answers} == {(200, answers[0].data)}


def test_one_client_is_asked_to_wait(visit: Visit, client: FlaskClient) -> None:
    statuses = [sign_up(client, f"p{number}@example.net").status_code for number in range(31)]
    refused = sign_up(client, "late@example.net")

    assert statuses == [200] * 30 + [429]
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert "Einen Moment bitte" in refused.text
    assert client.get("/wandel-machen-vor-ort/subscribe").status_code == 200


def test_limits_count_over_all_processes(visit: Visit, database: Database, tmp_path: Path) -> None:
    sister = open_house(database, tmp_path, RATELIMIT_ENABLED="1", INSTANCE_DIR=str(tmp_path / "sister"))
    for number in range(30):
        sign_up((visit if number % 2 else sister).app.test_client(), f"p{number}@example.net")

    assert sign_up(visit.app.test_client(), "late@example.net").status_code == 429


def test_another_client_is_not_held_up(visit: Visit, client: FlaskClient) -> None:
    for number in range(31):
        sign_up(client, f"p{number}@example.net")

    form = {"email": "else@example.net", "consent": "1"}
    answer = client.post(
        "/wandel-machen-vor-ort/subscribe", data=form, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
    )

    assert answer.status_code == 200


def test_nobody_is_kept_from_leaving(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)
    url = visit.leave_url()

    assert {client.post(url).status_code for _ in range(40)} == {200}


def test_counters_hold_neither_address_nor_mailbox(visit: Visit, client: FlaskClient) -> None:
    sign_up(client)
    press(client, "/subscriptions/link", email="anna@example.net")

    with visit.transaction() as session:
        keys = session.scalars(select(RateHit.key)).all()
    assert [key for key in keys if "127.0.0.1" in key or "anna" in key] == []
    assert len(keys) == 4


def test_a_households_ipv6_addresses_are_one_client(visit: Visit, client: FlaskClient) -> None:
    for number in range(30):
        client.post(
            "/subscriptions/link",
            environ_overrides={"REMOTE_ADDR": f"2001:db8::{number:x}"},
            data={"csrf_token": "", "email": ""},
        )
    form = {"email": "anna@example.net", "consent": "1"}
    statuses = [
        client.post(
            "/wandel-machen-vor-ort/subscribe",
            data=form,
            headers=GERMAN,
            environ_overrides={"REMOTE_ADDR": f"2001:db8::{number:x}"},
        ).status_code
        for number in range(31)
    ]

    assert statuses[-1] == 429

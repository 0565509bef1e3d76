"""Figures for whoever watches over the house: true, cheap, and about nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event

from mailer import mailings
from mailer.core.clock import utcnow
from mailer.core.db import Database
from mailer.delivery.models import Route
from mailer.jobs import Heartbeat
from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.making import NOON
from tests.support.written import bring_in, crowd, dialogue, seat

DUE_IN_MAY = NOON.replace(month=5, day=24, hour=7)
STATES = ("queued", "sending", "sent", "deferred", "failed", "skipped")


def figures(client: FlaskClient) -> dict[str, float]:
    """Every figure by its name and label, such as ``deliveries sent``."""
    answer = client.get("/metrics")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    return {
        " ".join([sample.name.removeprefix("zeitnah_"), *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_an_empty_house_has_figures_too(house: House) -> None:
    found = figures(house.app.test_client())

    assert {state: found[f"deliveries {state}"] for state in STATES} == dict.fromkeys(STATES, 0)
    assert (found["relay_open"], found["longest_wait_seconds"], found["letters_per_second"]) == (1, 0, 0)
    assert "worker_heartbeat_age_seconds" not in found


def test_figures_follow_a_mailing_through_a_relay_that_is_away_and_comes_back(
    house: House, mailbox: Mailbox
) -> None:
    seat(house, bring_in(house, dialogue()), *crowd(5))
    mailbox.refuses["person-001@example.net"] = "550 5.1.1 unknown"
    mailbox.refuses["person-002@example.net"] = "450 4.2.0 later"
    mailbox.close()
    house.tick(DUE_IN_MAY)
    house.now = DUE_IN_MAY + timedelta(minutes=2)
    away = figures(house.app.test_client())
    mailbox.open()
    house.tick()
    with house.transaction() as session:
        mailings.pause(session, house.mailings()[-1].id)
    house.app.extensions.pop("zeitnah-people")
    back = figures(house.app.test_client())

    assert (away["deliveries queued"], away["open_mailings sending"], away["longest_wait_seconds"]) == (
        5,
        1,
        120,
    )
    assert (away["relay_open"], away["relay_closed relay_unreachable"]) == (0, 1)
    assert away["subscribers active"] == 5
    assert {state: back[f"deliveries {state}"] for state in STATES} == {
        "queued": 0, "sending": 0, "sent": 3, "deferred": 1, "failed": 1, "skipped": 0
    }  # fmt: skip
    assert (back["relay_open"], "relay_closed relay_unreachable" in back) == (1, False)
    assert (back["open_mailings sending"], back["open_mailings paused"]) == (0, 1)
    assert (back["subscribers active"], back["subscribers bounced"]) == (4, 1)


def test_letters_to_one_person_and_the_workers_age_are_told(house: House, mailbox: Mailbox) -> None:
    mailbox.close()
    with house.transaction() as session:
        session.add(Heartbeat(worker="one", seen_at=utcnow() - timedelta(seconds=90)))
        session.add(Route(name="relay", failures=1, code="relay_refuses_login", blocked_until=None))
    bring_in(house, dialogue())
    house.flask("mailings", "send", "wandel", "boden", "--kind", "info", "--to", "olga@example.org")

    found = figures(house.app.test_client())

    assert found["single_letters_waiting"] == 1
    assert 90 <= found["worker_heartbeat_age_seconds"] < 150
    assert found["relay_closed relay_refuses_login"] == 1


def test_nothing_in_it_is_about_anybody(house: House) -> None:
    seat(house, bring_in(house, dialogue()), *crowd(2), name="Anna Beispiel")
    house.tick(DUE_IN_MAY)

    told = house.app.test_client().get("/metrics").text

    assert [word for word in ("@", "Anna", "wandel", "boden", "Netzwerk") if word in told] == []


def test_it_costs_as_many_questions_with_a_hundred_rows_as_with_three(house: House, mailbox: Mailbox) -> None:
    mailbox.close()
    series = bring_in(house, dialogue())
    seat(house, series, *crowd(3))
    house.tick(DUE_IN_MAY)
    few = questions(house)
    with house.transaction() as session:
        mailings.pause(session, house.mailings()[-1].id)
    seat(house, series, *crowd(100)[3:])
    house.flask("mailings", "send", "wandel", "boden", "--kind", "info", "--yes")
    house.tick()

    assert questions(house) <= few + 4  # one more mailing is open, whatever its size


def test_a_database_that_is_away_is_503(house: House) -> None:
    away = Database("sqlite:////nowhere/at/all.db")
    house.app.extensions["zeitnah"] = replace(house.parts, database=away)

    answer = house.app.test_client().get("/metrics")

    assert (answer.status_code, answer.text) == (503, "# database_away\n")


def questions(house: House) -> int:
    """How many statements one look costs, the people counted anew."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    house.app.extensions.pop("zeitnah-people", None)
    event.listen(house.database.engine, "before_cursor_execute", note)
    try:
        figures(house.app.test_client())
    finally:
        event.remove(house.database.engine, "before_cursor_execute", note)
    return len(asked)

"""flask doctor"""

from __future__ import annotations

import json
from datetime import timedelta

from mailer import jobs
from mailer.core.clock import utcnow
from mailer.jobs import Heartbeat
from tests.support.house import House
from tests.support.mailbox import Mailbox


def told(house: House) -> tuple[int, dict[str, str]]:
    ended = house.flask("doctor", "--json")
    document = json.loads(ended.stdout)
    assert document["ok"] is (ended.exit_code == 0)
    return ended.exit_code, {one["code"]: one["level"] for one in document["findings"]}


def test_house_with_everything_is_fine(house: House) -> None:
    jobs.beat(house.database, "worker-1")

    status, found = told(house)

    assert status == 0
    assert found["https"] == found["at_work"] == found["lets_us_in"] == "good"


def test_worker_that_is_silent_must_be_mended(house: House) -> None:
    with house.transaction() as session:
        session.add(Heartbeat(worker="worker-1", seen_at=utcnow() - timedelta(minutes=3)))

    status, found = told(house)

    assert (status, found["silent"]) == (5, "mend")


def test_relay_that_is_away_must_be_mended_and_says_what_to_do(house: House, mailbox: Mailbox) -> None:
    jobs.beat(house.database, "worker-1")
    mailbox.close()

    ended = house.flask("doctor")

    assert ended.exit_code == 5
    assert "cannot be reached" in ended.stdout
    assert "→" in ended.stdout


def test_database_that_was_never_migrated_is_one_finding_and_no_traceback(house: House) -> None:
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")

    status, found = told(house)

    assert (status, found["not_migrated"]) == (5, "mend")
    assert "at_work" not in found

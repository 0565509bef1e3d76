"""How far a mailing is: the counts that were added up are those of the rows."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from mailer import delivery, mailings, privacy
from mailer.core.clock import utcnow
from mailer.core.db import Database
from mailer.core.types import EmailAddress
from mailer.delivery import Answer
from mailer.delivery.models import Progress
from tests.support.mailing import a_sender, address, an_open_mailing, states
from tests.support.making import NOON
from tests.support.relay import Visit, a_relay, transport_to


def refusing_some(command: str, visit: Visit) -> str | None:
    if command == "rcpt" and visit.recipient in (address(1), address(2)):
        return "550 5.1.1 unknown"
    return "450 4.2.2 full" if command == "rcpt" and visit.recipient == address(3) else None


def counts(database: Database, mailing_id: int) -> dict[str, int]:
    with database.reading() as session:
        found = delivery.counts_by_state(session, mailings.get_mailing(session, mailing_id))
        return {state: count for state, count in found.items() if count}


def test_counts_follow_the_rows_through_everything_that_happens_to_them(database: Database) -> None:
    mailing_id = an_open_mailing(database, 12)
    assert counts(database, mailing_id) == {"queued": 12}
    with database.transaction() as session:
        privacy.erase(session, EmailAddress(address(9)), now=NOON)
    assert counts(database, mailing_id) == states(database) == {"queued": 11, "skipped": 1}

    with a_relay(refusing_some) as relay:
        a_sender(database, transport_to(relay.port)).send_due()
    assert (
        counts(database, mailing_id)
        == states(database)
        == {"sent": 8, "failed": 2, "deferred": 1, "skipped": 1}
    )

    with database.transaction() as session:
        assert delivery.retry(session, mailing_id, now=NOON) == 2
    assert (
        counts(database, mailing_id)
        == states(database)
        == {"sent": 8, "queued": 2, "deferred": 1, "skipped": 1}
    )

    with database.transaction() as session:
        mailings.cancel(session, mailing_id, now=NOON)
        delivery.finish_mailings(session, now=NOON)
    assert counts(database, mailing_id) == states(database) == {"sent": 8, "skipped": 4}


def test_a_finished_mailing_is_counted_once_more_row_by_row(database: Database) -> None:
    mailing_id = an_open_mailing(database, 5)
    with a_relay() as relay:
        a_sender(database, transport_to(relay.port)).send_due()
    with database.transaction() as session:
        session.execute(sa.text("UPDATE progress SET sent = 3"))

        assert delivery.finish_mailings(session, now=NOON) == 1

    assert counts(database, mailing_id) == {"sent": 5}


def test_answers_are_grouped_and_name_nobody(database: Database) -> None:
    mailing_id = an_open_mailing(database, 12)
    with a_relay(refusing_some) as relay:
        a_sender(database, transport_to(relay.port)).send_due()

    with database.reading() as session:
        said = delivery.answers(session, mailings.get_mailing(session, mailing_id))

    assert said == [
        Answer("sent", 250, "2.0.0 ok: queued as 1", 9),
        Answer("failed", 550, "5.1.1 unknown", 2),
        Answer("deferred", 450, "4.2.2 full", 1),
    ]


def test_the_end_is_told_from_the_pace_of_all_workers(database: Database) -> None:
    mailing_id = an_open_mailing(database, 12)
    clock = utcnow()
    with database.transaction() as session:
        for worker in ("a", "b"):
            session.add(Progress(mailing_id=mailing_id, worker=worker, rate=2.0, rated_at=clock))
        session.add(
            Progress(mailing_id=mailing_id, worker="gone", rate=9.0, rated_at=clock - timedelta(minutes=1))
        )

    with database.reading() as session:
        stands = delivery.standing(session, mailings.get_mailing(session, mailing_id), clock=clock)

    assert stands.rate == 4.0
    assert stands.ends_at == clock + timedelta(seconds=3)

"""From queued row to recorded row, against a relay that speaks SMTP."""

from __future__ import annotations

import email
import threading
import time
from datetime import timedelta
from email.policy import default

import pytest
from sqlalchemy import select

from mailer import mailings, subscriptions
from mailer.core.db import Database
from mailer.core.types import EmailAddress
from mailer.delivery import Delivery, DeliveryState, Manner
from mailer.delivery.models import Bucket
from mailer.subscriptions import Subscription
from tests.support.mailing import COMPOSER, a_sender, address, an_open_mailing, states, the_row
from tests.support.making import NOON, a_subscription
from tests.support.relay import Visit, a_relay, transport_to

EVERYBODY = [address(number) for number in range(20)]


@pytest.mark.parametrize(
    "extensions", [("PIPELINING", "DSN"), ()], ids=["pipelining", "one command at a time"]
)
@pytest.mark.parametrize("connections", [1, 4])
def test_everybody_gets_one_letter(database: Database, extensions: tuple[str, ...], connections: int) -> None:
    an_open_mailing(database, 20)

    with a_relay(extensions=extensions) as relay:
        tally = a_sender(database, transport_to(relay.port, connections=connections)).send_due()

    assert relay.recipients() == sorted(EVERYBODY)
    assert len({letter.message_id for letter in relay.received}) == 20
    assert states(database) == {"sent": 20}
    assert tally.settled == {"sent": 20}


def test_a_letter_of_a_mailing_reads_as_the_composer_writes_it(database: Database) -> None:
    an_open_mailing(
        database, 6, names=["Anna Beispiel", "Jürgen 👩🏽‍🌾", "", ".Punkt", '"Q", <b>', "Ä" * 90].__getitem__
    )

    with a_relay() as relay:
        a_sender(database, transport_to(relay.port)).send_due()

    with database.reading() as session:
        for letter in relay.received:
            row = session.query(Delivery).filter_by(address=letter.recipient).one()
            alone = COMPOSER.compose(session, row, now=NOON)
            assert letter.sender == alone.sender
            assert parts(letter.content) == parts(alone.content)


def test_a_refused_recipient_fails_alone_and_is_not_written_to_again(database: Database) -> None:
    an_open_mailing(database, 20)
    answers = {
        address(3): "550 5.1.1 <p3@example.org> unknown",
        address(4): "550 5.7.1 not today",
        address(5): "450 4.2.0 greylisted",
    }

    def answer(command: str, visit: Visit) -> str | None:
        return answers.get(visit.recipient) if command == "rcpt" else None

    with a_relay(answer) as relay:
        a_sender(database, transport_to(relay.port)).send_due()

    assert states(database) == {"sent": 17, "failed": 2, "deferred": 1}
    with database.reading() as session:
        gone, trusted_less, later = (the_row(session, number) for number in (3, 4, 5))
        assert (gone.reason, gone.code, gone.reply, gone.attempt) == ("refused", 550, "5.1.1 <…> unknown", 1)
        assert state_of(session, gone) == "bounced"
        assert state_of(session, trusted_less) == "active"
        assert timedelta(minutes=4) < later.next_at - NOON < timedelta(minutes=6)


def test_a_refusal_after_the_dot_is_that_letters_alone(database: Database) -> None:
    an_open_mailing(database, 20)

    def answer(command: str, visit: Visit) -> str | None:
        if command == "dot" and visit.recipient == address(7):
            return "451 4.3.0 try again in 300 seconds"
        return "554 5.6.0 no" if command == "dot" and visit.recipient == address(8) else None

    with a_relay(answer) as relay:
        a_sender(database, transport_to(relay.port)).send_due()

    assert states(database) == {"sent": 18, "failed": 1, "deferred": 1}
    with database.reading() as session:
        later = the_row(session, 7)
        assert timedelta(seconds=300) <= later.next_at - NOON <= timedelta(seconds=330)
        assert later.attempt == 1


def test_somebody_who_leaves_while_the_mailing_runs_is_skipped(database: Database) -> None:
    an_open_mailing(database, 20)

    def answer(command: str, visit: Visit) -> str | None:
        if command == "data" and visit.recipient == address(10):
            with database.transaction() as session:
                row = the_row(session, 10)
                assert row.subscription_id is not None
                subscriptions.leave(session, row.subscription_id, now=NOON)
        return None

    with a_relay(answer) as relay:
        a_sender(database, transport_to(relay.port)).send_due()

    assert address(10) not in relay.recipients()
    assert states(database) == {"sent": 19, "skipped": 1}
    with database.reading() as session:
        assert the_row(session, 10).reason == "left"


@pytest.mark.parametrize("stop", ["pause", "cancel"])
def test_a_mailing_stops_within_one_letter_a_connection(database: Database, stop: str) -> None:
    mailing_id = an_open_mailing(database, 20)
    once = threading.Lock()

    def answer(command: str, visit: Visit) -> str | None:
        if command == "dot" and once.acquire(blocking=False):
            with database.transaction() as session:
                if stop == "pause":
                    mailings.pause(session, mailing_id)
                else:
                    mailings.cancel(session, mailing_id, now=NOON)
        return None

    with a_relay(answer) as relay:
        sender = a_sender(database, transport_to(relay.port, connections=2))
        sender.send_due()
        sent = len(relay.received)
        assert sent <= 4
        if stop == "pause":
            assert states(database) == {"sent": sent, "queued": 20 - sent}
            with database.transaction() as session:
                mailings.resume(session, mailing_id)
            sender.send_due()
            assert relay.recipients() == sorted(EVERYBODY)
        else:
            assert states(database)["sent"] == sent


def test_one_letter_that_cannot_be_written_fails_alone(database: Database) -> None:
    an_open_mailing(database, 20)
    with database.transaction() as session:
        the_row(session, 2).address = EmailAddress("a b>\r\nRCPT TO:<evil@example.org")
        the_row(session, 3).address = EmailAddress("ü@example.org")
        the_row(session, 4).address = EmailAddress("a\nb@example.org")

    with a_relay() as relay:
        a_sender(database, transport_to(relay.port)).send_due()

    assert states(database) == {"sent": 17, "failed": 3}
    with database.reading() as session:
        failed = session.scalars(select(Delivery.reason).where(Delivery.state == DeliveryState.FAILED))
        assert "cannot be rendered" in set(failed)


def test_a_letter_to_one_person_goes_before_a_mailing(database: Database) -> None:
    an_open_mailing(database, 20)
    with database.transaction() as session:
        series = session.query(Subscription).first().series  # type: ignore[union-attr]
        newcomer = a_subscription(session, series, "new@example.org")
        session.add(
            Delivery(
                key="already:1",
                kind="already",
                series=series,
                subscription=newcomer,
                address=EmailAddress("new@example.org"),
                language="de",
                facts={},
                state=DeliveryState.QUEUED,
                next_at=NOON,
                not_after=NOON + timedelta(days=1),
                opened_at=NOON,
            )
        )

    with a_relay() as relay:
        a_sender(database, transport_to(relay.port, connections=1)).send_due()

    assert relay.received[0].recipient == "new@example.org"
    assert len(relay.received) == 21


def test_two_workers_at_once_send_nothing_twice(database: Database) -> None:
    an_open_mailing(database, 120)

    with a_relay() as relay:
        workers = [
            threading.Thread(target=a_sender(database, transport_to(relay.port), name=f"w{n}").send_due)
            for n in range(2)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(30)

    assert len(relay.received) == len(set(relay.recipients())) == 120
    assert states(database) == {"sent": 120}


def test_a_row_taken_over_by_another_worker_is_cut_off_before_its_dot(database: Database) -> None:
    an_open_mailing(database, 3)

    def answer(command: str, visit: Visit) -> str | None:
        if command == "data" and visit.recipient == address(1):
            with database.transaction() as session:
                the_row(session, 1).claimed_by = "somebody else"
        return None

    with a_relay(answer) as relay:
        a_sender(database, transport_to(relay.port)).send_due()

    assert relay.recipients() == [address(0), address(2)]
    assert states(database) == {"sent": 2, "claimed": 1}


def test_a_rate_holds_for_two_workers_together(database: Database) -> None:
    an_open_mailing(database, 12)
    began = time.time()

    with a_relay() as relay:
        workers = [
            threading.Thread(
                target=a_sender(
                    database, transport_to(relay.port), name=f"w{n}", manner=Manner(rate=10)
                ).send_due
            )
            for n in range(2)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(30)

    with database.reading() as session:
        bucket = session.get_one(Bucket, "relay")
    assert len(relay.received) == 12
    assert bucket.free_at >= began + 12 / 10  # each of the twelve moved it on by a tenth of a second


def test_a_full_domain_does_not_hold_up_the_others(database: Database) -> None:
    an_open_mailing(database, 12)
    with database.transaction() as session:
        for number in range(6):
            the_row(session, number).address = EmailAddress(f"p{number}@slow.example")

    with a_relay() as relay:
        a_sender(database, transport_to(relay.port), manner=Manner(rate_per_domain=4)).send_due()

    first = min(letter.at for letter in relay.received)
    slow = sorted(letter.at - first for letter in relay.received if letter.recipient.endswith("slow.example"))
    other = sorted(letter.at - first for letter in relay.received if letter.recipient.endswith("example.org"))
    assert len(slow) == len(other) == 6
    assert other[0] < slow[-1]


def parts(message: bytes) -> list[tuple[list[tuple[str, str]], object]]:
    read = email.message_from_bytes(message, policy=default)
    return [
        (
            [(name, str(value)) for name, value in part.items()],
            part.is_multipart() or part.get_payload(decode=True),
        )
        for part in read.walk()
    ]


def state_of(session: object, row: Delivery) -> str:
    assert row.subscription is not None
    return row.subscription.state.value

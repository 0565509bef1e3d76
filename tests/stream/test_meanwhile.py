"""Recipients are decided when their letter goes: what happens between due and sending counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from mailer import mailings, people, privacy, subscriptions
from mailer.core.types import EmailAddress
from mailer.mailings import MailingState
from mailer.people import Person, SuppressionReason
from mailer.series import Series
from mailer.subscriptions import Subscription
from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.making import pseudonym
from tests.support.written import bring_in, dialogue, seat

ANNA, BERTA, CARLA = "anna@example.net", "berta@example.net", "carla@example.net"
DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)
LATER = DUE + timedelta(minutes=10)


@pytest.fixture
def series(house: House) -> Series:
    return bring_in(house, dialogue())


@pytest.fixture
def queued(house: House, mailbox: Mailbox, series: Series) -> list[Subscription]:
    """Anna, Berta and Carla; their reminder is due and lies in the ledger, since the relay is away."""
    seated = seat(house, series, ANNA, BERTA, CARLA)
    mailbox.close()
    house.tick(DUE)
    mailbox.open()
    return seated


def test_who_left_between_due_and_sending_gets_nothing(
    house: House, mailbox: Mailbox, queued: list[Subscription]
) -> None:
    with house.transaction() as session:
        subscriptions.leave(session, queued[1].id, now=LATER)

    house.tick(LATER)

    assert mailbox.recipients == [ANNA, CARLA]
    assert house.states() == {ANNA: "sent", BERTA: "skipped left", CARLA: "sent"}


def test_who_was_blocked_between_due_and_sending_gets_nothing(
    house: House, mailbox: Mailbox, queued: list[Subscription]
) -> None:
    with house.transaction() as session:
        people.suppress(session, pseudonym(EmailAddress(BERTA)), SuppressionReason.BLOCKED, now=LATER)

    house.tick(LATER)

    assert mailbox.recipients == [ANNA, CARLA]
    assert house.states()[BERTA] == "skipped suppressed"


def test_who_paused_between_due_and_sending_gets_nothing(
    house: House, mailbox: Mailbox, queued: list[Subscription]
) -> None:
    with house.transaction() as session:
        subscriptions.pause(session, queued[1].id, date(2023, 6, 1), now=LATER)

    house.tick(LATER)

    assert mailbox.recipients == [ANNA, CARLA]
    assert house.states()[BERTA] == "skipped paused"


def test_who_was_erased_between_due_and_sending_gets_nothing(
    house: House, mailbox: Mailbox, queued: list[Subscription]
) -> None:
    with house.transaction() as session:
        privacy.erase(session, EmailAddress(BERTA), now=LATER)

    house.tick(LATER)

    assert mailbox.recipients == [ANNA, CARLA]
    assert house.states() == {ANNA: "sent", "None": "skipped erased", CARLA: "sent"}


def test_dialogue_moved_between_due_and_sending_is_announced_with_its_new_time_only(
    house: House, mailbox: Mailbox, queued: list[Subscription]
) -> None:
    bring_in(house, dialogue(starts_at="2023-05-25 19:00"), now=LATER)

    house.tick(LATER)

    assert mailbox.subjects == ["Morgen um 19:00 Uhr: Wie gelingt boden?"] * 3


def test_dialogue_cancelled_between_due_and_sending_is_not_announced(
    house: House, mailbox: Mailbox, queued: list[Subscription]
) -> None:
    bring_in(house, dialogue(state="cancelled"), now=LATER)

    house.tick(LATER)

    assert mailbox.letters == []
    assert set(house.states().values()) == {"skipped dialogue cancelled"}


def test_mailing_stopped_between_due_and_sending_stays_here(
    house: House, mailbox: Mailbox, queued: list[Subscription]
) -> None:
    reminder = house.mailings()[-1]
    with house.transaction() as session:
        mailings.cancel(session, reminder.id, now=LATER)

    house.tick(LATER)

    assert mailbox.letters == []
    assert set(house.states().values()) == {"skipped mailing cancelled"}


def test_mailing_paused_by_an_organiser_waits_until_she_lets_it_go_on(
    house: House, mailbox: Mailbox, queued: list[Subscription]
) -> None:
    reminder = house.mailings()[-1]
    with house.transaction() as session:
        mailings.pause(session, reminder.id)
    house.tick(LATER)
    held_back = list(mailbox.letters)

    with house.transaction() as session:
        mailings.resume(session, reminder.id)
    house.tick(LATER + timedelta(minutes=1))

    assert held_back == []
    assert mailbox.recipients == [ANNA, BERTA, CARLA]


def test_letter_that_cannot_be_written_fails_alone(house: House, mailbox: Mailbox, series: Series) -> None:
    seat(house, series, ANNA, BERTA, CARLA)
    with house.transaction() as session:
        broken = "berta\r\nBcc: all@example.net"
        session.execute(update(Person).where(Person.address == BERTA).values(address=broken))

    house.tick(DUE)

    assert mailbox.recipients == [ANNA, CARLA]
    assert house.states() == {ANNA: "sent", broken: "failed cannot be rendered", CARLA: "sent"}
    assert house.mailings()[-1].state is MailingState.DONE


def test_who_pauses_hears_nothing_until_that_day_and_then_everything_again(
    house: House, mailbox: Mailbox
) -> None:
    series = bring_in(house, dialogue(), dialogue("sharing", "2023-06-29 17:00"))
    (anna,) = seat(house, series, ANNA)
    with house.transaction() as session:
        subscriptions.pause(session, anna.id, date(2023, 6, 28), now=DUE)

    house.tick(DUE)
    house.tick(datetime(2023, 6, 15, 7, 0, tzinfo=UTC))
    house.tick(datetime(2023, 6, 28, 7, 0, tzinfo=UTC))

    assert mailbox.subjects == ["Morgen um 17:00 Uhr: Wie gelingt sharing?"]


def test_language_chosen_before_sending_is_the_one_the_letter_is_written_in(
    house: House, mailbox: Mailbox, series: Series
) -> None:
    (anna,) = seat(house, series, ANNA)
    with house.transaction() as session:
        subscriptions.choose_language(session, anna.id, "en")

    house.tick(DUE)

    assert mailbox.subjects == ["Tomorrow at 17:00: How does boden succeed?"]

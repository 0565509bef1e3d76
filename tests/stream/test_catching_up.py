"""A worker that was away: what is still useful goes out in words that fit, what is not is told to the organisers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailer import organisers
from mailer.core.types import EmailAddress
from mailer.mailings import MailingState
from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.making import NOON
from tests.support.written import bring_in, dialogue, seat

ANNA = "anna@example.net"
INFO_DUE = datetime(2023, 5, 11, 7, 0, tzinfo=UTC)
REMINDER_DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)
START = datetime(2023, 5, 25, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _list(house: House) -> None:
    seat(house, bring_in(house, dialogue()), ANNA)
    house.tick(NOON)


def test_worker_away_over_one_due_time_sends_that_mail_late(house: House, mailbox: Mailbox) -> None:
    house.tick(INFO_DUE + timedelta(days=2))

    assert mailbox.subjects == ["Am 25. Mai 2023: Wie gelingt boden?"]


def test_worker_away_over_two_due_times_sends_one_mail(house: House, mailbox: Mailbox) -> None:
    house.tick(REMINDER_DUE + timedelta(hours=3))
    house.tick(REMINDER_DUE + timedelta(hours=4))

    states = {(mailing.kind.value, mailing.state.value, mailing.reason) for mailing in house.mailings()}
    assert mailbox.subjects == ["Morgen um 17:00 Uhr: Wie gelingt boden?"]
    assert states == {("info", "missed", "superseded"), ("reminder", "done", "")}


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(hours=30), "Morgen um 17:00 Uhr"),
        (timedelta(hours=8), "Heute um 17:00 Uhr"),
        (timedelta(minutes=20), "In 20 Minuten"),
    ],
)
def test_late_reminder_says_how_near_the_dialogue_really_is(
    house: House, mailbox: Mailbox, before: timedelta, words: str
) -> None:
    house.tick(START - before)

    assert mailbox.subjects == [f"{words}: Wie gelingt boden?"]


def test_word_for_the_distance_changes_while_a_letter_waits_and_its_id_does_not(
    house: House, mailbox: Mailbox
) -> None:
    mailbox.refuses_content = "451 4.3.0 Try again"
    house.tick(REMINDER_DUE)
    mailbox.refuses_content = ""

    house.tick(START - timedelta(hours=6))

    tomorrow, today = mailbox.turned_away[0], mailbox.letters[0]
    assert tomorrow.subject == "Morgen um 17:00 Uhr: Wie gelingt boden?"
    assert today.subject == "Heute um 17:00 Uhr: Wie gelingt boden?"
    assert tomorrow.message_id == today.message_id


def test_late_mail_waits_for_the_morning_at_night(house: House, mailbox: Mailbox) -> None:
    night = datetime(2023, 5, 24, 20, 0, tzinfo=UTC)  # 22:00 in Berlin

    for hours in (0, 4, 8):
        house.tick(night + timedelta(hours=hours))
    asleep = list(mailbox.subjects)
    house.tick(datetime(2023, 5, 25, 5, 0, tzinfo=UTC))

    assert asleep == []
    assert mailbox.subjects == ["Heute um 17:00 Uhr: Wie gelingt boden?"]


def test_what_is_of_no_use_any_more_is_missed_and_the_organisers_hear_of_it(
    house: House, mailbox: Mailbox
) -> None:
    with house.transaction() as session:
        organisers.add(session, EmailAddress("olga@example.org"), language="de", now=NOON)

    house.tick(START)
    house.tick(START + timedelta(hours=1))

    assert {mailing.state for mailing in house.mailings()} == {MailingState.MISSED}
    assert mailbox.recipients == ["olga@example.org"]
    assert mailbox.subjects == ["Nicht verschickt: 2 Aussendungen"]


def test_letter_still_waiting_when_the_dialogue_begins_is_skipped(house: House, mailbox: Mailbox) -> None:
    mailbox.close()
    house.tick(REMINDER_DUE)
    mailbox.open()

    house.tick(START)

    assert house.states()[ANNA] == "skipped too late"
    assert mailbox.letters == []


def test_clock_set_back_sends_nothing_again_and_set_forward_nothing_early(
    house: House, mailbox: Mailbox
) -> None:
    house.tick(INFO_DUE)
    house.tick(INFO_DUE - timedelta(days=30))

    house.tick(INFO_DUE + timedelta(seconds=1))

    assert mailbox.subjects == ["Am 25. Mai 2023: Wie gelingt boden?"]


def test_farewell_comes_late_rather_than_never(house: House, mailbox: Mailbox) -> None:
    house.tick(datetime(2023, 6, 12, 10, 0, tzinfo=UTC))

    assert mailbox.subjects == ["Die Reihe „Wandel“ ist zu Ende – vielen Dank!"]

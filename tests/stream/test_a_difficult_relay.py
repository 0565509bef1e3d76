"""What a relay does is never a letter's fault, unless it says so of that letter alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailer.delivery import DeliveryState, closed_route
from mailer.mailings import MailingState
from mailer.subscriptions import SubscriptionState
from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.written import bring_in, crowd, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)
EVERYBODY = crowd(3)


@pytest.fixture(autouse=True)
def _list(house: House) -> None:
    seat(house, bring_in(house, dialogue()), *EVERYBODY)


def cause(house: House) -> str:
    """The code of what is in the way at the relay; empty while the road is open."""
    with house.database.reading() as session:
        route = closed_route(session)
        return route.code if route else ""


def test_relay_that_is_down_leaves_everything_queued_and_then_gets_it(house: House, mailbox: Mailbox) -> None:
    mailbox.close()

    down = house.tick(DUE)
    meanwhile = house.states(), cause(house), house.mailings()[-1].state
    mailbox.open()
    up = house.tick(DUE + timedelta(minutes=5))

    assert (down.relay_away, down.settled) == (True, {})
    assert meanwhile == (dict.fromkeys(EVERYBODY, "queued"), "relay_unreachable", MailingState.SENDING)
    assert (up.relay_away, up.settled, cause(house)) == (False, {"sent": 3}, "")
    assert mailbox.recipients == EVERYBODY


@pytest.mark.parametrize(
    ("greeting", "told"),
    [
        ("421 4.3.2 Service shutting down", "relay_ends_session"),
        ("554 5.7.1 We do not know you", "relay_refuses"),
        ("554 No SMTP here", "relay_refuses"),
    ],
)
def test_relay_that_greets_with_a_refusal_burns_no_letter(
    house: House, mailbox: Mailbox, greeting: str, told: str
) -> None:
    mailbox.greeting = greeting

    refused = house.tick(DUE)
    meanwhile = house.states(), cause(house), [row.attempt for row in house.deliveries()]
    mailbox.greeting = ""
    house.tick(DUE + timedelta(minutes=5))

    assert refused.relay_away
    assert meanwhile == (dict.fromkeys(EVERYBODY, "queued"), told, [0, 0, 0])
    assert mailbox.recipients == EVERYBODY


def test_relay_that_refuses_our_sender_burns_no_letter(house: House, mailbox: Mailbox) -> None:
    mailbox.refuses_sender = "550 5.7.1 <dialog@example.org>: sender rejected"

    refused = house.tick(DUE)
    meanwhile = house.states()
    mailbox.refuses_sender = ""
    house.tick(DUE + timedelta(minutes=5))

    assert refused.relay_away
    assert meanwhile == dict.fromkeys(EVERYBODY, "queued")
    assert mailbox.recipients == EVERYBODY


def test_relay_that_says_421_in_the_middle_costs_nobody_a_letter(house: House, mailbox: Mailbox) -> None:
    mailbox.refuses["person-001@example.net"] = "421 4.7.0 Try again later, closing connection"

    house.tick(DUE)
    meanwhile = {row.state.value for row in house.deliveries()}
    mailbox.refuses.clear()
    house.tick(DUE + timedelta(minutes=6))

    assert meanwhile <= {"queued", "deferred", "sent"}
    assert mailbox.recipients == EVERYBODY


def test_address_that_does_not_exist_bounces_alone(house: House, mailbox: Mailbox) -> None:
    mailbox.refuses["person-001@example.net"] = "550 5.1.1 <person-001@example.net>: User unknown"

    house.tick(DUE)

    states = [house.subscription(address) for address in EVERYBODY]
    refused = house.deliveries()[1]
    assert mailbox.recipients == ["person-000@example.net", "person-002@example.net"]
    assert house.states()["person-001@example.net"] == "failed refused"
    assert [found.state for found in states if found] == [
        SubscriptionState.ACTIVE,
        SubscriptionState.BOUNCED,
        SubscriptionState.ACTIVE,
    ]
    assert (refused.code, refused.reply) == (550, "5.1.1 <…>: User unknown")
    assert house.mailings()[-1].state is MailingState.DONE


def test_refusal_for_another_reason_is_not_held_against_the_address(house: House, mailbox: Mailbox) -> None:
    mailbox.refuses["person-001@example.net"] = "550 5.7.1 Your message looks like spam"

    house.tick(DUE)

    found = house.subscription("person-001@example.net")
    assert house.states()["person-001@example.net"] == "failed refused"
    assert found is not None
    assert found.state is SubscriptionState.ACTIVE


def test_greylisted_letter_is_deferred_and_comes_a_little_later(house: House, mailbox: Mailbox) -> None:
    mailbox.refuses["person-001@example.net"] = "451 4.7.1 Greylisted, please try again in 300 seconds"

    first = house.tick(DUE)
    deferred = house.deliveries()[1]
    mailbox.refuses.clear()
    too_soon = house.tick(DUE + timedelta(minutes=4))
    second = house.tick(DUE + timedelta(minutes=6))

    assert first.settled == {"sent": 2, "deferred": 1}
    assert deferred.state is DeliveryState.DEFERRED
    assert timedelta(minutes=4.5) <= deferred.next_at - DUE <= timedelta(minutes=5.5)
    assert (too_soon.settled, second.settled) == ({}, {"sent": 1})
    assert mailbox.recipients == EVERYBODY


def test_letter_refused_for_now_after_its_dot_is_the_same_letter_again(
    house: House, mailbox: Mailbox
) -> None:
    mailbox.refuses_content = "451 4.3.0 Temporary lookup failure"

    house.tick(DUE)
    mailbox.refuses_content = ""
    house.tick(DUE + timedelta(minutes=6))

    first = {letter.to: letter.content for letter in mailbox.turned_away}
    second = {letter.to: letter.content for letter in mailbox.letters}
    assert sorted(first) == EVERYBODY
    assert first == second


def test_letter_refused_for_now_again_and_again_is_given_up_before_it_is_useless(
    house: House, mailbox: Mailbox
) -> None:
    mailbox.refuses["person-001@example.net"] = "452 4.2.2 Mailbox full"

    moments = [DUE]
    while moments:
        house.tick(min(moments))
        moments = [row.next_at for row in house.deliveries() if row.state is DeliveryState.DEFERRED]

    assert house.states()["person-001@example.net"] == "failed given up"
    assert 13 <= house.deliveries()[1].attempt <= 15
    assert mailbox.recipients == ["person-000@example.net", "person-002@example.net"]


def test_connection_cut_after_the_dot_is_a_doubt_that_is_sent_again_under_the_same_id(
    house: House, mailbox: Mailbox
) -> None:
    mailbox.cuts_after_dot = 1

    house.tick(DUE)
    house.tick(DUE + timedelta(minutes=1))

    twice = [letter for letter in mailbox.letters if letter.to == mailbox.letters[0].to]
    assert sorted(set(mailbox.recipients)) == EVERYBODY
    assert len(mailbox.letters) == 4
    assert len({letter.message_id for letter in twice}) == 1
    assert sorted(row.doubtful for row in house.deliveries()) == [0, 0, 1]
    assert house.states() == dict.fromkeys(EVERYBODY, "sent")

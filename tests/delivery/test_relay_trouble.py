"""A relay that refuses, breaks, hangs up or is not there: no letter pays for it, and the log says what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailer.core.db import Database
from mailer.delivery import Manner
from tests.support.mailing import a_sender, address, an_open_mailing, states, the_row, why_closed
from tests.support.making import NOON
from tests.support.relay import CUT, Visit, a_relay, transport_to

EVERYBODY = sorted(address(number) for number in range(10))


@pytest.mark.parametrize("ending", ["421 4.7.0 enough for now", CUT], ids=["421", "silent"])
@pytest.mark.parametrize("extensions", [("PIPELINING",), ()], ids=["pipelining", "one command at a time"])
def test_a_relay_that_hangs_up_after_some_letters_is_no_failure(
    database: Database, ending: str, extensions: tuple[str, ...]
) -> None:
    an_open_mailing(database, 10)

    def answer(command: str, visit: Visit) -> str | None:
        return ending if command == "mail" and visit.letters >= 3 else None

    with a_relay(answer, extensions=extensions) as relay:
        tally = a_sender(database, transport_to(relay.port, connections=2)).send_due()

    assert relay.recipients() == EVERYBODY
    assert not tally.relay_away
    with database.reading() as session:
        assert {(the_row(session, n).attempt, the_row(session, n).doubtful) for n in range(10)} == {(1, 0)}


@pytest.mark.parametrize("command", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("extensions", [("PIPELINING",), ()], ids=["pipelining", "one command at a time"])
def test_a_connection_lost_before_the_dot_costs_nothing(
    database: Database, command: str, extensions: tuple[str, ...]
) -> None:
    an_open_mailing(database, 10)

    def answer(said: str, visit: Visit) -> str | None:
        return CUT if said == command and visit.recipient == address(4) and visit.number <= 2 else None

    with a_relay(answer, extensions=extensions) as relay:
        a_sender(database, transport_to(relay.port, connections=2)).send_due()

    assert relay.recipients() == EVERYBODY
    assert states(database) == {"sent": 10}
    with database.reading() as session:
        assert the_row(session, 4).doubtful == 0


def test_a_letter_in_doubt_goes_again_under_its_old_message_id(database: Database) -> None:
    an_open_mailing(database, 10)
    cut: list[str] = []

    def answer(command: str, visit: Visit) -> str | None:
        if command == "dot" and visit.recipient == address(4) and not cut:
            cut.append(visit.message_id)
            return CUT
        return None

    with a_relay(answer) as relay:
        a_sender(database, transport_to(relay.port, connections=2)).send_due()

    twice = [letter for letter in relay.received if letter.recipient == address(4)]
    assert [letter.message_id for letter in twice] == cut * 2
    assert twice[0].content == twice[1].content
    assert sorted(set(relay.recipients())) == EVERYBODY
    with database.reading() as session:
        assert the_row(session, 4).doubtful == 1


def test_a_letter_in_doubt_is_held_where_the_house_wants_it_so(database: Database) -> None:
    an_open_mailing(database, 10)

    def answer(command: str, visit: Visit) -> str | None:
        return CUT if command == "dot" and visit.recipient == address(4) else None

    with a_relay(answer) as relay:
        a_sender(database, transport_to(relay.port), manner=Manner(hold=True)).send_due()

    assert relay.recipients() == EVERYBODY
    assert states(database) == {"sent": 9, "held": 1}


def test_a_letter_under_which_every_connection_breaks_waits_alone(database: Database) -> None:
    an_open_mailing(database, 10)

    def answer(command: str, visit: Visit) -> str | None:
        return CUT if command == "data" and visit.recipient == address(4) else None

    with a_relay(answer) as relay:
        a_sender(database, transport_to(relay.port, connections=1)).send_due()

    assert len(relay.received) == 9
    assert states(database) == {"sent": 9, "deferred": 1}


def test_a_relay_that_takes_one_connection_only_gets_everything_over_it(database: Database) -> None:
    an_open_mailing(database, 10)

    def answer(command: str, visit: Visit) -> str | None:
        return "421 4.7.0 too many connections" if command == "greeting" and visit.number > 1 else None

    with a_relay(answer) as relay:
        tally = a_sender(database, transport_to(relay.port)).send_due()

    assert relay.recipients() == EVERYBODY
    assert not tally.relay_away


def test_421_to_everybody_pauses_the_route_and_no_row(database: Database) -> None:
    an_open_mailing(database, 10)

    with a_relay(lambda command, _: "421 4.3.2 shutting down" if command == "greeting" else None) as relay:
        tally = a_sender(database, transport_to(relay.port)).send_due()

    assert tally.relay_away
    assert states(database) == {"queued": 10}
    assert why_closed(database) == "relay_ends_session"
    with database.reading() as session:
        assert the_row(session, 0).attempt == 0


def test_a_refused_sender_closes_the_route(database: Database) -> None:
    an_open_mailing(database, 10)

    with a_relay(lambda command, _: "553 5.1.8 sender not allowed" if command == "mail" else None) as relay:
        tally = a_sender(database, transport_to(relay.port)).send_due()

    assert tally.relay_away
    assert states(database) == {"queued": 10}
    assert why_closed(database) == "relay_refuses"


def test_too_much_distrust_pauses_the_mailing_before_everybody_is_burnt(database: Database) -> None:
    an_open_mailing(database, 60)

    with a_relay(lambda command, _: "550 5.7.26 no DKIM" if command == "dot" else None) as relay:
        a_sender(database, transport_to(relay.port, connections=2)).send_due()

    counts = states(database)
    assert 10 < counts["failed"] <= 15
    assert counts["failed"] + counts["queued"] == 60
    with database.reading() as session:
        mailing = the_row(session, 0).mailing
        assert mailing is not None
        assert mailing.state == "paused"
        assert mailing.reason == "the relay distrusts our mail: 550 5.7.26 no DKIM"


def test_too_many_temporary_refusals_leave_the_relay_alone_for_a_while(database: Database) -> None:
    an_open_mailing(database, 80)

    with a_relay(lambda command, _: "451 4.3.0 too busy" if command == "dot" else None) as relay:
        tally = a_sender(database, transport_to(relay.port, connections=2)).send_due()

    counts = states(database)
    assert tally.relay_away
    assert why_closed(database) == "relay_puts_off"
    assert counts["deferred"] <= 41 + 2 * 3, "one too many, and what both sessions had in hand by then"
    assert counts["deferred"] + counts["queued"] == 80


def test_greylisting_at_the_first_try_is_normal(database: Database) -> None:
    an_open_mailing(database, 80)

    with a_relay(lambda command, _: "450 4.2.0 greylisted" if command == "rcpt" else None) as relay:
        tally = a_sender(database, transport_to(relay.port)).send_due()

    assert not tally.relay_away
    assert states(database) == {"deferred": 80}

    with a_relay() as relay:
        a_sender(database, transport_to(relay.port), now=NOON + timedelta(minutes=6)).send_due()

    assert len(relay.received) == 80


def test_a_reply_with_control_characters_is_kept_as_it_can_be_read(database: Database) -> None:
    """PostgreSQL keeps no NUL: the letter was taken, and nothing could be written down any more."""
    an_open_mailing(database, 2)

    with a_relay(lambda command, _: "250 2.0.0 taken\x00 as\x1fA1" if command == "dot" else None) as relay:
        a_sender(database, transport_to(relay.port)).send_due()

    with database.reading() as session:
        assert [the_row(session, number).reply for number in (0, 1)] == ["2.0.0 taken� as A1"] * 2
    assert states(database)["sent"] == 2

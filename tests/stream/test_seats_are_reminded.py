"""Mails of rules and of changes to those with a seat, on the list or not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailer import delivery, mailings, privacy, registrations
from mailer.core.types import EmailAddress
from mailer.reminders import Audience
from mailer.series import EventState
from tests.stream.seated import QUARTER, START, TWO_HOURS, change, rule, the_event, with_seats
from tests.support.house import House
from tests.support.seating import asks, comes, seat_of


@pytest.fixture
def dialogue(house: House) -> House:
    """Anna is on the list and has a seat on site, Berta only has one online, Carla is only on the list."""
    return with_seats(house)


@pytest.mark.parametrize(
    ("audience", "attendance", "reached"),
    [
        (Audience.REGISTERED, "", ["anna", "berta"]),
        (Audience.REGISTERED, "online", ["berta"]),
        (Audience.REGISTERED, "on_site", ["anna"]),
        (Audience.ALL, "", ["anna", "berta", "carla"]),
        (Audience.SUBSCRIBERS, "", ["anna", "carla"]),
    ],
)
def test_a_rule_reaches_whom_it_means_and_everybody_once(
    dialogue: House, audience: Audience, attendance: str, reached: list[str]
) -> None:
    with dialogue.transaction() as session:
        event = the_event(session)
        session.add(rule(event, audience, attendance))
        session.flush()
        planned = mailings.upcoming_mailings(session, event.series, now=dialogue.now)[0]

    dialogue.tick(START - TWO_HOURS)
    dialogue.tick(START - TWO_HOURS + timedelta(minutes=1))

    assert dialogue.mailbox.recipients == [f"{name}@example.net" for name in reached]
    assert (planned.due_at, planned.recipients) == (START - TWO_HOURS, len(reached))
    assert [(one.recipients, one.state.value) for one in dialogue.mailings()] == [(len(reached), "done")]


def test_who_has_a_seat_is_reminded_with_her_own_link_and_entry(dialogue: House) -> None:
    with dialogue.transaction() as session:
        session.add(rule(the_event(session), Audience.REGISTERED))

    dialogue.tick(START - TWO_HOURS)

    (anna,), (berta,) = (dialogue.mailbox.to(f"{name}@example.net") for name in ("anna", "berta"))
    assert "/join/" in berta.text
    assert "/join/" not in anna.text
    assert "https://meet.example.org" not in anna.text + berta.text + anna.calendar + berta.calendar
    assert ("METHOD:REQUEST" in berta.calendar, "mailto:berta@example.net" in berta.calendar) == (True, True)
    assert "Sie sind zu diesem Dialog angemeldet; deshalb" in anna.text
    assert anna.message["List-Unsubscribe"] is None


def test_a_move_reaches_those_with_a_seat_once_and_their_calendars_follow(dialogue: House) -> None:
    change(dialogue, starts_at=START + TWO_HOURS, ends_at=START + 2 * TWO_HOURS)

    for _ in range(2):
        dialogue.tick(dialogue.now + QUARTER)

    letters = {letter.to: letter for letter in dialogue.mailbox.letters}
    assert dialogue.mailbox.recipients == ["anna@example.net", "berta@example.net"]
    assert all("SEQUENCE:1" in letter.calendar for letter in letters.values())
    assert all("METHOD:REQUEST" in letter.calendar for letter in letters.values())


def test_who_registers_after_a_move_does_not_hear_of_it(dialogue: House) -> None:
    change(dialogue, starts_at=START + TWO_HOURS, ends_at=START + 2 * TWO_HOURS)
    with dialogue.transaction() as session:
        comes(session, the_event(session), "dora", now=dialogue.now)
    dialogue.tick()
    dialogue.mailbox.letters.clear()

    dialogue.tick(dialogue.now + QUARTER)

    assert dialogue.mailbox.recipients == ["anna@example.net", "berta@example.net"]


def test_a_cancellation_takes_the_entry_out_of_their_calendars(dialogue: House) -> None:
    change(dialogue, state=EventState.CANCELLED)

    dialogue.tick(dialogue.now + QUARTER)

    letters = dialogue.mailbox.letters
    assert dialogue.mailbox.recipients == ["anna@example.net", "berta@example.net"]
    assert all({"METHOD:CANCEL", "SEQUENCE:1"} <= set(letter.calendar.splitlines()) for letter in letters)


def test_who_gave_her_seat_back_meanwhile_gets_none_of_it(dialogue: House) -> None:
    with dialogue.transaction() as session:
        session.add(rule(the_event(session), Audience.REGISTERED))
    with dialogue.transaction() as session:
        registrations.give_back(session, seat_of(session, "berta").id, now=dialogue.now)
    dialogue.tick()
    dialogue.mailbox.letters.clear()

    dialogue.tick(START - TWO_HOURS)

    assert dialogue.mailbox.recipients == ["anna@example.net"]


def test_a_message_to_those_registered_reaches_them_alone(dialogue: House) -> None:
    with dialogue.transaction() as session:
        event = the_event(session)
        draft = mailings.Draft(
            subject={"de": "Zum Ablauf"},
            body={"de": "Wir beginnen pünktlich."},
            audience=mailings.Audience.REGISTERED,
            event=event,
        )
        message = mailings.write_draft(session, event.series, draft, key="one", author=None, now=dialogue.now)
        sizes = mailings.audience_sizes(session, event.series, event, now=dialogue.now)
        mailings.release_draft(
            session, message.id, edition=message.edition, releaser=None, due_at=None, now=dialogue.now
        )

    dialogue.tick()

    assert (sizes.registered, sizes.everybody) == (2, 2)
    assert dialogue.mailbox.recipients == ["anna@example.net", "berta@example.net"]
    assert {letter.subject for letter in dialogue.mailbox.letters} == {"Zum Ablauf"}


def test_whom_a_mailing_reaches_by_a_seat_is_listed_by_name_until_erased(dialogue: House) -> None:
    with dialogue.transaction() as session:
        session.add(rule(the_event(session), Audience.REGISTERED))
        registrations.change_details(
            session,
            seat_of(session, "anna").id,
            name="Anna am Einlass",
            answers={},
            wish="",
            now=dialogue.now,
        )
    dialogue.tick(START - TWO_HOURS)

    def listed(search: str = "") -> list[tuple[str, str]]:
        with dialogue.database.reading() as session:
            mailing = mailings.get_mailing(session, dialogue.mailings()[0].id)
            return [
                (one.address, one.name)
                for one in delivery.page_of_recipients(session, mailing, search=search)
            ]

    everybody, found = listed(), listed("berta")
    with dialogue.transaction() as session:
        privacy.erase(session, EmailAddress("berta@example.net"), now=dialogue.now)

    assert everybody == [("anna@example.net", "Anna am Einlass"), ("berta@example.net", "Berta")]
    assert found == everybody[1:]
    assert listed() == everybody[:1]


def test_who_is_on_the_list_and_has_a_seat_is_counted_once(dialogue: House) -> None:
    """Anna is both, Berta has a seat, Carla is on the list, Dora has not confirmed."""
    with dialogue.transaction() as session:
        asks(session, the_event(session), "dora")

        assert mailings.count_guests(session, the_event(session), now=dialogue.now) == 3

"""Seats while a dialogue changes: which way is left, and what is told once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailer import mailings
from mailer.registrations import Attendance
from mailer.reminders import Audience
from mailer.series import EventFormat, EventState
from tests.stream.seated import QUARTER, START, change, rule, the_event, with_seats
from tests.support.house import House
from tests.support.making import NOON
from tests.support.seating import comes, seat_of

DUE = START - timedelta(days=2)
"""When a reminder two days before the start leaves."""


@pytest.fixture
def dialogue(house: House) -> House:
    """Anna is on the list and has a seat on site, Berta only has one online, Carla is only on the list."""
    return with_seats(house)


def test_a_change_to_online_only_moves_seats_when_it_is_told(dialogue: House) -> None:
    change(dialogue, format=EventFormat.ONLINE)
    dialogue.tick(dialogue.now + QUARTER - timedelta(seconds=1))
    with dialogue.transaction() as session:
        before = seat_of(session, "anna").attendance

    for _ in range(2):
        dialogue.tick(dialogue.now + QUARTER)

    (anna,), (berta,) = (dialogue.mailbox.to(f"{name}@example.net") for name in ("anna", "berta"))
    assert before is Attendance.ON_SITE
    assert dialogue.mailbox.recipients == ["anna@example.net", "berta@example.net"]
    assert anna.subject.startswith("Jetzt nur online: ")
    assert "Ihre Anmeldung gilt weiter: Sie nehmen online teil." in " ".join(anna.text.split())
    assert all("/join/" in letter.text + letter.calendar for letter in (anna, berta))
    assert "SEQUENCE:1" in anna.calendar


def test_a_way_taken_away_by_mistake_and_given_back_in_time_moves_nobody(dialogue: House) -> None:
    change(dialogue, format=EventFormat.ONLINE)
    dialogue.tick(dialogue.now + timedelta(minutes=10))
    change(dialogue, format=EventFormat.HYBRID)

    dialogue.tick(dialogue.now + QUARTER)

    with dialogue.transaction() as session:
        ways = [seat_of(session, name).attendance for name in ("anna", "berta")]
    assert ways == [Attendance.ON_SITE, Attendance.ONLINE]
    assert dialogue.mailbox.letters == []


def test_a_change_to_on_site_with_few_places_asks_those_who_were_online(dialogue: House) -> None:
    change(dialogue, format=EventFormat.ON_SITE, capacity=2)

    for _ in range(2):
        dialogue.tick(dialogue.now + QUARTER)

    with dialogue.transaction() as session:
        berta = seat_of(session, "berta")
        stands = berta.state.value, berta.is_offered
    told, asked = dialogue.mailbox.to("berta@example.net")
    assert stands == ("waiting", True)
    assert "Sie stehen auf der Warteliste" in " ".join(told.text.split())
    assert told.calendar == ""
    assert asked.subject.startswith("Ein Platz ist frei: ")


def test_nobody_is_written_to_where_it_is_kept_silent_but_seats_are_moved(dialogue: House) -> None:
    change(dialogue, format=EventFormat.ONLINE)
    with dialogue.transaction() as session:
        mailings.keep_silent(session, the_event(session), now=dialogue.now)

    dialogue.tick(dialogue.now + QUARTER)

    with dialogue.transaction() as session:
        assert seat_of(session, "anna").attendance is Attendance.ONLINE
    assert dialogue.mailbox.letters == []


def remind_guests(dialogue: House) -> None:
    """Two days before the start, by a rule for those registered."""
    with dialogue.transaction() as session:
        one = rule(the_event(session), Audience.REGISTERED)
        one.offset = "P2D"
        session.add(one)


def move_just_before(dialogue: House) -> None:
    """The place changes five minutes before the guests are reminded."""
    remind_guests(dialogue)
    dialogue.tick(DUE - timedelta(minutes=5))
    change(dialogue, place="Berlin")


def test_a_reminder_that_comes_due_in_the_quiet_period_does_not_follow_the_change(dialogue: House) -> None:
    """The letter about the change says all of it; who is on the list alone has never got both."""
    move_just_before(dialogue)
    with dialogue.transaction() as session:
        told = mailings.upcoming_mailings(session, the_event(session).series, now=dialogue.now)

    for minutes in (4, 5, 6, 11, 12):
        dialogue.tick(DUE - timedelta(minutes=5) + timedelta(minutes=minutes))
        if minutes == 6:
            assert dialogue.mailbox.letters == []
    for _ in range(2):
        dialogue.tick(dialogue.now + QUARTER)

    kinds = [(letter.to, letter.subject.split(":")[0]) for letter in dialogue.mailbox.letters]
    assert sorted(kinds) == [("anna@example.net", "Neuer Ort"), ("berta@example.net", "Neuer Ort")]
    assert [one.kind.value for one in told][:1] == ["change"]
    assert "reminder" not in [one.kind.value for one in told]


def test_a_reminder_that_comes_due_after_the_change_leaves_as_ever(dialogue: House) -> None:
    remind_guests(dialogue)
    dialogue.tick(DUE - timedelta(hours=1))
    change(dialogue, place="Berlin")
    dialogue.tick(dialogue.now + QUARTER)
    dialogue.mailbox.letters.clear()

    dialogue.tick(DUE)

    assert dialogue.mailbox.recipients == ["anna@example.net", "berta@example.net"]
    assert all("Berlin" in letter.text for letter in dialogue.mailbox.to("anna@example.net"))


def test_who_took_a_seat_after_the_change_was_told_is_reminded(dialogue: House) -> None:
    """Dora knows it from the letter that confirms her seat; what came due meanwhile says when it begins."""
    move_just_before(dialogue)
    with dialogue.transaction() as session:
        comes(session, the_event(session), "dora", now=dialogue.now)
    dialogue.tick(DUE - timedelta(minutes=4))
    dialogue.mailbox.letters.clear()

    for _ in range(2):
        dialogue.tick(dialogue.now + QUARTER)

    subjects = {letter.to: letter.subject for letter in dialogue.mailbox.letters}
    assert sorted(subjects) == [f"{name}@example.net" for name in ("anna", "berta", "dora")]
    assert "Neuer Ort" not in subjects["dora@example.net"]


def test_a_kept_silence_leaves_the_reminder_to_speak(dialogue: House) -> None:
    move_just_before(dialogue)
    with dialogue.transaction() as session:
        mailings.keep_silent(session, the_event(session), now=dialogue.now)

    dialogue.tick(DUE)

    assert dialogue.mailbox.recipients == ["anna@example.net", "berta@example.net"]
    assert all("Berlin" in letter.text for letter in dialogue.mailbox.to("anna@example.net"))


def test_whom_a_reminder_tells_the_new_date_gets_no_other_word_of_it(dialogue: House) -> None:
    remind_guests(dialogue)
    change(dialogue, state=EventState.PROVISIONAL)
    dialogue.tick(dialogue.now + QUARTER)
    dialogue.mailbox.letters.clear()
    change(
        dialogue,
        state=EventState.FIXED,
        starts_at=NOON + timedelta(days=2, minutes=5),
        ends_at=NOON + timedelta(days=2, hours=1),
    )

    dialogue.tick()
    reminded = dialogue.mailbox.recipients
    for _ in range(2):
        dialogue.tick(dialogue.now + QUARTER)

    assert reminded == ["anna@example.net", "berta@example.net"]
    assert dialogue.mailbox.recipients == [*reminded, "carla@example.net"]

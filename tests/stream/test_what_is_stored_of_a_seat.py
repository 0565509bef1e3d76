"""Who has a seat and is on no list sees what is stored, and has it erased: by a fresh link, never by that of a seat."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from mailer.people import Person
from mailer.registrations import Attendance
from tests.stream.seated import the_event, with_seats
from tests.support.house import BASE_URL, House
from tests.support.seating import comes, seat_of
from tests.support.visitor import Visitor

HOUR = timedelta(hours=1)


@pytest.fixture
def dialogue(house: House) -> House:
    """Anna is on the list and has a seat on site, Berta only has one online, Carla is only on the list."""
    return with_seats(house)


def seat_url(house: House, name: str) -> str:
    with house.transaction() as session:
        return f"{BASE_URL}/registrations/{house.parts.links.make('seat', seat_of(session, name).id)}"


def fresh_link(house: House, name: str) -> str:
    """What somebody is mailed who asks for it on the page of her seat."""
    Visitor(house).press(seat_url(house, name), do="access")
    house.tick()
    return house.mailbox.to(f"{name}@example.net")[-1].link("registrations/access")


def people(house: House) -> list[str]:
    with house.transaction() as session:
        return sorted(session.scalars(select(Person.mailbox)))


def test_all_that_is_stored_is_shown_and_handed_over_behind_the_fresh_link(dialogue: House) -> None:
    link = fresh_link(dialogue, "berta")

    page = Visitor(dialogue).open(link).text
    file = json.loads(Visitor(dialogue).press(link, do="download").data)

    assert all(words in page for words in ("berta@example.net", "Berta", "Anmeldung 1", "zugesagt", "online"))
    assert [one["event"] for one in file["registrations"]] == ["boden"]
    assert file["subscriptions"] == []


def test_the_letter_with_the_link_says_nothing_of_the_seat_and_has_no_other_link(dialogue: House) -> None:
    fresh_link(dialogue, "berta")

    (letter,) = dialogue.mailbox.to("berta@example.net")

    assert letter.subject == "Ihr Link zu Ihren Daten"
    assert letter.text.count(BASE_URL) == 1
    assert (letter.calendar, letter.message["List-Unsubscribe"]) == ("", None)


def test_the_page_of_a_seat_names_no_address(dialogue: House) -> None:
    """Its link travels in every letter about the seat, and letters are forwarded."""
    page = Visitor(dialogue).open(seat_url(dialogue, "berta")).text

    assert "Was über mich gespeichert ist" in page
    assert "berta@example.net" not in page


def test_who_erases_what_is_stored_gives_her_seat_to_the_next(dialogue: House) -> None:
    with dialogue.transaction() as session:
        the_event(session).capacity = 1
        comes(session, the_event(session), "dora", now=dialogue.now)
    link = fresh_link(dialogue, "anna")

    unsure = Visitor(dialogue).press(link, do="erase")
    erased = Visitor(dialogue).press(link, do="erase", sure="yes")
    dialogue.tick()

    assert (unsure.status_code, erased.status_code) == (422, 200)
    assert people(dialogue) == [f"{name}@example.net" for name in ("berta", "carla", "dora")]
    assert dialogue.mailbox.to("dora@example.net")[-1].subject.startswith("Ein Platz ist frei")
    assert Visitor(dialogue).open(link).status_code == 404
    assert Visitor(dialogue).open(seat_url(dialogue, "dora")).status_code == 200


def test_the_link_is_mailed_once_an_hour_and_counts_for_one(dialogue: House) -> None:
    link = fresh_link(dialogue, "berta")
    for _ in range(2):
        Visitor(dialogue).press(seat_url(dialogue, "berta"), do="access")
        dialogue.tick()
    once = len(dialogue.mailbox.letters)
    dialogue.tick(dialogue.now + HOUR + timedelta(minutes=1))

    late = Visitor(dialogue).open(link)
    again = fresh_link(dialogue, "berta")

    assert (once, late.status_code, "berta@example.net" in late.text) == (1, 410, False)
    assert Visitor(dialogue).open(again).status_code == 200


def test_who_gave_her_seat_back_may_ask_as_well(dialogue: House) -> None:
    Visitor(dialogue).press(seat_url(dialogue, "berta"), do="give_back")
    dialogue.tick()

    assert Visitor(dialogue).open(fresh_link(dialogue, "berta")).status_code == 200


@pytest.mark.parametrize("purpose", ["seat", "join", "access", "arrival"])
def test_a_link_for_something_else_shows_nothing(dialogue: House, purpose: str) -> None:
    with dialogue.transaction() as session:
        number = seat_of(session, "berta").id
    minute = int(dialogue.now.timestamp() // 60)
    numbers = (number, minute) if purpose == "access" else (number,)

    answer = Visitor(dialogue).open(
        f"{BASE_URL}/registrations/access/{dialogue.parts.links.make(purpose, *numbers)}"
    )

    assert answer.status_code == 404


def test_asking_for_the_link_is_no_word_of_a_change(dialogue: House) -> None:
    """She still has to hear that it moved: the letter with the link does not say so."""
    with dialogue.transaction() as session:
        the_event(session).revision += 1
    fresh_link(dialogue, "berta")

    with dialogue.transaction() as session:
        berta = seat_of(session, "berta")
        assert (berta.attendance, berta.told_revision) == (Attendance.ONLINE, 0)

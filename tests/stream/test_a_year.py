"""One person's way through the real series, from the form to being forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from mailer.people import Person
from mailer.subscriptions import Consent, Subscription, SubscriptionState
from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.making import NOON, the_example
from tests.support.visitor import Visitor

SLUG = "wandel-machen-vor-ort"
ANNA = "anna@example.net"
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    """A moment of the clock in Berlin, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


YEAR = [
    ("2023-01-12 09:00", "Am 26. Januar 2023"),
    ("2023-01-25 09:00", "Morgen um 17:00 Uhr"),
    ("2023-02-06 12:00", "Zum Nachlesen"),
    ("2023-02-09 09:00", "Am 23. Februar 2023"),
    ("2023-02-22 09:00", "Morgen um 17:00 Uhr"),
    ("2023-03-06 12:00", "Zum Nachlesen"),
    ("2023-03-16 09:00", "Am 30. März 2023"),
    ("2023-03-29 09:00", "Morgen um 17:00 Uhr"),
    ("2023-04-13 09:00", "Am 27. April 2023"),
    ("2023-04-26 09:00", "Morgen um 17:00 Uhr"),
    ("2023-05-11 09:00", "Am 25. Mai 2023"),
    ("2023-05-24 09:00", "Morgen um 17:00 Uhr"),
    ("2023-06-15 09:00", "Am 29. Juni 2023"),
    ("2023-06-28 09:00", "Morgen um 17:00 Uhr"),
    ("2023-09-14 09:00", "Am 28. September 2023"),
    ("2023-09-27 09:00", "Morgen um 17:00 Uhr"),
]
"""When the series writes to somebody who is on the list from the start, and how each subject begins."""

END = at("2023-10-12 09:00")
FAREWELL = "Die Reihe „Wandel. Machen. Vor Ort.“ ist zu Ende – vielen Dank!"


@pytest.fixture
def visitor(house: House) -> Visitor:
    with house.transaction() as session:
        the_example(session)
    return Visitor(house)


def sign_up_and_confirm(house: House, visitor: Visitor, mailbox: Mailbox) -> None:
    visitor.sign_up(SLUG, ANNA, name="Anna Beispiel")
    house.tick(house.now)
    visitor.press(mailbox.letters[-1].link("confirm"))


def test_sign_up_is_answered_by_one_letter_whose_page_changes_nothing_until_the_button(
    house: House, visitor: Visitor, mailbox: Mailbox
) -> None:
    asked = visitor.sign_up(SLUG, ANNA)
    house.tick(NOON)
    link = mailbox.letters[0].link("confirm")

    opened = [visitor.open(link).status_code for _ in range(3)]
    house.tick(NOON)

    found = house.subscription()
    assert (asked.status_code, opened) == (200, [200, 200, 200])
    assert mailbox.subjects == ["Bitte bestätigen: Erinnerungen an „Wandel. Machen. Vor Ort.“"]
    assert found is not None
    assert found.state is SubscriptionState.PENDING


def test_confirming_brings_the_welcome_with_the_next_dialogue_for_the_calendar(
    house: House, visitor: Visitor, mailbox: Mailbox
) -> None:
    sign_up_and_confirm(house, visitor, mailbox)

    house.tick(NOON)

    welcome = mailbox.letters[-1]
    assert welcome.subject == "Willkommen bei „Wandel. Machen. Vor Ort.“"
    assert "DTSTART;TZID=Europe/Berlin:20230126T170000" in welcome.calendar
    assert welcome.files == ["bestand-nutzen.ics"]


def test_year_brings_each_mail_at_its_time_and_ends_by_itself(
    house: House, visitor: Visitor, mailbox: Mailbox
) -> None:
    sign_up_and_confirm(house, visitor, mailbox)
    house.tick(NOON)
    mailbox.letters.clear()

    for moment, _ in YEAR:
        house.tick(at(moment) - timedelta(seconds=1))
        house.tick(at(moment))
    house.tick(at("2023-10-12 08:59"))
    still_on_the_list = house.subscription()
    house.tick(END)

    ended = house.subscription()
    beginnings = [beginning for _, beginning in YEAR]
    assert [subject.split(": ")[0] for subject in mailbox.subjects] == [*beginnings, FAREWELL]
    assert still_on_the_list is not None
    assert still_on_the_list.state is SubscriptionState.ACTIVE
    assert ended is not None
    assert ended.state is SubscriptionState.ENDED


def test_retention_time_after_the_end_erases_who_she_was_and_keeps_the_proof(
    house: House, visitor: Visitor, mailbox: Mailbox
) -> None:
    sign_up_and_confirm(house, visitor, mailbox)
    house.tick(NOON)
    house.tick(END)
    leaving = mailbox.letters[1].link("unsubscribe")

    house.tick(END + timedelta(days=30) - timedelta(seconds=1))
    before = house.subscription()
    house.tick(END + timedelta(days=30))

    with house.database.reading() as session:
        people = session.scalar(select(func.count()).select_from(Person))
        subscriptions = session.scalar(select(func.count()).select_from(Subscription))
        steps = list(session.scalars(select(Consent.step).order_by(Consent.id)))
    assert before is not None
    assert (people, subscriptions) == (0, 0)
    assert {row.address for row in house.deliveries()} == {None}
    assert steps == ["asked", "confirmed", "ended"]
    assert visitor.open(leaving).status_code == 200


def test_nothing_leaves_after_the_farewell(house: House, visitor: Visitor, mailbox: Mailbox) -> None:
    sign_up_and_confirm(house, visitor, mailbox)
    house.tick(END)
    mailbox.letters.clear()

    refused = visitor.sign_up(SLUG, "berta@example.net")
    for days in (1, 14, 30, 400):
        house.tick(END + timedelta(days=days))

    assert refused.status_code == 409
    assert mailbox.letters == []


@pytest.mark.parametrize("way", ["button", "one click"])
def test_leaving_ends_the_mails_at_once(house: House, visitor: Visitor, mailbox: Mailbox, way: str) -> None:
    sign_up_and_confirm(house, visitor, mailbox)
    house.tick(NOON)
    link = mailbox.letters[-1].link("unsubscribe")

    answers = [visitor.open(link).status_code]
    post = visitor.post if way == "button" else visitor.click_once
    answers += [post(link).status_code for _ in range(2)]
    house.tick(at("2023-01-12 09:00"))

    found = house.subscription()
    assert set(answers) == {200}
    assert found is not None
    assert found.state is SubscriptionState.LEFT
    assert len(mailbox.letters) == 2


def test_request_nobody_confirms_is_erased_after_a_week(
    house: House, visitor: Visitor, mailbox: Mailbox
) -> None:
    visitor.sign_up(SLUG, ANNA)
    house.tick(NOON)
    link = mailbox.letters[0].link("confirm")

    house.tick(NOON + timedelta(days=7))
    kept = house.subscription()
    house.tick(NOON + timedelta(days=7, seconds=1))

    assert kept is not None
    assert house.subscription() is None
    assert visitor.open(link).status_code == 404


def test_confirming_between_due_and_start_gets_the_reminder_inside_the_welcome_and_no_second_one(
    house: House, visitor: Visitor, mailbox: Mailbox
) -> None:
    house.now = at("2023-01-25 20:00")
    sign_up_and_confirm(house, visitor, mailbox)

    house.tick()
    house.tick(at("2023-01-26 08:00"))

    assert mailbox.subjects[1:] == [
        "Willkommen! Morgen um 17:00 Uhr: Wie können Kommunen Bestand nutzen und Nachhaltigkeit unterstützen?"
    ]


def test_confirming_one_second_after_a_rule_was_due_is_told_once(
    house: House, visitor: Visitor, mailbox: Mailbox
) -> None:
    house.now = at("2023-01-25 09:00") + timedelta(seconds=1)
    sign_up_and_confirm(house, visitor, mailbox)

    house.tick()
    house.tick(house.now + timedelta(minutes=5))

    assert [subject.split("!")[0] for subject in mailbox.subjects[1:]] == ["Willkommen"]


def test_signing_up_again_while_active_brings_one_letter_an_hour_that_says_so(
    house: House, visitor: Visitor, mailbox: Mailbox
) -> None:
    sign_up_and_confirm(house, visitor, mailbox)
    house.tick(NOON)

    answers = []
    for minutes in (1, 30, 62):
        house.now = NOON + timedelta(minutes=minutes)
        answers.append(visitor.sign_up(SLUG, ANNA).text)
        house.tick()

    assert mailbox.subjects[2:] == ["Schon eingetragen: „Wandel. Machen. Vor Ort.“"] * 2
    assert answers == [visitor.sign_up(SLUG, "berta@example.net").text] * 3

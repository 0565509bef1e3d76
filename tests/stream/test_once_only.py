"""Never twice: whatever runs twice, or beside another, writes to everybody once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from mailer import jobs
from mailer.delivery import Transport
from mailer.mailings import MailingState
from mailer.series import Series
from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.making import NOON
from tests.support.visitor import Visitor
from tests.support.written import bring_in, crowd, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)
"""The day before the dialogue, 09:00 in Berlin."""


def at_once(house: House, workers: int, *, now: datetime) -> None:
    """So many workers, each a thread with a name and a connection of its own, all at the same moment."""
    start = threading.Barrier(workers)
    problems: list[BaseException] = []
    parts = house.parts
    roads = [house.own_road() for _ in range(workers)]

    def work(road: Transport) -> None:
        start.wait()
        try:
            jobs.work_once(parts.database, road, parts.composer, now=now)
        except BaseException as problem:  # noqa: BLE001  # shown below, whatever it is
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(road,)) for road in roads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert problems == []


def a_series_of_many(house: House, count: int) -> Series:
    series = bring_in(house, dialogue())
    seat(house, series, *crowd(count))
    return series


def test_tick_twice_sends_nothing_twice(house: House, mailbox: Mailbox) -> None:
    a_series_of_many(house, 3)
    house.tick(DUE)

    again = house.tick(DUE)
    later = house.tick(DUE + timedelta(minutes=1))

    assert mailbox.recipients == crowd(3)
    assert (again.settled, later.settled) == ({}, {})


def test_workers_at_once_write_to_everybody_once(house: House, mailbox: Mailbox) -> None:
    a_series_of_many(house, 60)

    at_once(house, 3, now=DUE)
    house.tick(DUE)

    reminder = house.mailings()[-1]
    assert mailbox.recipients == crowd(60)
    assert (reminder.state, reminder.recipients) == (MailingState.DONE, 60)


def test_workers_at_once_answer_one_sign_up_with_one_letter(house: House, mailbox: Mailbox) -> None:
    bring_in(house, dialogue())
    Visitor(house).sign_up("wandel", "anna@example.net")

    at_once(house, 3, now=NOON)

    assert mailbox.recipients == ["anna@example.net"]


def test_same_person_in_two_series_hears_of_both(house: House, mailbox: Mailbox) -> None:
    for slug in ("wandel", "handel"):
        seat(house, bring_in(house, dialogue(), slug=slug, title=slug), "anna@example.net")

    house.tick(DUE)

    lists = sorted(str(letter.message["List-Id"]) for letter in mailbox.letters)
    assert mailbox.recipients == ["anna@example.net"] * 2
    assert [name.split(" ")[0] for name in lists] == ['"handel"', '"wandel"']


def test_two_dialogues_on_one_day_are_two_reminders(house: House, mailbox: Mailbox) -> None:
    series = bring_in(house, dialogue("frueh", "2023-05-25 10:00"), dialogue("spaet", "2023-05-25 19:00"))
    seat(house, series, "anna@example.net")

    house.tick(DUE)

    assert sorted(mailbox.subjects) == [
        "Morgen um 10:00 Uhr: Wie gelingt frueh?",
        "Morgen um 19:00 Uhr: Wie gelingt spaet?",
    ]

"""Dates ripen, move and fall through; reminders follow what stands there now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailer.subscriptions import SubscriptionState
from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.making import NOON
from tests.support.written import bring_in, dialogue, seat, undated

ANNA = "anna@example.net"


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_dialogue_with_only_a_month_brings_no_mail_and_does_not_hold_the_series_open(
    house: House, mailbox: Mailbox
) -> None:
    seat(house, bring_in(house, undated(month="2023-08")), ANNA)

    for moment in ("2023-07-20 07:00", "2023-08-31 23:00", "2023-09-14 06:59", "2023-09-14 07:00"):
        house.tick(at(moment))

    assert mailbox.subjects == ["Die Reihe „Wandel“ ist zu Ende – vielen Dank!"]


def test_date_set_with_less_notice_than_the_rule_asks_for_is_announced_at_once(
    house: House, mailbox: Mailbox
) -> None:
    seat(house, bring_in(house, undated("boden", "2023-05")), ANNA)
    house.tick(NOON)
    bring_in(house, dialogue(), now=at("2023-05-20 10:00"))

    house.tick(at("2023-05-20 10:00"))
    house.tick(at("2023-05-24 07:00"))

    assert mailbox.subjects == [
        "Am Donnerstag, 25. Mai, um 17:00 Uhr: Wie gelingt boden?",
        "Morgen um 17:00 Uhr: Wie gelingt boden?",
    ]


def test_dialogue_moved_before_its_reminder_is_reminded_of_at_its_new_time_only(
    house: House, mailbox: Mailbox
) -> None:
    seat(house, bring_in(house, dialogue()), ANNA)
    house.tick(NOON)
    bring_in(house, dialogue(starts_at="2023-05-31 19:00"), now=at("2023-05-01 10:00"))

    for moment in ("2023-05-11 07:00", "2023-05-17 07:00", "2023-05-24 07:00", "2023-05-30 07:00"):
        house.tick(at(moment))

    assert mailbox.subjects == [
        "Am 31. Mai 2023: Wie gelingt boden?",
        "Morgen um 19:00 Uhr: Wie gelingt boden?",
    ]


def test_dialogue_moved_after_its_reminder_is_reminded_of_once_more_with_a_higher_sequence(
    house: House, mailbox: Mailbox
) -> None:
    seat(house, bring_in(house, dialogue()), ANNA)
    house.tick(at("2023-05-24 07:00"))
    bring_in(house, dialogue(starts_at="2023-06-08 17:00"), now=at("2023-05-24 10:00"))

    house.tick(at("2023-06-07 07:00"))

    first, second = mailbox.letters[0].calendar, mailbox.letters[-1].calendar
    assert mailbox.subjects[-1] == "Morgen um 17:00 Uhr: Wie gelingt boden?"
    assert [line for line in first.split("\n") if line.startswith("UID")] == [
        line for line in second.split("\n") if line.startswith("UID")
    ]
    assert ("SEQUENCE:0" in first, "SEQUENCE:1" in second) == (True, True)


def test_dialogue_moved_and_moved_back_is_reminded_of_once(house: House, mailbox: Mailbox) -> None:
    seat(house, bring_in(house, dialogue()), ANNA)
    house.tick(at("2023-05-24 07:00"))
    bring_in(house, dialogue(starts_at="2023-05-25 19:00"), now=at("2023-05-24 08:00"))
    bring_in(house, dialogue(), now=at("2023-05-24 08:01"))

    house.tick(at("2023-05-24 08:02"))
    house.tick(at("2023-05-25 08:00"))

    assert mailbox.subjects == ["Morgen um 17:00 Uhr: Wie gelingt boden?"]


def test_dialogue_cancelled_before_its_reminder_is_not_reminded_of(house: House, mailbox: Mailbox) -> None:
    seat(house, bring_in(house, dialogue(), dialogue("sharing", "2023-06-29 17:00")), ANNA)
    house.tick(NOON)
    bring_in(
        house,
        dialogue(state="cancelled"),
        dialogue("sharing", "2023-06-29 17:00"),
        now=at("2023-05-01 10:00"),
    )

    house.tick(at("2023-05-11 07:00"))
    house.tick(at("2023-05-24 07:00"))

    assert mailbox.letters == []


@pytest.mark.parametrize(
    ("starts_at", "due"),
    [
        ("2023-03-27 17:00", "2023-03-26 07:00"),  # the night before, clocks went forward
        ("2023-10-30 17:00", "2023-10-29 08:00"),  # and back
        ("2024-03-01 17:00", "2024-02-29 08:00"),
        ("2024-01-01 17:00", "2023-12-31 08:00"),
    ],
)
def test_reminder_comes_at_nine_on_the_clock_of_the_day_before(
    house: House, mailbox: Mailbox, starts_at: str, due: str
) -> None:
    series = bring_in(
        house, dialogue(starts_at=starts_at), reminders=[{"kind": "reminder", "before": "P1D", "at": "09:00"}]
    )
    seat(house, series, ANNA)

    house.tick(at(due) - timedelta(seconds=1))
    too_early = len(mailbox.letters)
    house.tick(at(due))

    assert (too_early, mailbox.subjects) == (0, ["Morgen um 17:00 Uhr: Wie gelingt boden?"])


def test_series_prolonged_before_its_farewell_ends_later(house: House, mailbox: Mailbox) -> None:
    seat(house, bring_in(house, dialogue()), ANNA)
    house.tick(at("2023-05-24 07:00"))
    bring_in(house, dialogue(), dialogue("sharing", "2023-06-29 17:00"), now=at("2023-06-01 10:00"))

    house.tick(at("2023-06-08 07:00"))
    after_the_first_end = mailbox.subjects[1:]
    house.tick(at("2023-07-13 07:00"))

    assert after_the_first_end == []
    assert mailbox.subjects[-1] == "Die Reihe „Wandel“ ist zu Ende – vielen Dank!"


def test_series_prolonged_after_its_farewell_does_not_come_back_to_those_it_said_good_bye_to(
    house: House, mailbox: Mailbox
) -> None:
    seat(house, bring_in(house, dialogue()), ANNA)
    house.tick(at("2023-06-08 07:00"))
    mailbox.letters.clear()
    bring_in(house, dialogue(), dialogue("sharing", "2023-06-29 17:00"), now=at("2023-06-10 10:00"))

    house.tick(at("2023-06-15 07:00"))
    house.tick(at("2023-06-28 07:00"))
    found = house.subscription()
    house.tick(at("2023-07-13 07:00"))

    assert found is not None
    assert found.state is SubscriptionState.ENDED
    assert mailbox.letters == []


def test_explicit_closing_date_wins(house: House, mailbox: Mailbox) -> None:
    seat(house, bring_in(house, dialogue(), closes_on="2023-12-31"), ANNA)

    house.tick(at("2023-06-08 07:00"))
    in_june = [subject for subject in mailbox.subjects if "Ende" in subject]
    house.tick(at("2023-12-31 08:00"))

    assert in_june == []
    assert mailbox.subjects[-1] == "Die Reihe „Wandel“ ist zu Ende – vielen Dank!"


def test_what_was_past_when_it_was_imported_is_not_owed(house: House, mailbox: Mailbox) -> None:
    seat(house, bring_in(house, dialogue(), now=at("2023-05-12 07:00")), ANNA)

    house.tick(at("2023-05-12 07:01"))
    right_away = list(mailbox.subjects)
    house.tick(at("2023-05-24 07:00"))

    assert right_away == []
    assert mailbox.subjects == ["Morgen um 17:00 Uhr: Wie gelingt boden?"]

"""What is due becomes a mailing, once; who hears of it is decided when it leaves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer import mailings, people, subscriptions
from mailer.delivery import Delivery
from mailer.mailings import Mailing, MailingKind, MailingState, Occasion, Origin, Told
from mailer.people import SuppressionReason
from mailer.reminders import RuleKind
from mailer.series import Event, EventState, Series
from tests.support.making import a_series, a_subscription, an_event
from tests.support.reminding import berlin, rules_for
from tests.support.ticking import everything_arrives, letters_to, mailings_of, tick

START = berlin("2023-04-27 17:00")
INFO_DUE = berlin("2023-04-13 09:00")
DUE = berlin("2023-04-26 09:00")


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session)
    rules_for(session, made)
    return made


@pytest.fixture
def event(session: Session, series: Series) -> Event:
    return an_event(session, series, starts_at=START)


def rows_of(session: Session) -> list[int]:
    tables = (Mailing, Occasion, Told, Delivery)
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_reminder_is_planned_at_its_due_time_and_not_before(session: Session, event: Event) -> None:
    assert mailings.plan(session, now=INFO_DUE - timedelta(seconds=1)) == 0
    assert mailings.plan(session, now=INFO_DUE) == 1


def test_planned_mailing_says_what_it_is_about(session: Session, series: Series, event: Event) -> None:
    mailings.plan(session, now=INFO_DUE + timedelta(seconds=5))

    [mailing] = mailings.list_mailings(session, series)
    assert (mailing.kind, mailing.state, mailing.origin) == (
        MailingKind.INFO,
        MailingState.RELEASED,
        Origin.RULE,
    )
    assert (mailing.event, mailing.event_starts_at) == (event, START)
    assert (mailing.due_at, mailing.not_after) == (INFO_DUE, START)
    assert mailing.created_at == INFO_DUE + timedelta(seconds=5)


def test_planning_twice_writes_nothing_more(session: Session, series: Series, event: Event) -> None:
    a_subscription(session, series)
    tick(session, now=DUE)
    once = rows_of(session)

    done = tick(session, now=DUE)

    assert (done, rows_of(session)) == (0, once)


def test_everybody_on_the_list_is_told_once_per_rule(session: Session, series: Series, event: Event) -> None:
    anna, ben = a_subscription(session, series), a_subscription(session, series, "ben@example.net")

    for now in (INFO_DUE, INFO_DUE + timedelta(days=1), DUE, DUE + timedelta(hours=1), START):
        tick(session, now=now)

    assert letters_to(session, anna) == [("info", INFO_DUE), ("reminder", DUE)]
    assert letters_to(session, ben) == [("info", INFO_DUE), ("reminder", DUE)]


def test_nothing_is_owed_for_what_was_past_at_the_import(session: Session, series: Series) -> None:
    event = an_event(session, series, starts_at=START, created_at=DUE - timedelta(hours=1))

    tick(session, now=DUE - timedelta(hours=1))
    tick(session, now=DUE)

    assert mailings_of(session, event) == [("reminder", MailingState.DONE, DUE)]


def test_two_dialogues_on_one_day_are_two_mailings(session: Session, series: Series, event: Event) -> None:
    evening = an_event(session, series, slug="abends", starts_at=START + timedelta(hours=3))
    anna = a_subscription(session, series)

    for now in (INFO_DUE, DUE):
        tick(session, now=now)

    assert [kind for kind, _, _ in mailings_of(session, evening)] == ["info", "reminder"]
    assert letters_to(session, anna) == [("info", INFO_DUE)] * 2 + [("reminder", DUE)] * 2


def test_person_in_two_series_hears_of_both(session: Session, series: Series, event: Event) -> None:
    other = a_series(session, slug="anders")
    rules_for(session, other)
    an_event(session, other, starts_at=START)
    here, there = a_subscription(session, series), a_subscription(session, other)

    tick(session, now=DUE)

    assert here.person_id == there.person_id
    assert letters_to(session, here) == [("reminder", DUE)]
    assert letters_to(session, there) == [("reminder", DUE)]


def test_leaving_one_series_keeps_the_mails_of_the_other(
    session: Session, series: Series, event: Event
) -> None:
    other = a_series(session, slug="anders")
    rules_for(session, other)
    an_event(session, other, starts_at=START)
    here, there = a_subscription(session, series), a_subscription(session, other)

    subscriptions.leave(session, here.id, now=DUE - timedelta(days=1))
    tick(session, now=DUE)

    assert letters_to(session, here) == []
    assert letters_to(session, there) == [("reminder", DUE)]


def test_who_left_is_not_reminded(session: Session, series: Series, event: Event) -> None:
    anna = a_subscription(session, series)
    subscriptions.leave(session, anna.id, now=DUE)

    tick(session, now=DUE)

    assert letters_to(session, anna) == []


def test_suppressed_address_is_not_reminded(session: Session, series: Series, event: Event) -> None:
    anna = a_subscription(session, series)
    people.suppress(session, anna.person.pseudonym, SuppressionReason.COMPLAINT, now=DUE)

    tick(session, now=DUE)

    assert letters_to(session, anna) == []


@pytest.mark.parametrize(
    ("until", "expected"), [(date(2023, 4, 26), [("reminder", DUE)]), (date(2023, 4, 27), [])]
)
def test_paused_person_is_reminded_again_from_the_named_day_on(
    session: Session, series: Series, event: Event, until: date, expected: list[object]
) -> None:
    anna = a_subscription(session, series)
    subscriptions.pause(session, anna.id, until, now=INFO_DUE - timedelta(days=1))

    tick(session, now=DUE)

    assert letters_to(session, anna) == expected


def test_month_only_dialogue_has_no_reminder_and_no_mailing(session: Session, series: Series) -> None:
    event = an_event(session, series)
    a_subscription(session, series)

    for day in range(1, 32):
        tick(session, now=berlin(f"2023-08-{day:02} 12:00"))

    assert mailings_of(session, event) == []


def test_own_rules_of_an_event_stand_instead_of_the_series(session: Session, series: Series) -> None:
    event = an_event(session, series, starts_at=START, own_rules=True)
    rules_for(session, series, ("P3D", "18:00", RuleKind.REMINDER), event=event)

    for now in (INFO_DUE, berlin("2023-04-24 18:00"), DUE):
        tick(session, now=now)

    assert mailings_of(session, event) == [("reminder", MailingState.DONE, berlin("2023-04-24 18:00"))]


def test_event_that_wants_no_reminders_gets_none(session: Session, series: Series) -> None:
    event = an_event(session, series, starts_at=START, own_rules=True)

    for now in (INFO_DUE, DUE):
        tick(session, now=now)

    assert mailings_of(session, event) == []


def test_documentation_leaves_once_when_it_is_published(
    session: Session, series: Series, event: Event
) -> None:
    anna = a_subscription(session, series)
    event.documented_at = berlin("2023-05-08 12:00")
    tick(session, now=event.documented_at)

    event.documented_at += timedelta(days=1)
    tick(session, now=event.documented_at)

    assert letters_to(session, anna) == [("documentation", berlin("2023-05-08 12:00"))]


def test_documentation_of_a_cancelled_dialogue_does_not_leave(
    session: Session, series: Series, event: Event
) -> None:
    event.documented_at, event.state = berlin("2023-05-08 12:00"), EventState.CANCELLED

    tick(session, now=berlin("2023-05-08 12:00"))

    assert mailings_of(session, event) == []


def test_mailing_whose_letters_all_left_is_done(session: Session, series: Series, event: Event) -> None:
    a_subscription(session, series)
    tick(session, now=DUE)

    everything_arrives(session, now=DUE)

    assert mailings_of(session, event)[-1] == ("reminder", MailingState.DONE, DUE)


def test_mailing_counts_its_recipients_when_it_opens(session: Session, series: Series, event: Event) -> None:
    for number in range(3):
        a_subscription(session, series, f"p{number}@example.net")

    tick(session, now=DUE)

    mailing = mailings.list_mailings(session, series)[-1]
    assert (mailing.recipients, mailing.opened_at) == (3, DUE)

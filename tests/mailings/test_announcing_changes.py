"""Who is told that a dialogue changed: everybody who was told of it, once, after the quiet period."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import mailings
from mailer.mailings import Mailing, MailingKind, MailingState, Origin
from mailer.reminders import RuleKind
from mailer.series import Change, Event, Series, announced_facts, facts_of
from mailer.subscriptions import Subscription, SubscriptionState
from tests.support.changing import QUIET, cancel, change
from tests.support.making import a_series, a_subscription, an_event
from tests.support.reminding import berlin, rules_for
from tests.support.ticking import a_newcomer, everything_arrives, letters_to, mailings_of, tick

START = berlin("2023-04-27 17:00")
REMINDED = berlin("2023-04-26 09:00")
MOVED = REMINDED + timedelta(hours=1)
TOLD = MOVED + QUIET
WEEK = timedelta(days=7)


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session, closing_days=60)
    rules_for(session, made, ("P1D", "09:00", RuleKind.REMINDER))
    return made


@pytest.fixture
def event(session: Session, series: Series) -> Event:
    return an_event(session, series, starts_at=START)


@pytest.fixture
def anna(session: Session, series: Series) -> Subscription:
    return a_subscription(session, series)


@pytest.fixture
def reminded(session: Session, event: Event, anna: Subscription) -> Subscription:
    tick(session, now=REMINDED)
    everything_arrives(session, now=REMINDED)
    return anna


def after_the_reminder(session: Session, person: Subscription) -> list[tuple[str, datetime]]:
    return [letter for letter in letters_to(session, person) if letter != ("reminder", REMINDED)]


def test_move_is_told_once_after_the_quiet_period(
    session: Session, event: Event, reminded: Subscription
) -> None:
    change(session, event, starts_at=START + WEEK, now=MOVED)

    tick(session, now=TOLD - timedelta(seconds=1))
    too_early = after_the_reminder(session, reminded)
    for minutes in range(3):
        tick(session, now=TOLD + timedelta(minutes=minutes))

    assert too_early == []
    assert after_the_reminder(session, reminded) == [("change", TOLD)]


def test_quiet_period_is_as_long_as_the_house_says(
    session: Session, event: Event, reminded: Subscription
) -> None:
    change(session, event, starts_at=START + WEEK, now=MOVED)

    hours = timedelta(hours=2)
    too_early = mailings.plan_changes(session, now=MOVED + hours - timedelta(seconds=1), quiet=hours)
    in_time = mailings.plan_changes(session, now=MOVED + hours, quiet=hours)

    assert (too_early, in_time) == (0, 1)


def test_mailing_of_a_change_says_how_it_was_and_was_let_go_by_the_clock(
    session: Session, event: Event, reminded: Subscription
) -> None:
    before = facts_of(event)
    change(session, event, starts_at=START + WEEK, now=MOVED)

    mailings.plan_changes(session, now=TOLD)

    mailing = session.scalars(select(Mailing).where(Mailing.kind == MailingKind.CHANGE)).one()
    assert (mailing.key, mailing.state, mailing.origin) == (
        f"change:{event.id}:1",
        MailingState.RELEASED,
        Origin.RULE,
    )
    assert (mailing.change, mailing.before, mailing.event_revision) == (Change.MOVED, before.as_json(), 1)
    assert (mailing.due_at, mailing.not_after) == (TOLD, START + WEEK)


def test_moved_twice_within_the_quiet_period_is_one_mail_from_the_first_to_the_last(
    session: Session, event: Event, reminded: Subscription
) -> None:
    change(session, event, starts_at=START + WEEK, now=MOVED)
    again = MOVED + timedelta(minutes=10)
    change(session, event, starts_at=START + 2 * WEEK, now=again)

    for moment in (TOLD, again + QUIET, again + 2 * QUIET):
        tick(session, now=moment)

    assert after_the_reminder(session, reminded) == [("change", again + QUIET)]
    mailing = session.scalars(select(Mailing).where(Mailing.kind == MailingKind.CHANGE)).one()
    assert (mailing.before or {})["starts_at"] == START.isoformat()


def test_moved_and_moved_back_is_no_mail_and_nothing_that_waits(
    session: Session, event: Event, reminded: Subscription
) -> None:
    change(session, event, starts_at=START + WEEK, now=MOVED)
    change(session, event, starts_at=START, now=MOVED + timedelta(minutes=5))

    waiting = mailings.pending_changes(session, event.series, now=MOVED + timedelta(minutes=5))
    for moment in (TOLD, TOLD + timedelta(minutes=5), TOLD + timedelta(hours=1)):
        tick(session, now=moment)

    assert waiting == []
    assert after_the_reminder(session, reminded) == []
    assert event.announced_revision == event.revision == 2


def test_moved_back_after_the_move_was_told_is_told_again(
    session: Session, event: Event, reminded: Subscription
) -> None:
    change(session, event, starts_at=START + WEEK, now=MOVED)
    tick(session, now=TOLD)
    back = TOLD + timedelta(hours=1)
    change(session, event, starts_at=START, now=back)

    tick(session, now=back + QUIET)

    assert after_the_reminder(session, reminded) == [("change", TOLD), ("change", back + QUIET)]


def test_who_was_never_told_hears_nothing_of_a_move(
    session: Session, event: Event, anna: Subscription
) -> None:
    change(session, event, starts_at=START + WEEK, now=REMINDED - WEEK)

    tick(session, now=REMINDED)
    tick(session, now=REMINDED + WEEK)

    assert letters_to(session, anna) == [("reminder", REMINDED + WEEK)]
    assert [kind for kind, _, _ in mailings_of(session)] == ["reminder"]


def test_welcome_with_the_next_dialogue_counts_as_being_told(
    session: Session, series: Series, event: Event
) -> None:
    joined = REMINDED - timedelta(days=5)
    newcomer = a_newcomer(session, series, "neu@example.net", now=joined)
    tick(session, now=joined)
    change(session, event, starts_at=START + WEEK, now=joined + timedelta(hours=1))

    tick(session, now=joined + timedelta(hours=1) + QUIET)

    kinds = [kind for kind, _ in letters_to(session, newcomer)]
    assert kinds == ["welcome", "change"]


def test_welcome_within_the_quiet_period_speaks_of_the_new_time_and_no_change_follows(
    session: Session, series: Series, event: Event, reminded: Subscription
) -> None:
    change(session, event, starts_at=START + WEEK, now=MOVED)
    newcomer = a_newcomer(session, series, "neu@example.net", now=MOVED + timedelta(minutes=5))
    tick(session, now=MOVED + timedelta(minutes=5))

    tick(session, now=TOLD)

    assert [kind for kind, _ in letters_to(session, newcomer)] == ["welcome"]
    assert after_the_reminder(session, reminded) == [("change", TOLD)]


def test_message_with_the_entry_counts_as_being_told(
    session: Session, series: Series, event: Event, anna: Subscription
) -> None:
    sent = REMINDED - WEEK
    words = {"de": "Bitte vormerken"}
    mailings.release(
        session, series, event, kind=MailingKind.MESSAGE, key="k", subject=words, body=words, now=sent
    )
    tick(session, now=sent)
    cancel(session, event, now=sent + timedelta(hours=1))

    tick(session, now=sent + timedelta(hours=1) + QUIET)

    assert [kind for kind, _ in letters_to(session, anna)] == ["message", "cancellation"]


@pytest.mark.parametrize("reason", ["left", "paused"])
def test_who_gets_no_reminders_gets_no_change(
    session: Session, event: Event, reminded: Subscription, reason: str
) -> None:
    change(session, event, starts_at=START + WEEK, now=MOVED)
    if reason == "left":
        reminded.state = SubscriptionState.LEFT
    else:
        reminded.paused_until = date(2023, 6, 1)
    session.flush()

    tick(session, now=TOLD)

    assert after_the_reminder(session, reminded) == []


def test_moved_into_the_past_is_no_mail(session: Session, event: Event, reminded: Subscription) -> None:
    change(session, event, starts_at=MOVED - WEEK, now=MOVED)

    tick(session, now=MOVED)
    tick(session, now=TOLD)

    assert after_the_reminder(session, reminded) == []
    assert announced_facts(event) == facts_of(event)


def test_over_and_then_changed_is_no_mail(session: Session, event: Event, reminded: Subscription) -> None:
    tomorrow = START + timedelta(days=1)
    change(session, event, place="Potsdam", now=tomorrow)
    cancel(session, event, now=tomorrow + timedelta(minutes=1))

    tick(session, now=tomorrow + timedelta(hours=1))

    assert after_the_reminder(session, reminded) == []
    assert [state for _, state, _ in mailings_of(session)] == [MailingState.DONE]


def test_new_place_is_told(session: Session, event: Event, reminded: Subscription) -> None:
    change(session, event, place="Potsdam", now=MOVED)

    tick(session, now=TOLD)

    assert after_the_reminder(session, reminded) == [("change", TOLD)]


def test_moved_by_hours_is_one_mail_that_is_the_new_reminder_too(
    session: Session, event: Event, reminded: Subscription
) -> None:
    """The rule's time for the new start is past: a reminder and a change would say the same in the same minute."""
    change(session, event, starts_at=START + timedelta(hours=2), now=MOVED)

    for minutes in (0, 5, 14, 15, 16, 20, 60, 300, 600):
        tick(session, now=MOVED + timedelta(minutes=minutes))

    assert after_the_reminder(session, reminded) == [("change", TOLD)]


def test_who_was_not_told_before_a_move_by_hours_is_reminded_of_the_new_time(
    session: Session, series: Series, event: Event, reminded: Subscription
) -> None:
    late = a_subscription(session, series, "bert@example.net")
    change(session, event, starts_at=START + timedelta(hours=2), now=MOVED)

    for minutes in (0, 5, 14, 15, 16, 59):
        tick(session, now=MOVED + timedelta(minutes=minutes))

    assert [kind for kind, _ in letters_to(session, late)] == ["reminder"]


def test_moved_after_its_reminder_is_one_change_and_one_new_reminder(
    session: Session, event: Event, reminded: Subscription
) -> None:
    change(session, event, starts_at=START + WEEK, now=MOVED)

    for hours in range(0, 24 * 9, 24):
        tick(session, now=TOLD + timedelta(hours=hours))

    kinds = [kind for kind, _ in after_the_reminder(session, reminded)]
    assert kinds == ["change", "reminder"]


def test_what_begins_soon_is_not_gathered(session: Session, event: Event, reminded: Subscription) -> None:
    half_an_hour_before = START - timedelta(minutes=30)
    change(session, event, starts_at=START + WEEK, now=half_an_hour_before)

    tick(session, now=half_an_hour_before)

    assert after_the_reminder(session, reminded) == [("change", half_an_hour_before)]

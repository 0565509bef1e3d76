"""Who is told that a dialogue is cancelled, takes place after all, or has its date at last."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import mailings, subscriptions
from mailer.mailings import Mailing, MailingKind, MailingState, Told
from mailer.reminders import RuleKind
from mailer.series import Change, Event, EventState, Series, announced_facts, facts_of
from mailer.subscriptions import Subscription, SubscriptionState
from tests.support.changing import QUIET, cancel, change, fix, reinstate
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


def test_cancelled_after_its_reminder_is_told(session: Session, event: Event, reminded: Subscription) -> None:
    cancel(session, event, now=MOVED)

    tick(session, now=TOLD)
    tick(session, now=TOLD + timedelta(hours=1))

    assert after_the_reminder(session, reminded) == [("cancellation", TOLD)]


def test_cancelled_before_anybody_was_told_is_silent(
    session: Session, event: Event, anna: Subscription
) -> None:
    cancel(session, event, now=REMINDED - WEEK)

    for moment in (REMINDED - WEEK + QUIET, REMINDED, START):
        tick(session, now=moment)

    assert letters_to(session, anna) == []
    assert mailings_of(session) == []


def test_cancelled_and_reinstated_within_the_quiet_period_is_silent(
    session: Session, event: Event, reminded: Subscription
) -> None:
    cancel(session, event, now=MOVED)
    reinstate(session, event, now=MOVED + timedelta(minutes=5))

    tick(session, now=TOLD + timedelta(minutes=5))

    assert after_the_reminder(session, reminded) == []


def test_reinstated_after_its_cancellation_takes_place_after_all(
    session: Session, event: Event, reminded: Subscription
) -> None:
    cancel(session, event, now=MOVED)
    tick(session, now=TOLD)
    again = TOLD + timedelta(hours=1)
    reinstate(session, event, now=again)

    for minutes in (0, 5, 14, 15, 16, 59):
        tick(session, now=again + timedelta(minutes=minutes))

    assert after_the_reminder(session, reminded) == [("cancellation", TOLD), ("change", again + QUIET)]
    newest = session.scalars(select(Mailing).where(Mailing.kind == MailingKind.CHANGE)).one()
    assert newest.change is Change.REINSTATED


def test_last_dialogue_cancelled_late_is_told_before_the_series_ends(session: Session) -> None:
    """Without it the series had ended fourteen days after the dialogue before: at once."""
    series = a_series(session, slug="kurz", closing_days=14)
    rules_for(session, series, ("P1D", "09:00", RuleKind.REMINDER))
    an_event(session, series, slug="erster", starts_at=START - 8 * WEEK)
    last = an_event(session, series, slug="letzter", starts_at=START)
    anna = a_subscription(session, series)
    tick(session, now=REMINDED)
    everything_arrives(session, now=REMINDED)
    cancel(session, last, now=MOVED)

    tick(session, now=TOLD)
    everything_arrives(session, now=TOLD)
    tick(session, now=berlin("2023-04-27 08:59"))
    still = anna.state
    tick(session, now=berlin("2023-04-27 09:00"))

    assert still is SubscriptionState.ACTIVE
    assert [kind for kind, _ in letters_to(session, anna)] == ["reminder", "cancellation", "farewell"]


def test_nothing_is_told_of_a_series_that_is_over(
    session: Session, series: Series, event: Event, reminded: Subscription
) -> None:
    series.closes_on = date(2023, 4, 26)
    change(session, event, starts_at=START + WEEK, now=MOVED)

    tick(session, now=TOLD)

    assert "change" not in [kind for kind, _ in letters_to(session, reminded)]


def test_date_that_is_set_is_told_to_everybody(session: Session, series: Series, anna: Subscription) -> None:
    event = an_event(session, series)
    set_at = berlin("2023-05-02 10:00")
    fix(session, event, berlin("2023-08-24 17:00"), now=set_at)

    tick(session, now=set_at)
    tick(session, now=set_at + QUIET)
    tick(session, now=set_at + 2 * QUIET)

    assert letters_to(session, anna) == [("change", set_at + QUIET)]


def test_date_set_with_less_notice_than_a_rule_asks_for_is_reminded_of_at_once_and_that_is_all(
    session: Session, series: Series, anna: Subscription
) -> None:
    event = an_event(session, series)
    set_at = berlin("2023-08-16 18:00")
    fix(session, event, berlin("2023-08-17 10:00"), now=set_at)

    for minutes in (0, 5, 14, 15, 16, 59):
        tick(session, now=set_at + timedelta(minutes=minutes))

    assert letters_to(session, anna) == [("reminder", set_at)]
    assert mailings.pending_changes(session, series, now=set_at + timedelta(hours=1)) == []


def test_date_set_while_the_worker_was_away_is_one_mail(
    session: Session, series: Series, anna: Subscription
) -> None:
    event = an_event(session, series)
    set_at = berlin("2023-08-16 18:00")
    fix(session, event, berlin("2023-08-17 10:00"), now=set_at)

    for minutes in (30, 31, 32):
        tick(session, now=set_at + timedelta(minutes=minutes))

    assert [kind for kind, _ in letters_to(session, anna)] == ["reminder"]


def test_month_that_changes_is_no_mail(session: Session, series: Series, anna: Subscription) -> None:
    event = an_event(session, series)
    mailings.release(session, series, event, kind=MailingKind.INFO, key="k", now=MOVED)
    tick(session, now=MOVED)
    change(session, event, month="2023-09", now=MOVED)

    tick(session, now=TOLD)

    assert [kind for kind, _ in letters_to(session, anna)] == ["info"]


def test_date_that_does_not_stand_any_more_is_told(
    session: Session, event: Event, reminded: Subscription
) -> None:
    change(
        session, event, starts_at=None, ends_at=None, month="2023-06", state=EventState.ANNOUNCED, now=MOVED
    )

    tick(session, now=TOLD)

    assert after_the_reminder(session, reminded) == [("change", TOLD)]
    newest = session.scalars(select(Mailing).where(Mailing.kind == MailingKind.CHANGE)).one()
    assert newest.change is Change.UNSETTLED


def test_change_that_nobody_could_send_in_time_is_reported_as_missed(
    session: Session, event: Event, reminded: Subscription
) -> None:
    change(session, event, place="Potsdam", now=MOVED)

    tick(session, now=START + timedelta(minutes=1))

    assert mailings_of(session)[-1] == ("change", MailingState.MISSED, TOLD)
    assert after_the_reminder(session, reminded) == []


def test_everybody_is_told_of_a_change_at_its_revision(
    session: Session, event: Event, reminded: Subscription
) -> None:
    change(session, event, starts_at=START + WEEK, now=MOVED)

    tick(session, now=TOLD)

    revisions = session.scalars(
        select(Told.revision).where(Told.subscription_id == reminded.id).order_by(Told.occasion_id)
    ).all()
    assert revisions == [0, 1]


def test_new_event_counts_as_announced_as_it_was_created(session: Session, event: Event) -> None:
    assert (event.announced_revision, announced_facts(event)) == (0, facts_of(event))


def test_who_left_and_came_back_in_the_quiet_period_hears_it_once(
    session: Session, event: Event, reminded: Subscription
) -> None:
    change(session, event, starts_at=START + WEEK, now=MOVED)
    subscriptions.leave(session, reminded.id, now=MOVED)
    back = a_newcomer(session, event.series, "anna@example.net", now=MOVED + timedelta(minutes=5))
    tick(session, now=MOVED + timedelta(minutes=5))

    tick(session, now=TOLD)

    kinds = [kind for kind, _ in letters_to(session, back)]
    assert kinds == ["reminder", "welcome"]

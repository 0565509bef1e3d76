"""What an organiser sees of a change before anybody is told: what waits, and what saving would bring."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import mailings, organisers
from mailer.core.types import EmailAddress
from mailer.mailings import Mailing, MailingKind, MovedReminder, NothingToAnnounce, Origin
from mailer.reminders import Audience, RuleKind
from mailer.series import Change, Event, EventFormat, EventState, Series, announced_facts, facts_of
from mailer.subscriptions import SeriesOver, Subscription
from tests.support.changing import QUIET, cancel, change, fix
from tests.support.making import a_series, a_subscription, an_event
from tests.support.reminding import a_rule, berlin, rules_for
from tests.support.seating import comes
from tests.support.ticking import everything_arrives, letters_to, tick

START = berlin("2023-04-27 17:00")
INFORMED = berlin("2023-04-13 09:00")
NOW = INFORMED + timedelta(hours=2)
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session, closing_days=60)
    rules_for(session, made, ("P14D", "09:00", RuleKind.INFO), ("P1D", "09:00", RuleKind.REMINDER))
    return made


@pytest.fixture
def event(session: Session, series: Series) -> Event:
    return an_event(session, series, starts_at=START)


@pytest.fixture
def informed(session: Session, series: Series, event: Event) -> list[Subscription]:
    """Two who were told of the dialogue, in German and in English; a third came later and was not."""
    people = [
        a_subscription(session, series, "anna@example.net"),
        a_subscription(session, series, "ben@example.net", language="en"),
    ]
    tick(session, now=INFORMED)
    everything_arrives(session, now=INFORMED)
    return [*people, a_subscription(session, series, "cem@example.net")]


def by_an_hour(event: Event) -> dict[str, datetime]:
    assert event.starts_at is not None
    return {"starts_at": event.starts_at + HOUR}


def test_what_is_gathered_says_from_what_to_what_for_how_many_and_until_when(
    session: Session, series: Series, event: Event, informed: list[Subscription]
) -> None:
    before = facts_of(event)
    change(session, event, now=NOW, **by_an_hour(event))

    (pending,) = mailings.pending_changes(session, series, now=NOW + timedelta(minutes=1))

    assert (pending.event, pending.change, pending.kind) == (event, Change.MOVED, MailingKind.CHANGE)
    assert (pending.before, pending.after) == (before, facts_of(event))
    assert (pending.languages, pending.recipients) == ({"de": 1, "en": 1}, 2)
    assert pending.due_at == NOW + QUIET


def test_what_is_gathered_leaves_when_the_house_says(
    session: Session, series: Series, event: Event, informed: list[Subscription]
) -> None:
    change(session, event, now=NOW, **by_an_hour(event))

    (pending,) = mailings.pending_changes(session, series, quiet=HOUR, now=NOW)

    assert pending.due_at == NOW + HOUR


def test_series_gathers_for_a_time_of_its_own(
    session: Session, series: Series, event: Event, informed: list[Subscription]
) -> None:
    series.quiet_minutes = 90
    proposed = replace(facts_of(event), starts_at=START + HOUR)

    foreseen = mailings.consequences(session, event, proposed, now=NOW)
    change(session, event, now=NOW, **by_an_hour(event))
    (waiting,) = mailings.pending_changes(session, series, now=NOW)
    early = mailings.plan_changes(session, now=NOW + timedelta(minutes=89))

    assert foreseen.due_at == waiting.due_at == NOW + timedelta(minutes=90)
    assert (early, mailings.plan_changes(session, now=NOW + timedelta(minutes=90))) == (0, 1)


def test_what_is_gathered_is_in_the_plan(
    session: Session, series: Series, event: Event, informed: list[Subscription]
) -> None:
    change(session, event, now=NOW, **by_an_hour(event))

    planned = mailings.upcoming_mailings(session, series, now=NOW)

    assert [(one.due_at, one.kind, one.recipients) for one in planned[:-1]] == [
        (NOW + QUIET, MailingKind.CHANGE, 2),
        (NOW + QUIET, MailingKind.INFO, 1),  # who was not told before; the change speaks for it to the others
        (berlin("2023-04-26 09:00"), MailingKind.REMINDER, 3),
    ]


def test_date_set_just_now_is_in_the_plan_once(
    session: Session, series: Series, informed: list[Subscription]
) -> None:
    month = an_event(session, series, slug="wasser")
    fix(session, month, NOW + timedelta(days=3), now=NOW)

    planned = mailings.upcoming_mailings(session, series, now=NOW)

    found = [(one.due_at, one.kind, one.recipients) for one in planned if one.event is month]
    assert found == [
        (NOW, MailingKind.INFO, 3),
        (berlin("2023-04-15 09:00"), MailingKind.REMINDER, 3),
    ]


def test_sent_now_leaves_at_once_by_hand_and_not_again(
    session: Session, series: Series, event: Event, informed: list[Subscription]
) -> None:
    organiser = organisers.add(session, EmailAddress("orga@example.org"), now=NOW)
    change(session, event, now=NOW, **by_an_hour(event))

    mailing = mailings.send_change_now(session, event, releaser=organiser.id, now=NOW)
    tick(session, now=NOW)
    tick(session, now=NOW + QUIET)

    assert (mailing.origin, mailing.releaser_id, mailing.due_at) == (Origin.HAND, organiser.id, NOW)
    told = [letters_to(session, person)[1:] for person in informed[:2]]
    assert told == [[("change", NOW)], [("change", NOW)]]
    with pytest.raises(NothingToAnnounce):
        mailings.send_change_now(session, event, now=NOW)


def test_cancellation_is_not_sent_as_a_change(
    session: Session, event: Event, informed: list[Subscription]
) -> None:
    cancel(session, event, now=NOW)

    with pytest.raises(NothingToAnnounce):
        mailings.send_change_now(session, event, kind=MailingKind.CHANGE, now=NOW)

    assert mailings.send_change_now(session, event, kind=MailingKind.CANCELLATION, now=NOW).recipients == 0


def test_nothing_can_be_sent_where_nothing_changed_nor_of_a_series_that_is_over(
    session: Session, series: Series, event: Event, informed: list[Subscription]
) -> None:
    with pytest.raises(NothingToAnnounce):
        mailings.send_change_now(session, event, now=NOW)
    series.closes_on = NOW.date()
    with pytest.raises(SeriesOver):
        mailings.send_change_now(session, event, now=NOW)


def test_kept_silent_nobody_is_told_and_the_next_change_starts_from_there(
    session: Session, series: Series, event: Event, informed: list[Subscription]
) -> None:
    change(session, event, now=NOW, **by_an_hour(event))

    mailings.keep_silent(session, event, now=NOW)
    tick(session, now=NOW + QUIET)

    assert mailings.pending_changes(session, series, now=NOW) == []
    assert announced_facts(event) == facts_of(event)
    assert session.scalars(select(Mailing).where(Mailing.kind == MailingKind.CHANGE)).all() == []
    with pytest.raises(NothingToAnnounce):
        mailings.keep_silent(session, event, now=NOW)


def test_consequences_of_a_move_are_who_is_told_and_which_reminders_move(
    session: Session, event: Event, informed: list[Subscription]
) -> None:
    proposed = replace(facts_of(event), starts_at=START + WEEK, ends_at=START + WEEK + HOUR)

    seen = mailings.consequences(session, event, proposed, now=NOW)

    assert (seen.kind, seen.change, seen.recipients) == (MailingKind.CHANGE, Change.MOVED, 2)
    assert (seen.before, seen.after, seen.due_at) == (facts_of(event), proposed, NOW + QUIET)
    reminder = berlin("2023-04-26 09:00")
    assert seen.reminders == [
        MovedReminder(MailingKind.REMINDER, reminder, reminder + WEEK),
        MovedReminder(MailingKind.INFO, None, INFORMED + WEEK),
    ]


def test_announcement_that_would_be_due_again_at_once_is_spoken_for_by_the_change(
    session: Session, event: Event, informed: list[Subscription]
) -> None:
    """Moved by a day, the announcement of two weeks before is due for the new start as well: nobody gets both."""
    proposed = replace(
        facts_of(event), starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, hours=1)
    )

    seen = mailings.consequences(session, event, proposed, now=NOW + timedelta(days=2))

    assert [one.kind for one in seen.reminders] == [MailingKind.REMINDER]


def test_who_has_a_seat_is_counted_among_those_who_are_told(
    session: Session, event: Event, informed: list[Subscription]
) -> None:
    """Dora is on no list; Anna, who has a seat as well, is told once. Their reminder moves along too."""
    event.format, event.place = EventFormat.HYBRID, "Potsdam"
    for name in ("dora", "anna"):
        comes(session, event, name, now=INFORMED)
    tick(session, now=INFORMED)
    rule = a_rule("PT2H", "", audience=Audience.REGISTERED)
    rule.series_id = event.series_id
    session.add(rule)
    proposed = replace(facts_of(event), starts_at=START + HOUR, ends_at=START + 2 * HOUR)

    seen = mailings.consequences(session, event, proposed, now=NOW)

    assert seen.recipients == 3
    assert (START - 2 * HOUR, START - HOUR) in [(one.before, one.after) for one in seen.reminders]


def test_looking_at_consequences_changes_nothing(
    session: Session, series: Series, event: Event, informed: list[Subscription]
) -> None:
    before, revision = facts_of(event), event.revision
    count = len(series.all_events)

    mailings.consequences(session, event, replace(before, place="Potsdam"), now=NOW)
    session.flush()
    session.refresh(event)
    session.refresh(series)

    assert (facts_of(event), event.revision, len(series.all_events)) == (before, revision, count)
    assert not session.new
    assert not session.dirty


def test_consequences_of_a_cancellation_are_a_cancellation_and_no_reminders(
    session: Session, event: Event, informed: list[Subscription]
) -> None:
    proposed = replace(facts_of(event), state=EventState.CANCELLED)

    seen = mailings.consequences(session, event, proposed, now=NOW)

    assert (seen.kind, seen.recipients) == (MailingKind.CANCELLATION, 2)
    assert seen.reminders == [MovedReminder(MailingKind.REMINDER, berlin("2023-04-26 09:00"), None)]


def test_consequences_of_saving_the_old_facts_again_are_none(
    session: Session, event: Event, informed: list[Subscription]
) -> None:
    as_announced = facts_of(event)
    change(session, event, now=NOW, **by_an_hour(event))

    seen = mailings.consequences(session, event, as_announced, now=NOW)

    assert (seen.kind, seen.recipients, seen.due_at) == (None, 0, None)


def test_consequences_for_a_month_that_gets_its_day_reach_everybody(
    session: Session, series: Series, informed: list[Subscription]
) -> None:
    event = an_event(session, series, slug="wasser")
    day = berlin("2023-08-24 17:00")
    proposed = replace(facts_of(event), state=EventState.FIXED, starts_at=day, ends_at=day + HOUR, month=None)

    seen = mailings.consequences(session, event, proposed, now=NOW)

    assert (seen.change, seen.recipients) == (Change.DATE_SET, 3)
    assert [moved.before for moved in seen.reminders] == [None, None]


def test_consequences_of_moving_it_into_the_past_are_none(
    session: Session, event: Event, informed: list[Subscription]
) -> None:
    proposed = replace(facts_of(event), starts_at=NOW - WEEK, ends_at=NOW - WEEK + HOUR)

    assert mailings.consequences(session, event, proposed, now=NOW).kind is None

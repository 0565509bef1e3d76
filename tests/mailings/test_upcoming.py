"""What a series will still send by itself, when, and to how many."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer import mailings, people, subscriptions
from mailer.mailings import MailingKind
from mailer.people import SuppressionReason
from mailer.series import Event, EventState, Series, note_new_date
from tests.support.making import a_series, a_subscription, an_event, the_example
from tests.support.reminding import berlin, rules_for
from tests.support.ticking import a_newcomer, tick

START = berlin("2023-04-27 17:00")
INFO_DUE = berlin("2023-04-13 09:00")
DUE = berlin("2023-04-26 09:00")
END = berlin("2023-05-11 09:00")
EARLY = berlin("2023-04-01 12:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session)
    rules_for(session, made)
    return made


@pytest.fixture
def event(session: Session, series: Series) -> Event:
    return an_event(session, series, starts_at=START)


def listed(session: Session, series: Series, *, now: datetime) -> list[tuple[str, datetime, int]]:
    found = mailings.upcoming_mailings(session, series, now=now)
    return [(planned.kind.value, planned.due_at, planned.recipients) for planned in found]


def test_every_mail_to_come_is_listed_with_its_recipients_the_farewell_last(
    session: Session, series: Series, event: Event
) -> None:
    a_subscription(session, series)
    event.documented_at = berlin("2023-05-08 12:00")

    planned = listed(session, series, now=EARLY)

    assert planned == [
        ("info", INFO_DUE, 1),
        ("reminder", DUE, 1),
        ("documentation", event.documented_at, 1),
        ("farewell", END, 1),
    ]


def test_example_series_of_2023_has_these_mails_to_send(session: Session) -> None:
    series = the_example(session, now=datetime(2022, 12, 1, tzinfo=UTC))

    found = mailings.upcoming_mailings(session, series, now=datetime(2022, 12, 1, tzinfo=UTC))

    plan = [(one.due_at, one.event.slug if one.event else None, one.kind.value) for one in found]
    assert plan == [
        (berlin("2023-01-12 09:00"), "bestand-nutzen", "info"),
        (berlin("2023-01-25 09:00"), "bestand-nutzen", "reminder"),
        (berlin("2023-02-06 12:00"), "bestand-nutzen", "documentation"),
        (berlin("2023-02-09 09:00"), "engagement", "info"),
        (berlin("2023-02-22 09:00"), "engagement", "reminder"),
        (berlin("2023-03-06 12:00"), "engagement", "documentation"),
        (berlin("2023-03-16 09:00"), "wirtschaftskreislaeufe", "info"),
        (berlin("2023-03-29 09:00"), "wirtschaftskreislaeufe", "reminder"),
        (berlin("2023-04-13 09:00"), "gemeinwohl-finanzieren", "info"),
        (berlin("2023-04-26 09:00"), "gemeinwohl-finanzieren", "reminder"),
        (berlin("2023-05-11 09:00"), "boden", "info"),
        (berlin("2023-05-24 09:00"), "boden", "reminder"),
        (berlin("2023-06-15 09:00"), "sharing", "info"),
        (berlin("2023-06-28 09:00"), "sharing", "reminder"),
        (berlin("2023-09-14 09:00"), "wohnumfelder", "info"),
        (berlin("2023-09-27 09:00"), "wohnumfelder", "reminder"),
        (berlin("2023-10-12 09:00"), None, "farewell"),
    ]


def test_mails_of_2023_leave_when_the_plan_says(session: Session) -> None:
    series = the_example(session)
    anna = a_subscription(session, series, now=datetime(2022, 12, 1, tzinfo=UTC))
    plan = mailings.upcoming_mailings(session, series, now=datetime(2022, 12, 1, tzinfo=UTC))

    for planned in plan:
        tick(session, now=planned.due_at)

    opened = [(m.kind, m.opened_at, m.event) for m in mailings.list_mailings(session, series)]
    assert opened == [(planned.kind, planned.due_at, planned.event) for planned in plan]
    assert anna.ended_at == plan[-1].due_at


def test_what_went_out_is_not_listed_any_more(session: Session, series: Series, event: Event) -> None:
    a_subscription(session, series)

    tick(session, now=INFO_DUE)

    assert listed(session, series, now=INFO_DUE) == [("reminder", DUE, 1), ("farewell", END, 1)]


def test_what_everybody_was_told_by_hand_is_not_listed_any_more(
    session: Session, series: Series, event: Event
) -> None:
    a_subscription(session, series)
    mailings.release(session, series, event, kind=MailingKind.REMINDER, key="k", now=INFO_DUE)

    tick(session, now=INFO_DUE)

    assert listed(session, series, now=INFO_DUE) == [("farewell", END, 1)]


def test_late_mail_is_listed_with_the_moment_it_was_due(
    session: Session, series: Series, event: Event
) -> None:
    assert listed(session, series, now=DUE + HOUR) == [("reminder", DUE, 0), ("farewell", END, 0)]


def test_late_mail_is_listed_for_the_morning_at_night(session: Session, series: Series, event: Event) -> None:
    """The announcement that the reminder replaces stood there too, for the same minute."""
    assert listed(session, series, now=berlin("2023-04-26 23:00")) == [
        ("reminder", berlin("2023-04-27 07:00"), 0),
        ("farewell", END, 0),
    ]


def test_moved_event_is_listed_with_its_new_times(session: Session, series: Series, event: Event) -> None:
    event.starts_at, event.ends_at = START + timedelta(days=7), START + timedelta(days=7, hours=2)
    note_new_date(event, now=EARLY)

    assert listed(session, series, now=EARLY) == [
        ("info", INFO_DUE + timedelta(days=7), 0),
        ("reminder", DUE + timedelta(days=7), 0),
        ("farewell", END + timedelta(days=7), 0),
    ]


def test_cancelled_and_undated_events_are_not_listed(session: Session, series: Series, event: Event) -> None:
    event.state = EventState.CANCELLED
    an_event(session, series, slug="august")

    assert listed(session, series, now=EARLY) == [("farewell", berlin("2023-09-14 09:00"), 0)]


def test_closing_date_cuts_off_what_would_come_after_it(
    session: Session, series: Series, event: Event
) -> None:
    series.closes_on = date(2023, 4, 20)

    assert listed(session, series, now=EARLY) == [
        ("info", INFO_DUE, 0),
        ("farewell", berlin("2023-04-20 09:00"), 0),
    ]


def test_series_without_events_has_nothing_to_send(session: Session, series: Series) -> None:
    a_subscription(session, series)

    assert listed(session, series, now=EARLY) == []


def test_only_who_can_be_written_to_is_counted(session: Session, series: Series, event: Event) -> None:
    a_subscription(session, series)
    blocked = a_subscription(session, series, "blocked@example.net")
    left = a_subscription(session, series, "left@example.net")
    people.suppress(session, blocked.person.pseudonym, SuppressionReason.BLOCKED, now=EARLY)
    subscriptions.leave(session, left.id, now=EARLY)

    assert [recipients for _, _, recipients in listed(session, series, now=EARLY)] == [1, 1, 1]


def test_who_paused_is_counted_from_the_day_she_named(session: Session, series: Series, event: Event) -> None:
    anna = a_subscription(session, series)
    subscriptions.pause(session, anna.id, date(2023, 4, 20), now=EARLY)

    assert listed(session, series, now=EARLY) == [
        ("info", INFO_DUE, 0),
        ("reminder", DUE, 1),
        ("farewell", END, 1),
    ]


def test_who_confirmed_while_no_worker_ran_is_counted_for_what_is_to_come(
    session: Session, series: Series, event: Event
) -> None:
    """She was counted for nothing but the farewell until her welcome was written."""
    a_newcomer(session, series, "neu@example.net", now=EARLY)

    assert listed(session, series, now=EARLY) == [
        ("info", INFO_DUE, 1),
        ("reminder", DUE, 1),
        ("farewell", END, 1),
    ]


def test_farewell_is_listed_until_it_is_planned(session: Session, series: Series, event: Event) -> None:
    a_subscription(session, series)
    before = listed(session, series, now=END + HOUR)

    subscriptions.end_finished(session, now=END + HOUR)
    ended = listed(session, series, now=END + HOUR)
    tick(session, now=END + HOUR)

    assert (before, ended) == ([("farewell", END, 1)], [("farewell", END, 1)])
    assert listed(session, series, now=END + HOUR) == []

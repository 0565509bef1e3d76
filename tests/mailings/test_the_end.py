"""After the last dialogue the mails end by themselves, with one farewell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import mailings, subscriptions
from mailer.mailings import Mailing, MailingKind, MailingState
from mailer.series import Event, EventState, Series
from mailer.subscriptions import Subscription, SubscriptionState
from tests.support.making import a_series, a_subscription, an_event
from tests.support.reminding import berlin, rules_for
from tests.support.ticking import a_newcomer, letters_to, mailings_of, tick

START = berlin("2023-09-28 17:00")
END = berlin("2023-10-12 09:00")
DAY = timedelta(days=1)


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session)
    rules_for(session, made)
    return made


@pytest.fixture
def event(session: Session, series: Series) -> Event:
    return an_event(session, series, starts_at=START)


@pytest.fixture
def anna(session: Session, series: Series, event: Event) -> Subscription:
    return a_subscription(session, series)


def farewells(session: Session) -> list[Mailing]:
    asked = select(Mailing).where(Mailing.kind == MailingKind.FAREWELL).order_by(Mailing.id)
    return list(session.scalars(asked))


def move(event: Event, text: str) -> None:
    event.starts_at = berlin(text)
    event.ends_at = event.starts_at + timedelta(minutes=90)


def test_farewell_leaves_at_the_closing_time_and_once(session: Session, anna: Subscription) -> None:
    for now in (END - timedelta(seconds=1), END, END + timedelta(seconds=1), END + DAY, END + 400 * DAY):
        tick(session, now=now)

    assert letters_to(session, anna) == [("farewell", END)]
    assert (anna.state, anna.ended_at) == (SubscriptionState.ENDED, END)


def test_farewell_goes_to_exactly_those_whom_the_end_ended(
    session: Session, series: Series, anna: Subscription
) -> None:
    left = a_subscription(session, series, "left@example.net")
    bounced = a_subscription(session, series, "bounced@example.net")
    pending = a_newcomer(session, series, "pending@example.net", now=END - 2 * DAY)
    pending.state, pending.confirmed_at, pending.owed = SubscriptionState.PENDING, None, None
    subscriptions.leave(session, left.id, now=END - DAY)
    subscriptions.bounce(session, bounced.id, now=END - DAY)

    tick(session, now=END)

    written_to = [letters_to(session, one) for one in (anna, left, bounced, pending)]
    assert written_to == [[("farewell", END)], [], [], []]


def test_farewell_goes_also_to_who_paused_the_mails(
    session: Session, series: Series, anna: Subscription
) -> None:
    subscriptions.pause(session, anna.id, date(2023, 12, 24), now=START)

    tick(session, now=END)

    assert letters_to(session, anna) == [("farewell", END)]


def test_series_that_ended_for_nobody_sends_no_farewell(session: Session, event: Event) -> None:
    tick(session, now=END)

    assert mailings_of(session) == []


def test_nothing_but_the_farewell_leaves_after_the_end(
    session: Session, series: Series, event: Event, anna: Subscription
) -> None:
    event.documented_at = END + DAY
    tick(session, now=END)

    for days in range(1, 30):
        tick(session, now=END + days * DAY)

    assert letters_to(session, anna) == [("farewell", END)]


def test_reminder_that_was_let_go_but_not_opened_reaches_nobody_after_the_end(
    session: Session, series: Series, event: Event, anna: Subscription
) -> None:
    event.documented_at = END - DAY
    mailings.plan(session, now=END - DAY)

    tick(session, now=END)

    assert letters_to(session, anna) == [("farewell", END)]


def test_worker_away_over_the_end_ends_the_series_when_it_is_back(
    session: Session, anna: Subscription
) -> None:
    tick(session, now=END + 3 * DAY)

    assert letters_to(session, anna) == [("farewell", END + 3 * DAY)]
    assert anna.ended_at == END + 3 * DAY


def test_undated_dialogue_does_not_end_the_series_early(session: Session, series: Series) -> None:
    an_event(session, series, slug="juni", starts_at=berlin("2023-06-29 17:00"))
    an_event(session, series)
    anna = a_subscription(session, series)

    tick(session, now=berlin("2023-09-14 08:59"))
    still = anna.state
    tick(session, now=berlin("2023-09-14 09:00"))

    assert (still, anna.state) == (SubscriptionState.ACTIVE, SubscriptionState.ENDED)


@pytest.mark.parametrize(
    ("moved_to", "end"),
    [("2023-11-30 17:00", "2023-12-14 09:00"), ("2023-09-21 17:00", "2023-10-05 09:00")],
)
def test_last_dialogue_that_moves_takes_the_end_along(
    session: Session, event: Event, anna: Subscription, moved_to: str, end: str
) -> None:
    move(event, moved_to)

    tick(session, now=berlin(end) - timedelta(seconds=1))
    before = anna.state
    tick(session, now=berlin(end))

    assert (before, anna.ended_at) == (SubscriptionState.ACTIVE, berlin(end))


def test_last_dialogue_cancelled_ends_the_series_after_the_one_before(
    session: Session, series: Series, event: Event, anna: Subscription
) -> None:
    an_event(session, series, slug="juni", starts_at=berlin("2023-06-29 17:00"))
    event.state = EventState.CANCELLED

    tick(session, now=berlin("2023-07-13 09:00"))

    assert anna.state is SubscriptionState.ENDED


def test_series_prolonged_before_the_end_simply_ends_later(
    session: Session, series: Series, anna: Subscription
) -> None:
    tick(session, now=END - DAY)
    an_event(session, series, slug="zugabe", starts_at=berlin("2023-11-30 17:00"))

    tick(session, now=END)
    at_the_old_end = anna.state
    tick(session, now=berlin("2023-11-29 09:00"))
    tick(session, now=berlin("2023-12-14 09:00"))

    assert at_the_old_end is SubscriptionState.ACTIVE
    assert [kind for kind, _ in letters_to(session, anna)] == ["reminder", "farewell"]


def test_series_prolonged_after_the_farewell_does_not_bring_anybody_back(
    session: Session, series: Series, anna: Subscription
) -> None:
    tick(session, now=END)
    an_event(session, series, slug="zugabe", starts_at=berlin("2023-11-30 17:00"))

    for now in (END + DAY, berlin("2023-11-29 09:00"), berlin("2023-12-14 09:00")):
        tick(session, now=now)

    assert anna.state is SubscriptionState.ENDED
    assert letters_to(session, anna) == [("farewell", END)]


def test_second_end_says_farewell_only_to_those_who_came_after_the_first(
    session: Session, series: Series, anna: Subscription
) -> None:
    tick(session, now=END)
    an_event(session, series, slug="zugabe", starts_at=berlin("2023-11-30 17:00"))
    newcomer = a_newcomer(session, series, "neu@example.net", now=END + DAY)

    for now in (END + DAY, berlin("2023-11-29 09:00"), berlin("2023-12-14 09:00")):
        tick(session, now=now)

    assert letters_to(session, anna) == [("farewell", END)]
    assert [kind for kind, _ in letters_to(session, newcomer)] == ["welcome", "reminder", "farewell"]
    assert len(farewells(session)) == 2


def test_farewell_is_owed_also_when_the_series_is_prolonged_right_after_its_end(
    session: Session, series: Series, anna: Subscription
) -> None:
    """The end was written, then the worker died; prolonged meanwhile, nobody ever told those it had ended."""
    subscriptions.end_finished(session, now=END)
    an_event(session, series, slug="zugabe", starts_at=berlin("2023-11-30 17:00"))

    tick(session, now=END + timedelta(hours=1))

    assert letters_to(session, anna) == [("farewell", END + timedelta(hours=1))]


def test_farewell_that_could_not_leave_for_fourteen_days_is_missed(
    session: Session, anna: Subscription
) -> None:
    subscriptions.end_finished(session, now=END)
    mailings.plan(session, now=END)

    tick(session, now=END + 14 * DAY)

    assert [mailing.state for mailing in farewells(session)] == [MailingState.MISSED]


def test_clock_set_back_after_the_end_sends_no_second_farewell(session: Session, anna: Subscription) -> None:
    tick(session, now=END)

    for now in (END - 20 * DAY, END - DAY, END, END + DAY):
        tick(session, now=now)

    assert letters_to(session, anna) == [("farewell", END)]

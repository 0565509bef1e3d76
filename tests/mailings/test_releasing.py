"""What an organiser may send by hand, and what becomes of the mail that was planned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mailer import mailings
from mailer.mailings import (
    Mailing,
    MailingKind,
    MailingState,
    Origin,
)
from mailer.series import Event, Material, MaterialKind, Series
from mailer.subscriptions import Subscription
from tests.support.making import a_series, a_subscription, an_event
from tests.support.reminding import berlin, rules_for
from tests.support.ticking import everything_arrives, letters_to, tick

START = berlin("2023-04-27 17:00")
INFO_DUE = berlin("2023-04-13 09:00")
DUE = berlin("2023-04-26 09:00")
EARLY = berlin("2023-04-10 12:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session)
    rules_for(session, made)
    return made


@pytest.fixture
def event(session: Session, series: Series) -> Event:
    return an_event(session, series, starts_at=START)


@pytest.fixture
def anna(session: Session, series: Series) -> Subscription:
    return a_subscription(session, series)


def by_hand(
    session: Session,
    event: Event,
    *,
    kind: MailingKind = MailingKind.REMINDER,
    key: str = "k",
    now: Any = EARLY,
    **facts: Any,
) -> Mailing:
    return mailings.release(session, event.series, event, kind=kind, key=key, now=now, **facts)


def test_mailing_by_hand_is_released_at_once(session: Session, event: Event) -> None:
    mailing = by_hand(session, event)

    assert (mailing.state, mailing.origin, mailing.due_at) == (MailingState.RELEASED, Origin.HAND, EARLY)
    assert (mailing.event, mailing.event_starts_at, mailing.not_after) == (event, START, START)


def test_same_key_twice_is_one_mailing(session: Session, series: Series, event: Event) -> None:
    first = by_hand(session, event)

    again = by_hand(session, event, now=EARLY + HOUR)

    assert again is first
    assert mailings.list_mailings(session, series) == [first]


def test_mailing_by_hand_replaces_the_planned_one(session: Session, event: Event, anna: Subscription) -> None:
    by_hand(session, event)

    for now in (EARLY, DUE, DUE + HOUR):
        tick(session, now=now)

    assert letters_to(session, anna) == [("reminder", EARLY)]


def test_info_by_hand_leaves_the_planned_reminder_alone(
    session: Session, event: Event, anna: Subscription
) -> None:
    sent_at = INFO_DUE - timedelta(days=2)
    by_hand(session, event, kind=MailingKind.INFO, now=sent_at)

    for now in (sent_at, INFO_DUE, DUE):
        tick(session, now=now)

    assert letters_to(session, anna) == [("info", sent_at), ("reminder", DUE)]


def test_mailing_by_hand_goes_only_to_who_came_since_the_planned_one(
    session: Session, event: Event, anna: Subscription
) -> None:
    tick(session, now=DUE)
    everything_arrives(session, now=DUE)
    ben = a_subscription(session, event.series, "ben@example.net", now=DUE + HOUR)

    by_hand(session, event, now=DUE + 2 * HOUR)
    tick(session, now=DUE + 2 * HOUR)

    assert letters_to(session, anna) == [("reminder", DUE)]
    assert letters_to(session, ben) == [("reminder", DUE + 2 * HOUR)]


def test_planned_mailing_reaches_who_came_after_the_one_by_hand(
    session: Session, event: Event, anna: Subscription
) -> None:
    by_hand(session, event)
    tick(session, now=EARLY)
    ben = a_subscription(session, event.series, "ben@example.net", now=EARLY + HOUR)

    tick(session, now=DUE)

    assert letters_to(session, anna) == [("reminder", EARLY)]
    assert letters_to(session, ben) == [("reminder", DUE)]


def test_mailing_stopped_before_it_opened_leaves_the_planned_one_to_go(
    session: Session, event: Event, anna: Subscription
) -> None:
    mailings.cancel(session, by_hand(session, event).id, now=EARLY)

    for now in (EARLY, DUE):
        tick(session, now=now)

    assert letters_to(session, anna) == [("reminder", DUE)]


def test_again_goes_to_everybody_once_more(session: Session, event: Event, anna: Subscription) -> None:
    by_hand(session, event)
    tick(session, now=EARLY)

    by_hand(session, event, key="other", again=True, now=EARLY + HOUR)
    tick(session, now=EARLY + HOUR)
    tick(session, now=DUE)

    assert letters_to(session, anna) == [("reminder", EARLY), ("reminder", EARLY + HOUR)]


def test_missed_mail_may_still_be_sent_by_hand(session: Session, event: Event, anna: Subscription) -> None:
    tick(session, now=DUE)  # the info gave way to the reminder

    by_hand(session, event, kind=MailingKind.INFO, now=DUE + HOUR)
    tick(session, now=DUE + HOUR)

    assert letters_to(session, anna) == [("reminder", DUE), ("info", DUE + HOUR)]


def test_documentation_by_hand_replaces_the_planned_one(
    session: Session, event: Event, anna: Subscription
) -> None:
    event.documented_at = berlin("2023-05-08 12:00")
    sent_at = berlin("2023-05-05 10:00")
    by_hand(session, event, kind=MailingKind.DOCUMENTATION, now=sent_at)

    for now in (sent_at, event.documented_at):
        tick(session, now=now)

    assert letters_to(session, anna) == [("documentation", sent_at)]


@pytest.mark.parametrize(
    "facts", [{"account": {"de": "Was wir hörten"}}, {"documented_at": berlin("2023-05-08 12:00")}]
)
def test_documentation_may_leave_as_soon_as_there_is_some(
    session: Session, series: Series, facts: dict[str, Any]
) -> None:
    event = an_event(session, series, starts_at=START, **facts)

    mailing = by_hand(session, event, kind=MailingKind.DOCUMENTATION, now=START + HOUR)

    assert (mailing.event_starts_at, mailing.not_after) == (None, START + HOUR + timedelta(days=14))


def test_documentation_may_leave_when_there_is_but_a_recording(session: Session, event: Event) -> None:
    event.materials.append(Material(position=0, kind=MaterialKind.RECORDING, title={"de": "Mitschnitt"}))

    mailing = by_hand(session, event, kind=MailingKind.DOCUMENTATION, now=START + HOUR)

    assert mailing.state is MailingState.RELEASED


def test_info_about_a_month_may_leave_by_hand(session: Session, series: Series) -> None:
    event = an_event(session, series)

    mailing = by_hand(session, event, kind=MailingKind.INFO)

    assert (mailing.event_starts_at, mailing.not_after) == (None, berlin("2023-09-01 00:00"))


def test_message_goes_to_the_whole_list_as_often_as_it_is_written(
    session: Session, series: Series, event: Event, anna: Subscription
) -> None:
    for key, now in (("a", EARLY), ("b", EARLY + HOUR)):
        words: Any = {"subject": {"de": "Neuer Ort"}, "body": {"de": "Wir treffen uns im Hof."}}
        mailings.release(session, series, None, kind=MailingKind.MESSAGE, key=key, now=now, **words)
        tick(session, now=now)

    assert letters_to(session, anna) == [("message", EARLY), ("message", EARLY + HOUR)]

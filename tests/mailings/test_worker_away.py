"""After an outage: what is still useful goes, once; what is too late is admitted; a clock that jumps doubles nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import mailings, organisers
from mailer.core.types import EmailAddress
from mailer.delivery import Delivery
from mailer.mailings import Mailing, MailingKind, MailingState
from mailer.series import Event, Series
from mailer.subscriptions import Subscription
from tests.support.making import NOON, a_series, a_subscription, an_event
from tests.support.reminding import berlin, rules_for
from tests.support.ticking import a_newcomer, letters_to, mailings_of, tick

START = berlin("2023-04-27 17:00")
INFO_DUE = berlin("2023-04-13 09:00")
DUE = berlin("2023-04-26 09:00")
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


def noticed(session: Session) -> list[tuple[str, str, datetime | None]]:
    return [
        (mailing.kind.value, mailing.reason, mailing.noticed_at)
        for mailing in session.scalars(select(Mailing).order_by(Mailing.due_at, Mailing.id))
    ]


def notices(session: Session) -> list[list[int]]:
    rows = session.scalars(select(Delivery).where(Delivery.kind == "notice").order_by(Delivery.id))
    return [row.facts["mailings"] for row in rows]


def test_worker_away_over_one_due_time_sends_that_mail_late(
    session: Session, event: Event, anna: Subscription
) -> None:
    tick(session, now=INFO_DUE - HOUR)
    tick(session, now=INFO_DUE + timedelta(days=2))

    assert letters_to(session, anna) == [("info", INFO_DUE + timedelta(days=2))]
    assert mailings_of(session, event) == [("info", MailingState.SENDING, INFO_DUE)]


def test_worker_away_over_two_due_times_sends_the_later_mail_only(
    session: Session, event: Event, anna: Subscription
) -> None:
    tick(session, now=INFO_DUE - HOUR)
    tick(session, now=DUE + HOUR)

    assert letters_to(session, anna) == [("reminder", DUE + HOUR)]
    assert noticed(session) == [("info", "superseded", DUE + HOUR), ("reminder", "", None)]


def test_worker_away_over_two_dialogues_sends_one_mail_for_each(
    session: Session, series: Series, event: Event, anna: Subscription
) -> None:
    an_event(session, series, slug="abends", starts_at=START + 3 * HOUR)

    tick(session, now=DUE + HOUR)

    assert letters_to(session, anna) == [("reminder", DUE + HOUR), ("reminder", DUE + HOUR)]


def test_organisers_hear_nothing_of_a_mail_that_another_replaced(
    session: Session, event: Event, anna: Subscription
) -> None:
    organisers.add(session, EmailAddress("orga@example.org"), now=NOON)

    tick(session, now=DUE + HOUR)

    assert notices(session) == []


def test_worker_away_until_after_the_start_sends_nothing_and_tells_the_organisers_once(
    session: Session, event: Event, anna: Subscription
) -> None:
    organisers.add(session, EmailAddress("orga@example.org"), now=NOON)
    back = START + HOUR
    tick(session, now=INFO_DUE - HOUR)

    tick(session, now=back)
    tick(session, now=back + HOUR)

    missed = [mailing.id for mailing in session.scalars(select(Mailing).order_by(Mailing.id))]
    assert letters_to(session, anna) == []
    assert noticed(session) == [("info", "too_late", back), ("reminder", "too_late", back)]
    assert notices(session) == [missed]


def test_worker_back_at_night_waits_for_the_morning(
    session: Session, event: Event, anna: Subscription
) -> None:
    tick(session, now=berlin("2023-04-26 23:00"))
    tick(session, now=berlin("2023-04-27 06:59"))
    tick(session, now=berlin("2023-04-27 07:00"))

    assert letters_to(session, anna) == [("reminder", berlin("2023-04-27 07:00"))]


def test_documentation_is_missed_fourteen_days_after_it_was_published(
    session: Session, series: Series, event: Event, anna: Subscription
) -> None:
    series.closing_days = 90
    event.documented_at = berlin("2023-05-08 12:00")

    tick(session, now=berlin("2023-05-22 12:00"))

    assert noticed(session)[-1] == ("documentation", "too_late", berlin("2023-05-22 12:00"))
    assert letters_to(session, anna) == []


def test_mailing_that_nobody_opened_while_it_was_useful_is_missed_and_noticed(
    session: Session, series: Series, event: Event, anna: Subscription
) -> None:
    """It used to open after the dialogue: every row was skipped, the mailing looked done, nobody was told."""
    mailings.plan(session, now=DUE)

    tick(session, now=START + HOUR)

    assert mailings_of(session, event)[-1] == ("reminder", MailingState.MISSED, DUE)
    assert noticed(session)[-1] == ("reminder", "too_late", START + HOUR)
    assert letters_to(session, anna) == []


def test_mailing_by_hand_that_nobody_opened_in_time_is_missed(
    session: Session, series: Series, event: Event, anna: Subscription
) -> None:
    now = START - timedelta(minutes=1)
    mailing = mailings.release(session, series, event, kind=MailingKind.REMINDER, key="k", now=now)

    tick(session, now=START)

    assert (mailing.state, mailing.reason) == (MailingState.MISSED, "too_late")
    assert letters_to(session, anna) == []


def test_clock_set_back_after_a_mail_sends_it_no_second_time(
    session: Session, event: Event, anna: Subscription
) -> None:
    tick(session, now=DUE)

    for now in (DUE - timedelta(days=20), INFO_DUE, DUE - HOUR, DUE, DUE + HOUR):
        tick(session, now=now)

    assert letters_to(session, anna) == [("reminder", DUE)]


def test_clock_set_forward_and_back_sends_each_mail_at_most_once(
    session: Session, event: Event, anna: Subscription
) -> None:
    for now in (INFO_DUE, DUE + HOUR, INFO_DUE + HOUR, DUE, START - HOUR):
        tick(session, now=now)

    assert letters_to(session, anna) == [("info", INFO_DUE), ("reminder", DUE + HOUR)]


def test_who_confirms_after_the_clock_was_set_back_is_told_by_her_welcome_alone(
    session: Session, series: Series, event: Event, anna: Subscription
) -> None:
    tick(session, now=DUE)
    back = DUE - timedelta(hours=5)
    newcomer = a_newcomer(session, series, "neu@example.net", now=back)

    tick(session, now=back)
    tick(session, now=DUE + HOUR)

    assert letters_to(session, newcomer) == [("welcome", back)]


def test_mailing_that_waits_for_its_time_after_the_clock_was_set_back_opens_then(
    session: Session, event: Event, anna: Subscription
) -> None:
    mailings.plan(session, now=DUE)
    tick(session, now=DUE - HOUR)

    tick(session, now=DUE)

    assert [letter for letter in letters_to(session, anna) if letter[0] == "reminder"] == [("reminder", DUE)]

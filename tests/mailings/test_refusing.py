"""What an organiser may not send by hand, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mailer import mailings
from mailer.core.errors import MailerError
from mailer.mailings import (
    AlreadySent,
    EmptyMessage,
    Mailing,
    MailingKind,
    NeedsEvent,
    NotByHand,
    NotNow,
)
from mailer.series import Event, EventState, Series
from mailer.subscriptions import SeriesOver, Subscription
from tests.support.making import a_series, a_subscription, an_event
from tests.support.reminding import berlin, rules_for
from tests.support.ticking import tick

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


def test_once_more_is_refused_when_everybody_knows(
    session: Session, event: Event, anna: Subscription
) -> None:
    first = by_hand(session, event)
    tick(session, now=EARLY)

    with pytest.raises(AlreadySent) as refused:
        by_hand(session, event, key="other", now=EARLY + HOUR)

    assert refused.value.details == {"mailing": first.id}


def test_once_more_is_refused_while_the_first_waits(session: Session, event: Event) -> None:
    by_hand(session, event)

    with pytest.raises(AlreadySent):
        by_hand(session, event, key="other")


def test_who_was_not_reached_before_the_first_was_stopped_is_told_by_the_next(
    session: Session, event: Event, anna: Subscription
) -> None:
    """Her row was skipped, but she stood there as told: no later mailing reached her."""
    first = by_hand(session, event)
    tick(session, now=EARLY)
    mailings.cancel(session, first.id, now=EARLY)
    tick(session, now=EARLY)

    again = by_hand(session, event, key="other", now=EARLY + HOUR)
    tick(session, now=EARLY + HOUR)

    assert again.recipients == 1


@pytest.mark.parametrize(
    ("subject", "body"), [({}, {"de": "x"}), ({"de": "x"}, {}), ({"de": ""}, {"de": "x"})]
)
def test_message_without_subject_or_text_is_refused(
    session: Session, series: Series, subject: dict[str, str], body: dict[str, str]
) -> None:
    with pytest.raises(EmptyMessage):
        mailings.release(
            session, series, None, kind=MailingKind.MESSAGE, key="k", subject=subject, body=body, now=EARLY
        )


def test_farewell_does_not_leave_by_hand(session: Session, event: Event) -> None:
    with pytest.raises(NotByHand):
        by_hand(session, event, kind=MailingKind.FAREWELL)


@pytest.mark.parametrize("kind", [MailingKind.INFO, MailingKind.REMINDER, MailingKind.DOCUMENTATION])
def test_only_a_message_is_about_the_whole_series(
    session: Session, series: Series, kind: MailingKind
) -> None:
    with pytest.raises(NeedsEvent):
        mailings.release(session, series, None, kind=kind, key="k", now=EARLY)


@pytest.mark.parametrize("kind", mailings.BY_HAND)
def test_nothing_leaves_by_hand_after_the_end(session: Session, event: Event, kind: MailingKind) -> None:
    with pytest.raises(SeriesOver):
        by_hand(session, event, kind=kind, now=berlin("2023-05-11 09:00"))


@pytest.mark.parametrize(
    ("facts", "kind", "now", "reason"),
    [
        ({"state": EventState.CANCELLED}, MailingKind.INFO, EARLY, "cancelled"),
        ({"state": EventState.CANCELLED}, MailingKind.REMINDER, EARLY, "cancelled"),
        ({"state": EventState.CANCELLED}, MailingKind.DOCUMENTATION, EARLY, "cancelled"),
        ({}, MailingKind.INFO, START, "over"),
        ({}, MailingKind.REMINDER, START, "over"),
        ({}, MailingKind.DOCUMENTATION, EARLY, "undocumented"),
        ({"state": EventState.PROVISIONAL}, MailingKind.REMINDER, EARLY, "no_date"),
        ({"starts_at": None, "ends_at": None, "month": "2023-05"}, MailingKind.REMINDER, EARLY, "no_date"),
        ({"starts_at": None, "ends_at": None, "month": "2023-03"}, MailingKind.INFO, EARLY, "over"),
    ],
)
def test_kind_that_does_not_fit_the_dialogue_is_refused_with_the_reason(
    session: Session, series: Series, facts: dict[str, Any], kind: MailingKind, now: Any, reason: str
) -> None:
    event = an_event(session, series, **({"starts_at": START} | facts))

    with pytest.raises(NotNow) as refused:
        by_hand(session, event, kind=kind, now=now)

    assert refused.value.details == {"event": "boden", "kind": kind.value, "reason": reason}


def test_refused_mailing_leaves_no_row(session: Session, series: Series, event: Event) -> None:
    with pytest.raises(MailerError):
        by_hand(session, event, now=START)

    assert mailings.list_mailings(session, series) == []


def test_preview_is_about_any_dialogue_that_fits_even_a_past_one(session: Session, series: Series) -> None:
    event = an_event(session, series, starts_at=berlin("2001-01-01 17:00"))

    for kind in (MailingKind.INFO, MailingKind.REMINDER, MailingKind.FAREWELL, MailingKind.MESSAGE):
        mailings.check_preview(series, event, kind=kind)

    with pytest.raises(NotNow):
        mailings.check_preview(series, event, kind=MailingKind.DOCUMENTATION)

"""Holding a mailing back, letting it go on, stopping it: one move at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mailer import mailings
from mailer.mailings import Mailing, MailingKind, MailingState, UnknownMailing, WrongState
from mailer.series import Series
from tests.support.making import a_series, a_subscription, an_event
from tests.support.reminding import berlin, rules_for
from tests.support.ticking import letters_to, tick

START = berlin("2023-04-27 17:00")
EARLY = berlin("2023-04-10 12:00")
HOUR = timedelta(hours=1)

MOVES: dict[str, Callable[[Session, int], Mailing]] = {
    "pause": mailings.pause,
    "resume": mailings.resume,
    "cancel": lambda session, mailing_id: mailings.cancel(session, mailing_id, now=EARLY),
    "reopen": mailings.reopen,
}
ALLOWED = {
    ("pause", MailingState.RELEASED): MailingState.PAUSED,
    ("pause", MailingState.SENDING): MailingState.PAUSED,
    ("resume", MailingState.PAUSED): MailingState.RELEASED,
    ("cancel", MailingState.DRAFT): MailingState.CANCELLED,
    ("cancel", MailingState.RELEASED): MailingState.CANCELLED,
    ("cancel", MailingState.SENDING): MailingState.CANCELLED,
    ("cancel", MailingState.PAUSED): MailingState.CANCELLED,
    ("reopen", MailingState.DONE): MailingState.SENDING,
    ("reopen", MailingState.SENDING): MailingState.SENDING,
}
FORBIDDEN = [(move, state) for move in MOVES for state in MailingState if (move, state) not in ALLOWED]


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session)
    rules_for(session, made)
    return made


@pytest.fixture
def mailing(session: Session, series: Series) -> Mailing:
    event = an_event(session, series, starts_at=START)
    return mailings.release(session, series, event, kind=MailingKind.REMINDER, key="k", now=EARLY)


@pytest.mark.parametrize(("move", "state"), ALLOWED)
def test_move_leads_from_one_state_to_the_next(
    session: Session, mailing: Mailing, move: str, state: MailingState
) -> None:
    mailing.state = state
    session.flush()

    moved = MOVES[move](session, mailing.id)

    assert (moved.id, moved.state) == (mailing.id, ALLOWED[move, state])


@pytest.mark.parametrize(("move", "state"), FORBIDDEN)
def test_move_from_any_other_state_is_refused_and_changes_nothing(
    session: Session, mailing: Mailing, move: str, state: MailingState
) -> None:
    mailing.state = state
    session.flush()

    with pytest.raises(WrongState) as refused:
        MOVES[move](session, mailing.id)

    assert refused.value.details == {"mailing": mailing.id, "state": state.value}
    assert mailing.state is state


@pytest.mark.parametrize("mailing_id", [-(2**40), -1, 0, 4711, 2**31, 2**70])
@pytest.mark.parametrize("move", MOVES)
def test_move_of_an_unknown_mailing_is_refused(session: Session, move: str, mailing_id: int) -> None:
    with pytest.raises(UnknownMailing):
        MOVES[move](session, mailing_id)


def test_paused_mailing_remembers_why_until_it_goes_on(session: Session, mailing: Mailing) -> None:
    mailings.pause(session, mailing.id, reason="wrong link")
    paused = mailing.reason

    mailings.resume(session, mailing.id)

    assert (paused, mailing.reason) == ("wrong link", "")


def test_resumed_mailing_that_was_opened_goes_on_sending(
    session: Session, series: Series, mailing: Mailing
) -> None:
    a_subscription(session, series)
    tick(session, now=EARLY)
    mailings.pause(session, mailing.id)

    mailings.resume(session, mailing.id)

    assert mailing.state is MailingState.SENDING


def test_paused_mailing_opens_only_after_it_goes_on(
    session: Session, series: Series, mailing: Mailing
) -> None:
    anna = a_subscription(session, series)
    mailings.pause(session, mailing.id)
    tick(session, now=EARLY)
    before = letters_to(session, anna)

    mailings.resume(session, mailing.id)
    tick(session, now=EARLY + HOUR)

    assert (before, letters_to(session, anna)) == ([], [("reminder", EARLY + HOUR)])


def test_mailing_paused_beyond_its_use_is_missed_when_it_goes_on(
    session: Session, series: Series, mailing: Mailing
) -> None:
    anna = a_subscription(session, series)
    mailings.pause(session, mailing.id)

    mailings.resume(session, mailing.id)
    tick(session, now=START)

    assert (mailing.state, letters_to(session, anna)) == (MailingState.MISSED, [])


def test_cancelled_mailing_says_when_and_that_a_person_did_it(session: Session, mailing: Mailing) -> None:
    mailings.cancel(session, mailing.id, now=EARLY + HOUR)

    assert (mailing.finished_at, mailing.reason) == (EARLY + HOUR, "stopped by hand")


def test_planned_mailing_that_was_stopped_is_not_planned_again(session: Session, series: Series) -> None:
    an_event(session, series, starts_at=START)
    anna = a_subscription(session, series)
    due = berlin("2023-04-26 09:00")
    mailings.plan(session, now=due)
    [waiting] = mailings.due_mailings(session, now=due)
    mailings.cancel(session, waiting.id, now=due)

    tick(session, now=due + HOUR)

    assert letters_to(session, anna) == []


def test_reopened_mailing_is_not_finished_any_more(session: Session, mailing: Mailing) -> None:
    tick(session, now=EARLY)
    finished = (mailing.state, mailing.finished_at)

    mailings.reopen(session, mailing.id)

    assert finished == (MailingState.DONE, EARLY)
    assert (mailing.state, mailing.finished_at) == (MailingState.SENDING, None)


def test_mailings_are_listed_in_order_of_their_due_time(
    session: Session, series: Series, mailing: Mailing
) -> None:
    words: Any = {"subject": {"de": "Vorab"}, "body": {"de": "Hallo"}}
    earlier = mailings.release(
        session, series, None, kind=MailingKind.MESSAGE, key="m", now=EARLY - HOUR, **words
    )

    assert mailings.list_mailings(session, series) == [earlier, mailing]

"""Whatever people, organisers and the worker do: every active subscriber is told exactly once per window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import delivery, mailings
from mailer.delivery import Delivery
from mailer.mailings import Mailing, MailingState, Occasion
from mailer.reminders import RuleKind, Window, rules_of_series, windows
from mailer.series import EventId, Series, is_over
from mailer.subscriptions import Subscription, SubscriptionId
from tests.support.making import a_series, a_subscription, an_event
from tests.support.reminding import BERLIN, INFO, REMINDER, berlin, rules_for
from tests.support.ticking import a_newcomer, tick

BEGIN = berlin("2023-03-20 00:00")  # the clocks change six days later
SPAN = 40 * 24 * 60
MINUTE = timedelta(minutes=1)
RULES = [
    INFO,
    REMINDER,
    ("P3D", "", RuleKind.REMINDER),
    ("PT2H", "", RuleKind.REMINDER),
    ("P1D", "02:30", RuleKind.REMINDER),
]


Telling: TypeAlias = tuple[SubscriptionId | None, str]
"""A person, and an event with one of its rules."""

NEAR = [14 * 1440, 3 * 1440, 1440, 120, 0]
"""Minutes before a start around which something is due."""


@dataclass(frozen=True)
class Year:
    """Minutes since the beginning at which something happens."""

    starts: list[int]
    rules: list[tuple[str, str, RuleKind]]
    confirmed: list[int]
    ticks: list[tuple[int, bool]]
    """With each, whether another worker was quicker with the mailings than this one with the letters."""


@st.composite
def years(draw: st.DrawFn) -> Year:
    starts = draw(st.lists(st.integers(SPAN // 4, SPAN), min_size=1, max_size=2))
    near = st.builds(
        lambda start, before, off: max(0, start - before + off),
        st.sampled_from(starts),
        st.sampled_from(NEAR),
        st.integers(-600, 900),
    )
    moments = st.lists(near | st.integers(0, SPAN), min_size=1, max_size=8, unique=True)
    quicker = draw(st.booleans())
    return Year(
        starts=starts,
        rules=draw(st.lists(st.sampled_from(RULES), min_size=1, max_size=3, unique=True)),
        confirmed=draw(st.lists(near, min_size=1, max_size=4)),
        ticks=[(minute, quicker) for minute in sorted(draw(moments))],
    )


@pytest.mark.parametrize("session", ["sqlite"], indirect=True)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(year=years())
def test_every_active_subscriber_is_told_exactly_once_per_window(session: Session, year: Year) -> None:
    with session.begin_nested() as stage:
        series = a_stage(session, year)

        ticks = play(session, series, year)

        tellings = count_tellings(session, series)
        people = session.scalars(select(Subscription)).all()
        assert [entry for entry, times in tellings.items() if times > 1] == []
        assert untold(session, series, people, ticks, set(tellings)) == []
        assert floods(session) == []
        stage.rollback()
    session.expire_all()


def a_stage(session: Session, year: Year) -> Series:
    series = a_series(session)
    rules_for(session, series, *year.rules)
    for number, minute in enumerate(year.starts):
        an_event(session, series, slug=f"dialog-{number}", starts_at=BEGIN + minute * MINUTE)
    a_subscription(session, series, "anna@example.net", now=BEGIN)
    return series


def play(session: Session, series: Series, year: Year) -> list[datetime]:
    """Let people confirm and the worker turn at its moments; the moments at which it turned."""
    waiting = sorted(year.confirmed)
    for minute, quicker in year.ticks:
        now = BEGIN + minute * MINUTE
        while waiting and BEGIN + waiting[0] * MINUTE <= now:
            confirmed = BEGIN + waiting.pop(0) * MINUTE
            if not is_over(series, confirmed):
                a_newcomer(session, series, f"neu-{len(waiting)}@example.net", now=confirmed)
        if quicker:
            mailings.plan(session, now=now)
            delivery.open_mailings(session, now=now)
        tick(session, now=now)
    return [BEGIN + minute * MINUTE for minute, _ in year.ticks]


def count_tellings(session: Session, series: Series) -> Counter[Telling]:
    """How often each person was told in each window: by a letter of its mailing, or by a welcome that speaks of it."""
    by_mailing = (
        select(Delivery.subscription_id, Occasion)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .join(Occasion, Occasion.id == Mailing.occasion_id)
    )
    tellings = Counter(
        (person, f"{occasion.event_id} {occasion.rule}") for person, occasion in session.execute(by_mailing)
    )
    rules = rules_of_series(session, series)
    for welcome in session.scalars(select(Delivery).where(Delivery.kind == "welcome")):
        tellings.update(
            (welcome.subscription_id, f"{window.event_id} {window.rule}")
            for event in series.events
            if event.id in welcome.facts["told"]
            for window in windows(event, rules, zone=BERLIN)
            if window.due_at <= welcome.opened_at < window.useful_until
        )
    return tellings


def untold(
    session: Session,
    series: Series,
    people: Sequence[Subscription],
    ticks: Sequence[datetime],
    told: set[Telling],
) -> list[Telling]:
    """Whom the worker met inside a window, by day, and did not tell of it nor of a later one of that dialogue."""
    rules = rules_of_series(session, series)
    found: list[Telling] = []
    for event in series.events:
        opened = windows(event, rules, zone=BERLIN)
        for window in opened:
            later = {f"{w.event_id} {w.rule}" for w in opened if w.nominal_at >= window.nominal_at}
            found += [
                (person.id, window.rule)
                for person in people
                if any(meets(window, person, now, series) for now in ticks)
                if not any((person.id, name) in told for name in later)
            ]
    return found


def meets(window: Window, person: Subscription, now: datetime, series: Series) -> bool:
    by_day = time(7) <= now.astimezone(BERLIN).time() < time(21)
    confirmed = person.confirmed_at is not None and person.confirmed_at <= now
    return confirmed and by_day and window.due_at <= now < window.useful_until and not is_over(series, now)


def floods(session: Session) -> list[tuple[EventId | None, datetime | None]]:
    """Dialogues of which two mails left in one turn of the worker."""
    asked = select(Mailing.event_id, Mailing.opened_at).where(
        Mailing.event_id.is_not(None), Mailing.state.in_([MailingState.SENDING, MailingState.DONE])
    )
    left = Counter((event, opened) for event, opened in session.execute(asked))
    return [entry for entry, times in left.items() if times > 1]

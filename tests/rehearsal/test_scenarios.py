"""What if: the same steps from today on, in a copy of the series as it stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer import mailings, rehearsal, subscriptions
from mailer.core.durations import parse_duration
from mailer.core.errors import MailerError
from mailer.mailings import Mailing, MailingKind
from mailer.rehearsal import Difference, Foreseen, Move, Outage, RuleChange, Scenario
from mailer.series import Event, EventState, Series
from tests.support.making import a_series, a_subscription, an_event
from tests.support.reminding import berlin, rules_for
from tests.support.ticking import everything_arrives, tick

NOW = berlin("2023-04-01 12:00")
INFO, REMINDER, END = berlin("2023-04-13 09:00"), berlin("2023-04-26 09:00"), berlin("2023-05-11 09:00")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session)
    rules_for(session, made)
    return made


@pytest.fixture
def event(session: Session, series: Series) -> Event:
    made = an_event(session, series, starts_at=berlin("2023-04-27 17:00"))
    a_subscription(session, series)
    a_subscription(session, series, "ben@example.net", language="en")
    return made


def outage(start: str, end: str) -> Scenario:
    return Scenario(outages=(Outage(berlin(start), berlin(end)),))


def look(
    session: Session, series: Series, scenario: Scenario, *, now: datetime = NOW
) -> tuple[Foreseen, ...]:
    return rehearsal.foresee(session, series, scenario, now=now).mails


def told(mails: tuple[Foreseen, ...]) -> list[tuple[str, datetime, str, int]]:
    return [(mail.kind.value, mail.at, mail.missed, mail.recipients) for mail in mails]


def differences(session: Session, series: Series, scenario: Scenario) -> list[tuple[str, Difference]]:
    before = rehearsal.foresee(session, series, Scenario(), now=NOW)
    after = rehearsal.foresee(session, series, scenario, now=NOW)
    compared = rehearsal.compare(before, after, zone=series.zone)
    return [(one.mail.kind.value, one.difference) for one in compared]


def test_without_a_question_the_outlook_is_the_plan(session: Session, series: Series, event: Event) -> None:
    plan = mailings.upcoming_mailings(session, series, now=NOW)

    mails = look(session, series, Scenario())

    assert [(m.kind, m.at, m.languages) for m in mails] == [(p.kind, p.due_at, p.languages) for p in plan]


def test_looking_ahead_saves_nothing(session: Session, series: Series, event: Event) -> None:
    start = event.starts_at

    look(session, series, Scenario(moves=(Move("boden", by=parse_duration("P1D")),)))

    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Mailing)) == 0
    assert event.starts_at == start


def test_server_that_is_back_in_time_sends_late_and_in_other_words(
    session: Session, series: Series, event: Event
) -> None:
    scenario = outage("2023-04-26 08:00", "2023-04-27 08:30")

    late = look(session, series, scenario)[1]

    assert (late.kind.value, late.at, late.missed) == ("reminder", berlin("2023-04-27 08:30"), "")
    assert differences(session, series, scenario)[1] == ("reminder", Difference.LATER)


def test_server_that_is_back_at_night_waits_for_the_morning(
    session: Session, series: Series, event: Event
) -> None:
    mails = look(session, series, outage("2023-04-26 08:00", "2023-04-26 23:00"))

    assert mails[1].at == berlin("2023-04-27 07:00")


def test_server_that_is_back_too_late_misses_the_mail(session: Session, series: Series, event: Event) -> None:
    scenario = outage("2023-04-20 08:00", "2023-04-28 08:00")

    mails = look(session, series, scenario)

    assert told(mails)[1] == ("reminder", berlin("2023-04-28 08:00"), "too_late", 2)
    assert differences(session, series, scenario)[1] == ("reminder", Difference.MISSED)


def test_outage_of_ten_years_misses_everything_but_the_farewell(
    session: Session, series: Series, event: Event
) -> None:
    mails = look(session, series, outage("2023-04-02 08:00", "2033-04-02 08:00"))

    assert [(mail.kind.value, bool(mail.missed)) for mail in mails] == [("farewell", False)]


def test_moved_dialogue_takes_its_mails_along(session: Session, series: Series, event: Event) -> None:
    scenario = Scenario(moves=(Move("boden", by=parse_duration("P1D")),))

    assert told(look(session, series, scenario)) == [
        ("info", INFO + DAY, "", 2),
        ("reminder", REMINDER + DAY, "", 2),
        ("farewell", END + DAY, "", 2),
    ]
    assert {difference for _, difference in differences(session, series, scenario)} == {Difference.LATER}


def test_dialogue_can_move_to_a_date_even_where_only_the_month_was_known(
    session: Session, series: Series
) -> None:
    an_event(session, series, slug="august")
    a_subscription(session, series)
    scenario = Scenario(moves=(Move("august", to=berlin("2023-08-10 17:00")),))

    assert differences(session, series, scenario) == [
        ("change", Difference.NEW),
        ("info", Difference.NEW),
        ("reminder", Difference.NEW),
        ("farewell", Difference.EARLIER),
    ]


def test_changed_rule_moves_its_mail_and_no_other(session: Session, series: Series, event: Event) -> None:
    scenario = Scenario(rules=(RuleChange(1, "P7D", "10:00"),))

    assert differences(session, series, scenario) == [
        ("info", Difference.LATER),
        ("reminder", Difference.SAME),
        ("farewell", Difference.SAME),
    ]
    assert look(session, series, scenario)[0].at == berlin("2023-04-20 10:00")


def test_what_left_already_is_not_foreseen_again(session: Session, series: Series, event: Event) -> None:
    tick(session, now=INFO)
    everything_arrives(session, now=INFO)

    mails = look(session, series, Scenario(), now=INFO + HOUR)

    assert told(mails) == [("reminder", REMINDER, "", 2), ("farewell", END, "", 2)]


def test_readers_are_counted_as_they_are_not_as_they_play(
    session: Session, series: Series, event: Event
) -> None:
    paused = a_subscription(session, series, "carla@example.net")
    subscriptions.pause(session, paused.id, date(2023, 4, 20), now=NOW)

    mails = look(session, series, Scenario())

    assert [dict(mail.languages) for mail in mails] == [
        {"de": 1, "en": 1},
        {"de": 2, "en": 1},
        {"de": 2, "en": 1},
    ]


def test_mail_whose_time_was_chosen_by_hand_is_foreseen(
    session: Session, series: Series, event: Event
) -> None:
    words = {"de": "Ein Gruß", "en": "A greeting"}
    message = mailings.release(
        session, series, event, kind=MailingKind.MESSAGE, key="k", subject=words, body=words, now=NOW
    )
    message.due_at = NOW + DAY
    session.flush()

    assert told(look(session, series, Scenario()))[0] == ("message", NOW + DAY, "", 2)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"outages": (Outage(NOW + DAY, NOW + HOUR),)}, "outage_backwards"),
        ({"outages": (Outage(NOW - DAY, NOW - HOUR),)}, "outage_over"),
        ({"moves": (Move("nowhere", by=parse_duration("P1D")),)}, "unknown_event"),
        ({"moves": (Move("boden", by=parse_duration("P9999D")),)}, "date_too_far"),
        ({"moves": (Move("boden", by=parse_duration("P999Y")),)}, "date_too_far"),
        ({"moves": (Move("boden", by=parse_duration("P999Y"), sign=-1),)}, "date_too_far"),
        ({"moves": (Move("boden", by=parse_duration("P60D"), sign=-1),)}, "date_too_far"),
        ({"rules": (RuleChange(3, "P1D", ""),)}, "unknown_rule"),
        ({"rules": (RuleChange(0, "P1D", ""),)}, "unknown_rule"),
        ({"rules": (RuleChange(1, "tomorrow", ""),)}, "bad_duration"),
    ],
)
def test_question_that_makes_no_sense_is_refused(
    session: Session, series: Series, event: Event, question: dict[str, Any], code: str
) -> None:
    with pytest.raises(MailerError) as refused:
        look(session, series, Scenario(**question))

    assert refused.value.code == code


@pytest.mark.parametrize("reason", ["cancelled", "over", "no_date"])
def test_dialogue_that_cannot_move_says_why(
    session: Session, series: Series, event: Event, reason: str
) -> None:
    if reason == "cancelled":
        event.state = EventState.CANCELLED
    if reason == "over":
        event.starts_at, event.ends_at = NOW - DAY, NOW - HOUR
    if reason == "no_date":
        event.state, event.month, event.starts_at, event.ends_at = EventState.ANNOUNCED, "2023-08", None, None
    session.flush()

    with pytest.raises(rehearsal.CannotMove) as refused:
        look(session, series, Scenario(moves=(Move("boden", by=parse_duration("P1D")),)))

    assert refused.value.details["reason"] == reason


def test_long_series_is_looked_at_for_as_long_as_one_waits(session: Session, series: Series) -> None:
    for number in range(100):
        starts_at = datetime(2023, 6, 1, 15, tzinfo=UTC) + number * DAY
        an_event(session, series, slug=f"d{number}", starts_at=starts_at)

    outlook = rehearsal.foresee(session, series, Scenario(), now=NOW)

    assert outlook.is_cut
    assert {mail.kind.value for mail in outlook.mails} == {"info", "reminder", "farewell"}
    assert 2 * rehearsal.MOST_EVENTS <= len(outlook.mails) < 100

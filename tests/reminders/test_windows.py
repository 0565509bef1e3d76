"""Which windows an event has: whose rules stand, what is owed, and when there is none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mailer.reminders import (
    Anchor,
    Audience,
    RuleKind,
    Window,
    documentation_window,
    rule_words,
    rules_of,
    window_key,
    windows,
)
from mailer.series import EventId, EventState
from tests.support.reminding import BERLIN, LONG_AGO, a_meeting, a_rule, berlin

START = berlin("2023-04-27 17:00")
DAY_BEFORE = berlin("2023-04-26 09:00")
TWO_WEEKS_BEFORE = berlin("2023-04-13 09:00")
RULES = [a_rule("P1D", "09:00"), a_rule("P14D", "09:00", kind=RuleKind.INFO)]


def test_windows_stand_in_order_of_their_due_time_and_reach_to_the_start() -> None:
    found = windows(a_meeting(START), RULES, zone=BERLIN)

    spans = [(w.kind, w.due_at, w.useful_until, w.owed) for w in found]
    assert spans == [("info", TWO_WEEKS_BEFORE, START, True), ("reminder", DAY_BEFORE, START, True)]


def test_window_after_the_end_is_useful_for_fourteen_days() -> None:
    [window] = windows(a_meeting(START), [a_rule("PT1H", anchor=Anchor.AFTER)], zone=BERLIN)

    assert window.useful_until == berlin("2023-04-27 19:30") + timedelta(days=14)


@pytest.mark.parametrize(("offset", "at"), [("P0D", "17:00"), ("P0D", "18:00"), ("PT0M", "")])
def test_rule_that_comes_no_sooner_than_the_start_has_no_window(offset: str, at: str) -> None:
    assert windows(a_meeting(START), [a_rule(offset, at)], zone=BERLIN) == []


def test_event_with_only_a_month_has_no_window() -> None:
    assert windows(a_meeting(None), RULES, zone=BERLIN) == []


@pytest.mark.parametrize("state", [EventState.PROVISIONAL, EventState.CANCELLED])
def test_event_whose_date_does_not_stand_has_no_window(state: EventState) -> None:
    assert windows(a_meeting(START, state=state), RULES, zone=BERLIN) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"audience": Audience.REGISTERED},
        {"audience": Audience.REGISTERED, "attendance": "online"},
        {"audience": Audience.ALL, "attendance": "on_site"},
    ],
)
def test_rule_for_those_registered_reaches_nobody(facts: dict[str, Any]) -> None:
    assert windows(a_meeting(START), [a_rule("PT2H", **facts)], zone=BERLIN) == []


def test_rule_for_all_reaches_the_list() -> None:
    [window] = windows(a_meeting(START), [a_rule("PT2H", audience=Audience.ALL)], zone=BERLIN)

    assert window.due_at == START - timedelta(hours=2)


def test_event_without_rules_of_its_own_follows_the_series() -> None:
    series_rule, foreign = a_rule("P1D"), a_rule("P2D", event_id=EventId(9))

    assert rules_of(a_meeting(START), [series_rule, foreign]) == [series_rule]


def test_event_with_its_own_rules_follows_only_those() -> None:
    series_rule, own = a_rule("P1D"), a_rule("P3D", event_id=EventId(1))

    assert rules_of(a_meeting(START, own_rules=True), [series_rule, own]) == [own]


def test_event_that_wants_no_rules_has_no_window() -> None:
    assert windows(a_meeting(START, own_rules=True), RULES, zone=BERLIN) == []


def test_window_is_not_owed_when_it_was_due_before_the_event_was_imported() -> None:
    event = a_meeting(START, created_at=DAY_BEFORE - timedelta(hours=1))

    assert [(w.kind, w.owed) for w in windows(event, RULES, zone=BERLIN)] == [
        ("info", False),
        ("reminder", True),
    ]


def test_window_is_owed_when_it_is_due_at_the_very_import() -> None:
    [window] = windows(a_meeting(START, created_at=DAY_BEFORE), RULES[:1], zone=BERLIN)

    assert window.owed


def test_window_is_not_owed_when_its_rule_was_made_later() -> None:
    late = a_rule("P1D", "09:00", owed_from=DAY_BEFORE + timedelta(seconds=1))

    [window] = windows(a_meeting(START), [late], zone=BERLIN)

    assert not window.owed


def test_date_that_was_set_late_is_due_and_owed_at_once() -> None:
    set_at = DAY_BEFORE + timedelta(hours=3)

    found = windows(a_meeting(START, created_at=LONG_AGO, redated_at=set_at), RULES, zone=BERLIN)

    assert [(w.due_at, w.nominal_at, w.owed) for w in found] == [
        (set_at, TWO_WEEKS_BEFORE, True),
        (set_at, DAY_BEFORE, True),
    ]


def test_date_that_was_set_early_changes_no_due_time() -> None:
    found = windows(a_meeting(START, redated_at=TWO_WEEKS_BEFORE - timedelta(days=1)), RULES, zone=BERLIN)

    assert [w.due_at for w in found] == [TWO_WEEKS_BEFORE, DAY_BEFORE]


def test_event_moved_into_the_past_has_no_window() -> None:
    assert windows(a_meeting(START, redated_at=START + timedelta(days=1)), RULES, zone=BERLIN) == []


def test_documentation_is_due_when_it_is_published_and_useful_for_fourteen_days() -> None:
    published = berlin("2023-05-08 12:00")

    window = documentation_window(a_meeting(START, documented_at=published))

    assert window is not None
    assert (window.kind, window.due_at, window.owed) == ("documentation", published, True)
    assert window.useful_until == published + timedelta(days=14)


def test_documentation_is_not_owed_when_it_was_published_before_the_import() -> None:
    published = berlin("2023-05-08 12:00")

    window = documentation_window(
        a_meeting(START, documented_at=published, created_at=published + timedelta(seconds=1))
    )

    assert window is not None
    assert not window.owed


@pytest.mark.parametrize(
    "facts", [{}, {"documented_at": berlin("2023-05-08 12:00"), "state": EventState.CANCELLED}]
)
def test_documentation_has_no_window_without_a_date_or_for_a_cancelled_event(
    facts: dict[str, Any],
) -> None:
    assert documentation_window(a_meeting(START, **facts)) is None


def test_documentation_stays_one_occasion_when_the_event_moves() -> None:
    """Its occasion once held the event's start: told by hand, moved, it was told again by the plan."""
    published = berlin("2023-05-08 12:00")

    before = documentation_window(a_meeting(START, documented_at=published))
    moved = documentation_window(a_meeting(START + timedelta(hours=1), documented_at=published))

    assert before == moved


def test_window_key_names_event_rule_and_start() -> None:
    [window] = windows(a_meeting(START), RULES[:1], zone=BERLIN)

    assert window.key == "event:1:reminder/before/P1D/09:00:20230427T1500Z"
    assert window_key(1, "documentation", START) == "event:1:documentation"


def test_moved_event_has_another_key_and_moved_back_the_old_one() -> None:
    def key(hours: int) -> str:
        [window] = windows(a_meeting(START + timedelta(hours=hours)), RULES[:1], zone=BERLIN)
        return window.key

    assert key(1) != key(0)
    assert key(0) == key(0)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"offset": "P1D", "at": "09:00"}, "reminder/before/P1D/09:00"),
        ({"offset": "PT2H"}, "reminder/before/PT2H"),
        ({"offset": "P14D", "at": "09:00", "kind": RuleKind.INFO}, "info/before/P14D/09:00"),
        ({"offset": "PT1H", "anchor": Anchor.AFTER}, "reminder/after/PT1H"),
        ({"offset": "PT2H", "audience": Audience.ALL}, "reminder/before/PT2H//all"),
        (
            {"offset": "PT2H", "audience": Audience.REGISTERED, "attendance": "online"},
            "reminder/before/PT2H//registered/online",
        ),
    ],
)
def test_rule_words_stay_as_they_are_for_they_name_what_people_were_told(
    facts: dict[str, Any], words: str
) -> None:
    assert rule_words(a_rule(**facts)) == words


def test_rule_words_do_not_depend_on_row_position_or_age() -> None:
    one = a_rule("P1D", "09:00", id=1, position=0)
    other = a_rule("P1D", "09:00", id=7, position=3, owed_from=START)

    assert rule_words(one) == rule_words(other)


def test_windows_of_equal_rules_are_equal() -> None:
    found: list[Window] = windows(a_meeting(START), [RULES[0], a_rule("P1D", "09:00")], zone=BERLIN)

    assert found[0] == found[1]

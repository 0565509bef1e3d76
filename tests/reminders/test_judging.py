"""What to do now about a window: wait, go, give way to a later one, or admit that it is too late."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.reminders import Verdict, Window, judge, leaves_at
from tests.support.reminding import BERLIN, a_window, berlin

START = berlin("2023-04-27 17:00")
FORTNIGHT = a_window(berlin("2023-04-13 09:00"), starts_at=START)
DAY = a_window(berlin("2023-04-26 09:00"), starts_at=START)
MINUTE = timedelta(minutes=1)


def verdicts(*windows: Window, now: datetime, filled: set[str] | None = None) -> list[Verdict | None]:
    found = judge(windows, filled=filled or set(), zone=BERLIN, now=now)
    return [found.get(window) for window in windows]


def test_window_goes_from_its_due_time_on() -> None:
    assert verdicts(DAY, now=DAY.due_at - timedelta(microseconds=1)) == [Verdict.WAIT]
    assert verdicts(DAY, now=DAY.due_at) == [Verdict.GO]


def test_window_is_too_late_from_the_start_on() -> None:
    assert verdicts(DAY, now=START - MINUTE) == [Verdict.GO]
    assert verdicts(DAY, now=START) == [Verdict.TOO_LATE]


def test_of_several_overdue_only_the_latest_goes() -> None:
    assert verdicts(FORTNIGHT, DAY, now=DAY.due_at + MINUTE) == [Verdict.SUPERSEDED, Verdict.GO]


def test_of_several_overdue_at_once_the_latest_by_its_rule_goes() -> None:
    set_at = DAY.due_at + MINUTE
    info = a_window(set_at, starts_at=START, rule="info", nominal_at=FORTNIGHT.due_at)
    reminder = a_window(set_at, starts_at=START, rule="reminder", nominal_at=DAY.due_at)

    assert verdicts(info, reminder, now=set_at) == [Verdict.SUPERSEDED, Verdict.GO]
    assert verdicts(reminder, info, now=set_at) == [Verdict.GO, Verdict.SUPERSEDED]


def test_earlier_one_goes_while_the_later_one_is_not_due() -> None:
    assert verdicts(FORTNIGHT, DAY, now=FORTNIGHT.due_at + MINUTE) == [Verdict.GO, Verdict.WAIT]


def test_all_are_too_late_after_the_start() -> None:
    assert verdicts(FORTNIGHT, DAY, now=START + MINUTE) == [Verdict.TOO_LATE, Verdict.TOO_LATE]


def test_filled_window_needs_nothing_more() -> None:
    assert verdicts(DAY, now=DAY.due_at, filled={DAY.key}) == [None]


def test_earlier_window_does_not_follow_a_later_one_that_has_gone() -> None:
    """An event that got the series' rules back after its reminder would have been announced after it."""
    assert verdicts(FORTNIGHT, DAY, now=DAY.due_at + MINUTE, filled={DAY.key}) == [Verdict.SUPERSEDED, None]


def test_window_that_is_not_owed_is_left_alone_and_supersedes_nothing() -> None:
    past = a_window(DAY.due_at, starts_at=START, owed=False)

    assert verdicts(FORTNIGHT, past, now=DAY.due_at + MINUTE) == [Verdict.GO, None]


def test_equal_windows_go_as_one() -> None:
    twin = a_window(DAY.due_at, starts_at=START)

    assert verdicts(DAY, twin, now=DAY.due_at) == [Verdict.GO, Verdict.GO]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2023-04-26 20:59", Verdict.GO),
        ("2023-04-26 21:00", Verdict.WAIT),
        ("2023-04-27 00:00", Verdict.WAIT),
        ("2023-04-27 06:59", Verdict.WAIT),
        ("2023-04-27 07:00", Verdict.GO),
    ],
)
def test_late_window_waits_for_the_morning(now: str, expected: Verdict) -> None:
    assert verdicts(DAY, now=berlin(now)) == [expected]


def test_window_that_is_due_at_night_is_not_late_and_goes() -> None:
    due = berlin("2023-04-26 23:00")
    night = a_window(due, starts_at=START)

    assert verdicts(night, now=due) == [Verdict.GO]
    assert verdicts(night, now=due + timedelta(minutes=15)) == [Verdict.GO]
    assert verdicts(night, now=due + timedelta(minutes=16)) == [Verdict.WAIT]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2023-04-27 04:59", Verdict.WAIT),
        ("2023-04-27 05:00", Verdict.GO),
        ("2023-04-27 06:30", Verdict.GO),
    ],
)
def test_late_window_goes_at_night_when_the_event_starts_within_three_hours(
    now: str, expected: Verdict
) -> None:
    early = a_window(berlin("2023-04-26 09:00"), starts_at=berlin("2023-04-27 08:00"))

    assert verdicts(early, now=berlin(now)) == [expected]


def test_window_after_the_event_waits_at_night_though_the_start_was_near() -> None:
    after = a_window(berlin("2023-04-27 20:00"), starts_at=START, useful_until=START + timedelta(days=14))

    assert verdicts(after, now=berlin("2023-04-27 21:30")) == [Verdict.WAIT]


def test_earlier_window_gives_way_at_night_while_the_latest_waits() -> None:
    """Both used to wait, so that a plan made at night promised two mails for the morning."""
    assert verdicts(FORTNIGHT, DAY, now=berlin("2023-04-26 22:00")) == [Verdict.SUPERSEDED, Verdict.WAIT]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2023-04-25 12:00", "2023-04-26 09:00"),
        ("2023-04-26 12:00", "2023-04-26 12:00"),
        ("2023-04-26 22:00", "2023-04-27 07:00"),
        ("2023-04-27 03:00", "2023-04-27 07:00"),
    ],
)
def test_window_leaves_when_due_or_at_once_or_in_the_morning(now: str, expected: str) -> None:
    assert leaves_at(DAY, zone=BERLIN, now=berlin(now)) == berlin(expected)


def test_window_leaves_three_hours_before_an_event_of_the_early_morning() -> None:
    """It was said to leave at seven, when the event had begun."""
    early = a_window(berlin("2023-04-26 09:00"), starts_at=berlin("2023-04-27 06:30"))

    assert leaves_at(early, zone=BERLIN, now=berlin("2023-04-26 22:00")) == berlin("2023-04-27 03:30")


@settings(max_examples=200)
@given(
    minutes=st.lists(st.integers(-30_000, 0), min_size=1, max_size=4, unique=True),
    begun=st.integers(-30_000, 2_000),
    hour=st.integers(0, 23),
)
def test_at_most_one_window_of_an_event_goes_and_all_that_are_open_say_why_not(
    minutes: list[int], begun: int, hour: int
) -> None:
    start = berlin(f"2023-04-27 {hour:02}:00")
    found = [a_window(start + m * MINUTE - MINUTE, starts_at=start) for m in minutes]
    now = start + begun * MINUTE

    said = judge(found, filled=set(), zone=BERLIN, now=now)

    overdue = [w for w in found if w.due_at <= now < start]
    latest = max(overdue, key=lambda w: w.due_at, default=None)
    assert [w for w in found if said[w] is Verdict.GO] in ([], [latest])
    assert all((said[w] is Verdict.TOO_LATE) is (now >= start) for w in found)
    assert all((said[w] is Verdict.SUPERSEDED) is (w in overdue and w != latest) for w in found)


@settings(max_examples=200)
@given(due=st.integers(1, 3_000), hour=st.integers(0, 23), begun=st.integers(-3_000, -1))
def test_window_goes_at_the_moment_it_is_said_to_leave_and_not_before(
    due: int, hour: int, begun: int
) -> None:
    start = berlin(f"2023-04-27 {hour:02}:00")
    window = a_window(start - due * MINUTE, starts_at=start)
    now = start + begun * MINUTE

    leaves = leaves_at(window, zone=BERLIN, now=now)

    assert now <= leaves < start
    assert verdicts(window, now=leaves) == [Verdict.GO]
    assert leaves == now or verdicts(window, now=leaves - timedelta(seconds=1)) == [Verdict.WAIT]

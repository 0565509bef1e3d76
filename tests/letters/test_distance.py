"""Words fit the distance, in calendar days of the series' zone, on both sides of midnight and of a clock change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.core.clock import local_day
from mailer.core.i18n import translator
from mailer.core.types import Locale
from mailer.letters.distance import Nearness, headline, in_words, nearness, predicate
from tests.letters.samples import BERLIN, berlin

START = berlin(2023, 1, 26, 17)
END = berlin(2023, 1, 26, 18, 30)
GERMAN, ENGLISH = translator("de"), translator("en")


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (berlin(2023, 1, 12, 9), "am Donnerstag, 26. Januar 2023, um 17:00 Uhr"),
        (berlin(2023, 1, 19, 23, 59), "am Donnerstag, 26. Januar 2023, um 17:00 Uhr"),
        (berlin(2023, 1, 20, 0, 0), "am Donnerstag, 26. Januar, um 17:00 Uhr"),
        (berlin(2023, 1, 24, 23, 59), "am Donnerstag, 26. Januar, um 17:00 Uhr"),
        (berlin(2023, 1, 25, 0, 0), "morgen um 17:00 Uhr"),
        (berlin(2023, 1, 25, 23, 59), "morgen um 17:00 Uhr"),
        (berlin(2023, 1, 26, 0, 0), "heute um 17:00 Uhr"),
        (berlin(2023, 1, 26, 16, 0), "heute um 17:00 Uhr"),
        (berlin(2023, 1, 26, 16, 0, 1), "in 59 Minuten"),
        (berlin(2023, 1, 26, 16, 40), "in 20 Minuten"),
        (berlin(2023, 1, 26, 16, 58, 30), "in einer Minute"),
        (berlin(2023, 1, 26, 16, 59, 59), "in einer Minute"),
        (berlin(2023, 1, 26, 17, 0), "läuft seit 17:00 Uhr"),
        (berlin(2023, 1, 26, 18, 29, 59), "läuft seit 17:00 Uhr"),
        (berlin(2023, 1, 26, 18, 30), "am Donnerstag, 26. Januar 2023, um 17:00 Uhr"),
    ],
)
def test_in_words_fits_the_distance(now: datetime, words: str) -> None:
    assert in_words(START, END, zone=BERLIN, now=now, speak=GERMAN) == words


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        (berlin(2023, 1, 12, 9), "Am 26. Januar 2023"),
        (berlin(2023, 1, 23, 9), "Am Donnerstag, 26. Januar, um 17:00 Uhr"),
        (berlin(2023, 1, 25, 9), "Morgen um 17:00 Uhr"),
        (berlin(2023, 1, 26, 9), "Heute um 17:00 Uhr"),
        (berlin(2023, 1, 26, 16, 40), "In 20 Minuten"),
        (berlin(2023, 1, 26, 17, 10), "Läuft seit 17:00 Uhr"),
        (berlin(2023, 1, 27, 9), "Am 26. Januar 2023"),
    ],
)
def test_headline_opens_a_subject(now: datetime, opening: str) -> None:
    assert headline(START, END, zone=BERLIN, now=now, speak=GERMAN) == opening


@pytest.mark.parametrize(
    ("now", "german", "english"),
    [
        (berlin(2023, 1, 25, 9), "beginnt morgen um 17:00 Uhr", "begins tomorrow at 17:00"),
        (berlin(2023, 1, 26, 17, 10), "läuft seit 17:00 Uhr", "has been running since 17:00"),
        (
            berlin(2023, 1, 27, 9),
            "fand am Donnerstag, 26. Januar 2023, um 17:00 Uhr statt",
            "took place on Thursday, 26 January 2023 at 17:00",
        ),
    ],
)
def test_predicate_says_what_a_dialogue_does(now: datetime, german: str, english: str) -> None:
    assert predicate(START, END, zone=BERLIN, now=now, speak=GERMAN) == german
    assert predicate(START, END, zone=BERLIN, now=now, speak=ENGLISH) == english


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (berlin(2023, 1, 26, 22, 30), "heute um 23:45 Uhr"),
        (berlin(2023, 1, 26, 23, 30), "in 15 Minuten"),
        (berlin(2023, 1, 27, 0, 30), "läuft seit 23:45 Uhr"),
    ],
)
def test_a_dialogue_across_midnight_keeps_its_own_day(now: datetime, words: str) -> None:
    start, end = berlin(2023, 1, 26, 23, 45), berlin(2023, 1, 27, 1, 15)

    assert in_words(start, end, zone=BERLIN, now=now, speak=GERMAN) == words


def test_a_dialogue_shortly_after_midnight_is_minutes_away_and_tomorrow_before_that() -> None:
    start = berlin(2023, 1, 27, 0, 10)

    words = [
        in_words(start, None, zone=BERLIN, now=now, speak=GERMAN)
        for now in (berlin(2023, 1, 26, 23, 5), berlin(2023, 1, 26, 23, 50))
    ]

    assert words == ["morgen um 00:10 Uhr", "in 20 Minuten"]


def test_tomorrow_is_tomorrow_although_the_day_has_23_hours() -> None:
    """In the night to 26 March 2023 the clocks in Berlin go forward."""
    start = berlin(2023, 3, 26, 17)

    assert nearness(start, None, zone=BERLIN, now=berlin(2023, 3, 25, 0)) is Nearness.TOMORROW
    assert nearness(start, None, zone=BERLIN, now=berlin(2023, 3, 26, 0)) is Nearness.TODAY


def test_tomorrow_is_tomorrow_although_the_day_has_25_hours() -> None:
    """In the night to 29 October 2023 the clocks in Berlin go back."""
    start = berlin(2023, 10, 30, 9)

    assert nearness(start, None, zone=BERLIN, now=berlin(2023, 10, 28, 23, 59)) is Nearness.DAYS
    assert nearness(start, None, zone=BERLIN, now=berlin(2023, 10, 29, 0)) is Nearness.TOMORROW
    assert nearness(start, None, zone=BERLIN, now=berlin(2023, 10, 29, 23, 59)) is Nearness.TOMORROW


def test_the_hour_that_comes_twice_is_elapsed_time_when_near() -> None:
    """02:30 comes twice on 29 October 2023: from 02:30 summer time to 03:10 it is 100 minutes, not 40."""
    now = datetime(2023, 10, 29, 0, 30, tzinfo=UTC)

    assert nearness(berlin(2023, 10, 29, 3, 10), None, zone=BERLIN, now=now) is Nearness.TODAY


SINCE_2022 = datetime(2022, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=1100)).map(lambda passed: SINCE_2022 + passed)


@given(
    start=MOMENTS, ahead=st.timedeltas(timedelta(0), timedelta(days=20)), locale=st.sampled_from(["de", "en"])
)
def test_words_never_name_another_day(start: datetime, ahead: timedelta, locale: Locale) -> None:
    now = start - ahead

    near = nearness(start, start + timedelta(minutes=90), zone=BERLIN, now=now)
    words = in_words(start, start + timedelta(minutes=90), zone=BERLIN, now=now, speak=translator(locale))

    days = (local_day(start, BERLIN) - local_day(now, BERLIN)).days
    assert (near is Nearness.TODAY) <= (days == 0)
    assert (near is Nearness.TOMORROW) <= (days == 1)
    assert (near is Nearness.DAYS) <= (2 <= days <= 6)
    assert (near is Nearness.FAR) <= (days > 6)
    assert (near is Nearness.MINUTES) == (timedelta(0) < ahead < timedelta(hours=1))
    assert "%(" not in words

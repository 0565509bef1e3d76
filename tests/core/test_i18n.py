"""Dates and sentences as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mailer.core.clock import NoZone
from mailer.core.errors import MailerError, Refused
from mailer.core.i18n import (
    Translator,
    choose_locale,
    day,
    day_in_year,
    hour,
    hours,
    long_day,
    month_name,
    translator,
    zone_name,
)
from mailer.core.types import Locale

BERLIN = ZoneInfo("Europe/Berlin")
SUMMER = datetime(2023, 9, 28, 15, 0, tzinfo=UTC)
WINTER = datetime(2023, 1, 26, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        (
            "de",
            [
                "Donnerstag, 28. September 2023",
                "Donnerstag, 28. September",
                "17:00 Uhr",
                "17:00–18:30 Uhr",
                "28. September 2023",
                "August 2023",
                "MESZ",
            ],
        ),
        (
            "en",
            [
                "Thursday, 28 September 2023",
                "Thursday, 28 September",
                "17:00",
                "17:00–18:30",
                "28 September 2023",
                "August 2023",
                "CEST",
            ],
        ),
    ],
)
def test_dates_are_written_as_the_language_does(locale: Locale, written: list[str]) -> None:
    end = SUMMER.replace(hour=16, minute=30)

    assert [
        long_day(SUMMER, BERLIN, locale),
        day_in_year(SUMMER, BERLIN, locale),
        hour(SUMMER, BERLIN, locale),
        hours(SUMMER, end, BERLIN, locale),
        day(date(2023, 9, 28), locale),
        month_name("2023-08", locale),
        zone_name(SUMMER, BERLIN, locale),
    ] == written


def test_march_has_its_umlaut() -> None:
    assert month_name("2023-03", "de") == "März 2023"


def test_a_day_is_the_one_of_the_zone() -> None:
    assert long_day(WINTER, BERLIN, "de") == "Freitag, 27. Januar 2023"


@pytest.mark.parametrize(
    ("zone", "locale", "name"),
    [
        ("Europe/Berlin", "de", "MEZ"),
        ("Europe/Berlin", "en", "CET"),
        ("Asia/Kathmandu", "en", "GMT+05:45"),
        ("America/New_York", "de", "EST"),
    ],
)
def test_a_zone_has_the_name_people_there_know(zone: str, locale: Locale, name: str) -> None:
    assert zone_name(WINTER, ZoneInfo(zone), locale) == name


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_ch", "de"),
        ("en_GB", "en"),
        ("fr", None),
        ("", None),
        (None, None),
    ],
)
def test_a_locale_is_known_by_its_language(wanted: str | None, found: Locale | None) -> None:
    assert choose_locale(wanted) == found


def test_a_locale_that_is_not_allowed_is_none() -> None:
    assert choose_locale("en", ["de"]) is None


def test_a_sentence_is_said_in_the_language_with_its_facts() -> None:
    refused = NoZone(text="2023-04-26T09:00")

    assert translator("en").sentence(refused) == (
        "The time “2023-04-26T09:00” lacks its zone: write +02:00 or Z behind it."
    )
    assert translator("de").sentence(refused) == (
        "Der Zeitangabe „2023-04-26T09:00“ fehlt die Zone: Schreiben Sie +02:00 oder Z dahinter."
    )


class NoRoom(Refused):
    code = "no_room"


SAYS = Translator(
    "en",
    catalogue={"no_room": "No room for %(guests)s.", "no_room.closed": "Closed to %(guests)s, 100 %%."},
)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NoRoom(guests=3), "No room for 3."),
        (NoRoom(guests=["Anna", "Berta"]), "No room for Anna, Berta."),
        (NoRoom(guests=3, reason="closed"), "Closed to 3, 100 %."),
        (NoRoom(guests=3, reason="unheard of"), "No room for 3."),
        (NoRoom(guests="100 % of us"), "No room for 100 % of us."),
        (MailerError(), "error"),
    ],
)
def test_the_sentence_of_a_reason_goes_before_the_general_one(error: MailerError, sentence: str) -> None:
    assert SAYS.sentence(error) == sentence


def test_a_text_without_translation_is_english() -> None:
    assert translator("de").gettext("never translated") == "never translated"


def test_one_and_many_are_told_apart() -> None:
    speaker = Translator("de", catalogue={"one seat": ("ein Platz", "%(n)s Plätze")})

    assert [speaker.ngettext("one seat", "%(n)s seats", n) for n in (0, 1, 2)] == [
        "%(n)s Plätze",
        "ein Platz",
        "%(n)s Plätze",
    ]
    assert [speaker.ngettext("one day", "days", n) for n in (1, 2)] == ["one day", "days"]


def test_du_says_what_sie_says_where_nothing_differs() -> None:
    formal, familiar = translator("de", "sie").catalogue, translator("de", "du").catalogue

    assert familiar.keys() == formal.keys()
    assert familiar != formal

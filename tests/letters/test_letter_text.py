"""The text part reads like a mail, and nothing but plain insertion depends on who gets it."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from mailer import letters
from mailer.core.text import one_line
from mailer.core.types import EmailAddress, Locale
from mailer.letters import LetterKind, Order, Recipient
from mailer.letters.cleaning import COLUMNS, folded, plain, plain_line
from mailer.series import Event, EventState, Series
from tests.letters.occasions import ANNA, BASE_URL, orders
from tests.letters.samples import a_series, an_event, berlin, event_named

NAMES = sorted(orders("de"))
PLACEHOLDERS = Recipient(
    address=EmailAddress("ADDRESS@sentinel.example"),
    name="NAME",
    unsubscribe_url="LEAVE",
    manage_url="MANAGE",
)
PEOPLE = [
    ANNA,
    replace(ANNA, name="Dr. Ömer “der Ältere” O'Neill, M. A. 🌱"),
    replace(ANNA, name="x" * 150, unsubscribe_url=f"https://example.org/{'u' * 300}"),
    replace(ANNA, name="<b>& Co.</b>"),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_lines_are_short_and_links_whole(name: str, language: Locale) -> None:
    text = letters.write(orders(language)[name]).text

    assert [line for line in text.split("\n") if len(line) > COLUMNS and " " in line.strip()] == []
    assert "\n\n\n" not in text
    assert [line for line in text.split("\n") if line != line.rstrip() and line != "-- "] == []
    assert text.endswith("\n")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_letter_with_placeholders_is_everybodys_letter(name: str, person: Recipient) -> None:
    order = orders("de")[name]
    if order.series is None or order.kind is LetterKind.CONFIRM or order.seat is not None:
        return

    common = letters.write(replace(order, recipient=PLACEHOLDERS))
    own = letters.write(replace(order, recipient=person))

    assert spliced(common.text, person) == own.text
    assert spliced(common.html, person, escape=True) == own.html
    assert (common.subject, common.calendar) == (own.subject, own.calendar)


def spliced(text: str, person: Recipient, *, escape: bool = False) -> str:
    for sentinel, value in (
        ("NAME", person.name),
        ("LEAVE", person.unsubscribe_url),
        ("MANAGE", person.manage_url),
    ):
        shown = html.escape(value).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") if escape else value
        text = text.replace(sentinel, shown)
    return text


@pytest.mark.parametrize("name", NAMES)
def test_sie_and_du_do_not_mix(name: str) -> None:
    """Apart from the organisers' own words, which speak to nobody here."""
    formal, familiar = (letters.write(orders("de", form)[name]) for form in ("sie", "du"))

    assert not re.search(r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*|[Hh]allo)\b", formal.subject + formal.text)
    if orders("de")[name].series is not None:
        assert not re.search(r"\b(Ihnen|Ihr\w*|[a-zäöü,] Sie)\b", familiar.subject + familiar.text)


def test_a_confirm_letter_does_not_carry_the_name_a_stranger_typed() -> None:
    order = orders("de")["confirm"]

    written = letters.write(replace(order, recipient=replace(ANNA, name="Gewinnen Sie: evil.example")))

    assert written == letters.write(replace(order, recipient=replace(ANNA, name="")))


def test_a_letter_about_a_seat_names_its_owner_as_the_only_guest() -> None:
    took, gave_back = (letters.write(orders("de")[name]) for name in ("registration", "withdrawal"))

    entries = [
        letter.calendar.decode().replace("\r\n ", "") for letter in (took, gave_back) if letter.calendar
    ]
    lines = [
        [line for line in entry.splitlines() if line.startswith(("METHOD", "SEQ", "STATUS"))]
        for entry in entries
    ]
    assert lines == [
        ["METHOD:REQUEST", "SEQUENCE:0", "STATUS:CONFIRMED"],
        ["METHOD:CANCEL", "SEQUENCE:1", "STATUS:CANCELLED"],
    ]
    assert [entry.count("ATTENDEE") for entry in entries] == [1, 1]
    assert all("mailto:anna@example.net" in entry for entry in entries)
    assert "Diese Veranstaltung" not in entries[1]
    assert [letter.calendar_method for letter in (took, gave_back)] == ["REQUEST", "CANCEL"]


def test_only_who_comes_on_site_hears_how_to_get_there_in_letter_and_calendar() -> None:
    names = ("registration-on-site", "reminder-on-site", "reminder-online", "reminder")
    written = {name: letters.write(orders("de")[name]) for name in names}

    told = {
        name: [
            "Messe Süd" in text
            for text in (letter.text, letter.html, (letter.calendar or b"").decode().replace("\r\n ", ""))
        ]
        for name, letter in written.items()
    }
    assert told == {name: [name != "reminder-online"] * 3 for name in names}


def test_a_test_copy_says_so_in_both_languages() -> None:
    german, english = (letters.write(orders(language)["reminder-test-copy"]) for language in ("de", "en"))

    assert german.text.startswith("Dies ist eine Testkopie.")
    assert english.text.startswith("This is a test copy.")
    assert german.subject.startswith("[Test] Morgen um 17:00 Uhr: ")
    assert "Dies ist eine Testkopie." in german.html


def test_calendar_goes_along_where_there_is_a_fixed_date_ahead() -> None:
    with_calendar = {
        name for name, order in orders("de").items() if letters.write(order).calendar is not None
    }

    assert with_calendar == {
        "welcome",
        "welcome-in-a-window",
        "info",
        "reminder",
        "reminder-in-minutes",
        "reminder-test-copy",
        "change-moved",
        "change-by-an-hour",
        "change-of-place",
        "change-to-online",
        "change-to-online-seat",
        "change-to-on-site-seat",
        "change-to-both-seat",
        "change-of-date-and-place",
        "change-date-set",
        "change-reinstated",
        "cancellation",
        "cancellation-of-the-last",
        "message",
        "registration",
        "registration-online",
        "registration-on-site",
        "reminder-on-site",
        "reminder-online",
        "withdrawal",
    }


def test_a_provisional_date_is_told_as_such_and_carries_no_calendar() -> None:
    series = a_series()
    event = an_event(
        series, "x", {"de": "Wie?"}, starts_at=berlin(2023, 3, 1, 17), state=EventState.PROVISIONAL
    )

    written = letters.write(_info(series, event))

    assert written.subject == "Vorgesehen für den 1. März 2023: Wie?"
    assert "17:00–18:30 Uhr (MEZ); der Termin kann sich noch ändern" in one_line(written.text)
    assert written.calendar is None


def test_a_cancelled_dialogue_says_so_and_leads_nowhere() -> None:
    series = a_series()
    event = event_named(series, "kreislaeufe")
    event.state = EventState.CANCELLED

    written = letters.write(replace(orders("de")["message"], series=series, event=event))

    assert "fällt aus (geplant war: Donnerstag, 30. März 2023," in one_line(written.text)
    assert event.join_url not in written.text + written.html
    assert written.calendar is None


def test_signing_up_elsewhere_is_pointed_out() -> None:
    series = a_series()
    event = event_named(series, "kreislaeufe")
    event.registration_url = "https://anmelden.example.org/7"

    written = letters.write(_info(series, event))

    assert "Anmelden:  https://anmelden.example.org/7\n" in written.text
    assert 'href="https://anmelden.example.org/7"' in written.html


def test_a_dialogue_over_midnight_and_over_a_clock_change_tells_both() -> None:
    series = a_series()
    event = an_event(
        series, "nacht", {"de": "Wie?"}, starts_at=berlin(2023, 10, 28, 23), ends_at=berlin(2023, 10, 29, 4)
    )

    written = letters.write(_info(series, event))

    assert "Wann:      Samstag, 28. Oktober 2023, 23:00–04:00 Uhr (MESZ/MEZ)\n" in written.text


def test_the_one_who_is_absent_is_not_announced() -> None:
    order = orders("de")["reminder"]

    assert "Rainer Abwesend" not in letters.write(order).text
    assert "Rainer Abwesend" not in letters.write(order).html


def test_words_missing_in_a_language_fall_back_to_the_series_first() -> None:
    series = a_series()
    series.title = {"de": "Nur deutsch"}
    order = replace(orders("en")["info"], series=series, event=event_named(series, "kreislaeufe"))

    assert "“Nur deutsch”" in letters.write(order).text


def test_several_missed_mailings_are_counted() -> None:
    order = orders("de")["notice"]

    written = letters.write(
        replace(order, missed=[*order.missed, replace(order.missed[0], reason="relay gone")])
    )

    assert written.subject == "Nicht verschickt: 2 Aussendungen"
    assert "  relay gone\n" in written.text


def test_a_welcome_tells_every_dialogue_whose_window_is_open() -> None:
    series = a_series()
    told = [event_named(series, "kreislaeufe"), event_named(series, "wohnumfelder")]

    written = letters.write(replace(orders("de")["welcome"], series=series, told=told))

    assert written.text.count("Wann:") == 2
    assert "Ein weiterer Dialog beginnt am Donnerstag, 28. September 2023, um 17:00 Uhr:" in one_line(
        written.text
    )
    assert written.filename == "kreislaeufe.ics"


def test_folded_hangs_lists_and_labels_and_leaves_links_whole() -> None:
    link = f"https://example.org/{'x' * 90}"

    assert folded(f"- {'Wort ' * 20}").split("\n")[1].startswith("  Wort")
    assert folded(f"Wo:        {'Wort ' * 20}").split("\n")[1].startswith(f"{' ' * 11}Wort")
    assert folded(f"Online:    {link}").split("\n") == ["Online:", f"{' ' * 11}{link}"]
    assert folded(link) == link


def test_plain_joins_what_the_author_folded_and_keeps_lists_and_hard_breaks() -> None:
    source = "Eine Zeile,\nnoch eine.\n\n- eins\n  weiter\n- zwei\n\nStraße 1  \nOrt"

    assert plain(source) == "Eine Zeile, noch eine.\n\n- eins weiter\n- zwei\n\nStraße 1\nOrt"


def test_plain_line_drops_what_could_deceive() -> None:
    assert plain_line("a\r\nBcc: x\x00\x1b[31m \u202egnp.exe\u2028b") == "a Bcc: x[31m gnp.exe b"


def _info(series: Series, event: Event) -> Order:
    return Order(LetterKind.INFO, "de", ANNA, BASE_URL, berlin(2023, 2, 1, 9), series=series, event=event)

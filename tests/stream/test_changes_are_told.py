"""From a changed series file to the mailboxes and calendars of those who were told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar

from mailer.mailings import MailingState
from tests.support.house import House
from tests.support.mailbox import Caught, Mailbox
from tests.support.making import NOON
from tests.support.written import bring_in, dialogue, seat, undated

ANNA, BEN = "anna@example.net", "ben@example.net"
REMINDED = datetime(2023, 5, 24, 7, tzinfo=UTC)
CHANGED = REMINDED + timedelta(hours=3)
QUIET = timedelta(minutes=15)
LATER = dialogue(starts_at="2023-06-01 18:00", place="Potsdam")


def reminded(house: House, mailbox: Mailbox) -> None:
    """Anna was reminded of the dialogue; Ben came to the list later."""
    series = bring_in(house, dialogue(), dialogue("wasser", "2023-06-29 17:00"))
    seat(house, series, ANNA)
    house.tick(REMINDED)
    seat(house, series, BEN)
    mailbox.letters.clear()


def entry(letter: Caught) -> Any:
    """The one event of the entry that the mail brings."""
    (found,) = icalendar.Calendar.from_ical(letter.calendar).walk("VEVENT")
    return found


def test_moved_dialogue_is_told_once_to_who_was_reminded_with_the_entry_that_replaces_the_old(
    house: House, mailbox: Mailbox
) -> None:
    series = bring_in(house, dialogue())
    seat(house, series, ANNA)
    house.tick(REMINDED)
    (before,) = mailbox.letters
    bring_in(house, LATER, now=CHANGED)

    for moment in (CHANGED, CHANGED + QUIET, CHANGED + 2 * QUIET, datetime(2023, 5, 31, 7, tzinfo=UTC)):
        house.tick(moment)

    _, told, again = mailbox.letters
    assert told.subject == "Verschoben auf den 1. Juni 2023, 18:00 Uhr: Wie gelingt boden?"
    assert again.subject == "Morgen um 18:00 Uhr: Wie gelingt boden?"
    assert "statt:     Donnerstag, 25. Mai 2023, 17:00–18:30 Uhr (MESZ)" in told.text
    was, new = entry(before), entry(told)
    assert (new["UID"], int(new["SEQUENCE"]), new["STATUS"]) == (
        was["UID"],
        int(was["SEQUENCE"]) + 1,
        "CONFIRMED",
    )
    assert new["DTSTART"].dt == datetime(2023, 6, 1, 16, tzinfo=UTC)
    assert entry(again).to_ical() == new.to_ical()


def test_method_of_the_mail_is_that_of_the_entry(house: House, mailbox: Mailbox) -> None:
    reminded(house, mailbox)
    bring_in(house, LATER, dialogue("wasser", "2023-06-29 17:00"), now=CHANGED)
    house.tick(CHANGED + QUIET)
    bring_in(house, dialogue("wasser", "2023-06-29 17:00"), now=CHANGED + 2 * QUIET)
    house.tick(CHANGED + 3 * QUIET)

    said = []
    for letter in mailbox.to(ANNA):
        parts = [part for part in letter.message.walk() if part.get_content_type() == "text/calendar"]
        inside = str(icalendar.Calendar.from_ical(letter.calendar)["METHOD"])
        said.append([inside, *(part.get_param("method") for part in parts)])
    assert said == [["PUBLISH"] * 3, ["CANCEL"] * 3]


def test_dialogue_dropped_from_the_file_is_cancelled_in_mail_and_calendar(
    house: House, mailbox: Mailbox
) -> None:
    reminded(house, mailbox)
    bring_in(house, dialogue("wasser", "2023-06-29 17:00"), now=CHANGED)

    house.tick(CHANGED + QUIET - timedelta(seconds=1))
    too_early = len(mailbox.letters)
    house.tick(CHANGED + QUIET)
    house.tick(CHANGED + 2 * QUIET)

    (letter,) = mailbox.letters
    assert (too_early, letter.to) == (0, ANNA)
    assert letter.subject == "Abgesagt: Wie gelingt boden?"
    assert "Geplant:   Donnerstag, 25. Mai 2023, 17:00–18:30 Uhr (MESZ)" in letter.text
    gone = entry(letter)
    assert (int(gone["SEQUENCE"]), gone["STATUS"]) == (1, "CANCELLED")
    assert str(gone["ORGANIZER"]) == "mailto:dialog@example.org"
    assert [part.name for part in gone.subcomponents] == []
    feed = house.app.test_client().get("/wandel/calendar.ics").text
    states = {str(e["UID"]): str(e["STATUS"]) for e in icalendar.Calendar.from_ical(feed).walk("VEVENT")}
    assert states[str(gone["UID"])] == "CANCELLED"


def test_reinstated_dialogue_takes_place_after_all_with_a_higher_sequence(
    house: House, mailbox: Mailbox
) -> None:
    reminded(house, mailbox)
    other = dialogue("wasser", "2023-06-29 17:00")
    bring_in(house, dialogue(state="cancelled"), other, now=CHANGED)
    house.tick(CHANGED + QUIET)
    bring_in(house, dialogue(), other, now=CHANGED + 2 * QUIET)
    house.tick(CHANGED + 3 * QUIET)

    assert mailbox.subjects == ["Abgesagt: Wie gelingt boden?", "Findet doch statt: Wie gelingt boden?"]
    assert [int(entry(letter)["SEQUENCE"]) for letter in mailbox.letters] == [1, 2]


def test_date_that_is_set_reaches_everybody_with_the_first_entry(house: House, mailbox: Mailbox) -> None:
    series = bring_in(house, dialogue(), undated("wasser", "2023-08"))
    seat(house, series, ANNA, BEN)
    house.tick(NOON)
    set_at = datetime(2023, 5, 2, 10, tzinfo=UTC)
    bring_in(house, dialogue(), dialogue("wasser", "2023-08-24 17:00"), now=set_at)

    house.tick(set_at)
    at_once = list(mailbox.subjects)
    house.tick(set_at + QUIET)

    assert at_once == []
    assert sorted(letter.to for letter in mailbox.letters) == [ANNA, BEN]
    assert set(mailbox.subjects) == {"Der Termin steht fest, 24. August 2023, 17:00 Uhr: Wie gelingt wasser?"}
    assert {str(entry(letter)["STATUS"]) for letter in mailbox.letters} == {"CONFIRMED"}


def test_first_import_and_the_same_file_again_owe_nobody_a_mail(house: House, mailbox: Mailbox) -> None:
    seat(house, bring_in(house, dialogue(), undated()), ANNA)
    bring_in(house, dialogue(), undated(), now=NOON + timedelta(hours=1))

    house.tick(NOON + timedelta(hours=2))

    assert (mailbox.letters, house.mailings()) == ([], [])


def test_clock_says_that_it_released_a_change_and_a_person_does_not(house: House, mailbox: Mailbox) -> None:
    reminded(house, mailbox)
    other = dialogue("wasser", "2023-06-29 17:00")
    bring_in(house, LATER, other, now=CHANGED)
    house.tick(CHANGED + QUIET)
    by_hand = CHANGED + timedelta(hours=1)
    bring_in(house, dialogue(starts_at="2023-06-02 18:00"), other, now=by_hand)
    house.now = by_hand
    sent = house.flask("mailings", "send", "wandel", "boden", "--kind", "change", "--yes")
    house.tick(by_hand)

    clock, person = mailbox.to(ANNA)
    assert sent.exit_code == 0
    assert (clock.message["Auto-Submitted"], person.message["Auto-Submitted"]) == ("auto-generated", None)
    assert clock.message["List-Unsubscribe"] is not None


def test_letters_of_a_change_do_not_leave_when_it_changes_again_meanwhile(
    house: House, mailbox: Mailbox
) -> None:
    reminded(house, mailbox)
    other = dialogue("wasser", "2023-06-29 17:00")
    bring_in(house, LATER, other, now=CHANGED)
    mailbox.close()
    house.tick(CHANGED + QUIET)
    mailbox.open()
    again = CHANGED + 2 * QUIET
    bring_in(house, dialogue(starts_at="2023-06-02 18:00"), other, now=again)

    house.tick(again)
    house.tick(again + QUIET)

    assert [letter.subject for letter in mailbox.to(ANNA)] == [
        "Verschoben auf den 2. Juni 2023, 18:00 Uhr: Wie gelingt boden?"
    ]
    assert [m.state for m in house.mailings() if m.kind == "change"] == [MailingState.DONE, MailingState.DONE]


def test_plan_lists_what_is_gathered_with_its_due_time(house: House, mailbox: Mailbox) -> None:
    reminded(house, mailbox)
    bring_in(house, LATER, dialogue("wasser", "2023-06-29 17:00"), now=CHANGED)

    planned = json.loads(
        house.flask("mailings", "plan", "wandel", "--json", "--now", CHANGED.isoformat()).stdout
    )

    assert planned[0] == {
        "due_at": "2023-05-24T12:15:00+02:00",
        "event": "boden",
        "kind": "change",
        "recipients": 1,
    }

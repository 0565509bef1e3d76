"""One mail through a real Postfix into a mailbox file."""

from __future__ import annotations

import mailbox as mailboxes
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from icalendar import Calendar

from mailer import returns
from mailer.returns import Outcome
from tests.support.house import House, open_house, sqlite_copy
from tests.support.mailbox import Caught, Mailbox
from tests.support.postfix import Postfix, running_postfix
from tests.support.waiting import wait_until
from tests.support.written import bring_in, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    with running_postfix() as made:
        yield made


@pytest.fixture
def house(empty_sqlite: Path, postfix: Postfix, tmp_path: Path) -> Iterator[House]:
    database = sqlite_copy(empty_sqlite, tmp_path)
    yield open_house(database, Mailbox(port=postfix.port), tmp_path)
    database.dispose()


def test_reminder_arrives_in_a_mailbox_file_as_it_was_written(house: House, postfix: Postfix) -> None:
    title = {"de": "Wie wächst Übermorgen – größer?"}
    series = bring_in(house, dialogue(title=title, place="Köln", format="hybrid"))
    seat(house, series, "anna@example.net", name="Änne Übung")

    house.tick(DUE)
    wait_until(lambda: postfix.file.exists() and postfix.file.stat().st_size > 0)
    wait_until(lambda: "removed" in postfix.log)

    (raw,) = [bytes(message) for message in mailboxes.mbox(postfix.file, create=False)]
    letter = Caught("", "", raw)
    message = message_from_bytes(raw, policy=policy.default)
    (entry,) = Calendar.from_ical(letter.calendar).events
    row = house.deliveries()[0]
    assert message["Return-Path"] == f"<{house.parts.composer.return_path(row.id)}@example.org>"
    assert message["Delivered-To"] == "anna@example.net"
    assert message["Subject"] == "Morgen um 17:00 Uhr: Wie wächst Übermorgen – größer?"
    assert letter.text.startswith("Guten Tag Änne Übung,\n")
    assert "Wann:      Donnerstag, 25. Mai 2023, 17:00–18:30 Uhr (MESZ)" in letter.text
    assert "Köln" in letter.text
    assert entry["SUMMARY"] == "Wie wächst Übermorgen – größer?"
    assert entry.start == datetime(2023, 5, 25, 15, 0, tzinfo=UTC)
    assert letter.files == ["boden.ics"]
    assert (row.state, row.code) == ("sent", 250)
    assert "queued as" in row.reply


def test_address_that_postfix_does_not_know_bounces_and_the_other_gets_hers(
    house: House, postfix: Postfix
) -> None:
    seat(house, bring_in(house, dialogue()), "nobody@example.net", "berta@example.net")

    house.tick(DUE)
    wait_until(lambda: list((postfix.folder / "mail" / "berta" / "new").glob("*")))

    states = [house.subscription(address) for address in ("nobody@example.net", "berta@example.net")]
    assert house.states() == {"nobody@example.net": "failed refused", "berta@example.net": "sent"}
    assert [found.state for found in states if found] == ["bounced", "active"]


def test_what_postfix_sends_back_ends_the_subscription(house: House, postfix: Postfix) -> None:
    """Postfix takes the letter over and learns only then that the next server does not know the address."""
    seat(house, bring_in(house, dialogue()), "gone@elsewhere.example", "full@elsewhere.example")

    house.tick(DUE)
    wait_until(lambda: len(returned(postfix)) == 2)
    before = house.states()
    with house.transaction() as session:
        outcomes = [
            returns.take(session, raw, composer=house.parts.composer, now=house.now).outcome
            for raw in returned(postfix)
        ]

    kept = [house.subscription(address) for address in ("gone@elsewhere.example", "full@elsewhere.example")]
    assert set(before.values()) == {"sent"}
    assert sorted(outcomes) == [Outcome.ENDED, Outcome.NOTED]
    assert set(house.states().values()) == {"failed returned"}
    assert [found.state for found in kept if found] == ["bounced", "active"]


def returned(postfix: Postfix) -> list[bytes]:
    """What came back to the senders' domain."""
    return [path.read_bytes() for path in sorted((postfix.folder / "mail" / "returned" / "new").glob("*"))]

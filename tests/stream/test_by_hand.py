"""What a person lets go: through the commands, sent by the next tick."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.making import EXAMPLE
from tests.support.waiting import wait_until
from tests.support.written import bring_in, dialogue, seat, undated

ANNA, BERTA = "anna@example.net", "berta@example.net"
BEFORE = datetime(2023, 5, 2, 10, 0, tzinfo=UTC)
INFO_DUE = datetime(2023, 5, 11, 7, 0, tzinfo=UTC)
SEND: Sequence[str] = ("mailings", "send", "wandel")


@pytest.fixture(autouse=True)
def _list(house: House) -> None:
    seat(house, bring_in(house, dialogue(), undated()), ANNA, BERTA)
    house.now = BEFORE


def test_mailing_by_hand_reaches_the_list_with_the_next_tick(house: House, mailbox: Mailbox) -> None:
    house.flask(*SEND, "boden", "--kind", "info", "--yes")
    at_once = list(mailbox.letters)

    house.tick()

    assert at_once == []
    assert mailbox.recipients == [ANNA, BERTA]
    assert mailbox.letters[0].subject == "Am 25. Mai 2023: Wie gelingt boden?"
    assert mailbox.letters[0].message["Auto-Submitted"] is None


def test_info_by_hand_replaces_the_planned_one(house: House, mailbox: Mailbox) -> None:
    house.flask(*SEND, "boden", "--kind", "info", "--yes")
    house.tick()

    house.tick(INFO_DUE)

    assert len(mailbox.letters) == 2


def test_newcomer_after_a_mailing_by_hand_learns_of_it_from_her_welcome_and_is_told_once(
    house: House, mailbox: Mailbox
) -> None:
    house.flask(*SEND, "boden", "--kind", "info", "--yes")
    house.tick()
    seat(house, bring_in(house, dialogue(), undated(), now=BEFORE), "carla@example.net")

    house.tick(INFO_DUE)

    assert mailbox.recipients == [ANNA, BERTA, "carla@example.net"]


def test_again_writes_to_those_who_were_told_already(house: House, mailbox: Mailbox) -> None:
    house.flask(*SEND, "boden", "--kind", "info", "--yes")
    house.tick()

    refused = house.flask(*SEND, "boden", "--kind", "info", "--yes")
    meant = house.flask(*SEND, "boden", "--kind", "info", "--yes", "--again")
    house.tick()

    assert (refused.exit_code, meant.exit_code) == (4, 0)
    assert mailbox.recipients == [ANNA, ANNA, BERTA, BERTA]


def test_test_copy_goes_to_one_address_says_so_and_counts_for_nobody(house: House, mailbox: Mailbox) -> None:
    house.flask(*SEND, "boden", "--kind", "reminder", "--to", "olga@example.org")

    house.tick()
    house.tick(datetime(2023, 5, 24, 7, 0, tzinfo=UTC))

    copy = mailbox.letters[0]
    assert (copy.to, copy.subject) == (
        "olga@example.org",
        "[Test] Am 25. Mai 2023: Wie gelingt boden?",
    )
    assert copy.message["Auto-Submitted"] is None
    assert "DTSTART;TZID=Europe/Berlin:20230525T170000" in copy.calendar
    assert mailbox.recipients[:2] == [ANNA, BERTA]


def test_links_of_a_test_copy_change_nobody(house: House, mailbox: Mailbox) -> None:
    house.flask(*SEND, "boden", "--kind", "info", "--to", ANNA)
    house.tick()
    link = mailbox.letters[0].link("unsubscribe")

    answer = house.app.test_client().post(link)

    found = house.subscription(ANNA)
    assert answer.status_code == 200
    assert found is not None
    assert found.state == "active"


def test_message_brings_the_organisers_own_words_to_everybody(
    house: House, mailbox: Mailbox, tmp_path: Path
) -> None:
    text = tmp_path / "nachricht.md"
    text.write_text("Der Raum ist **ein anderer**: [hier](https://example.org/raum).", encoding="utf-8")

    house.flask(*SEND, "--kind", "message", "--subject", "Neuer Raum für Ü", "--text", text, "--yes")
    house.tick()

    letter = mailbox.letters[0]
    assert mailbox.recipients == [ANNA, BERTA]
    assert letter.subject == "Neuer Raum für Ü"
    assert "Der Raum ist ein anderer: hier (https://example.org/raum)." in letter.text
    assert letter.calendar == ""


def test_message_about_a_dialogue_brings_its_entry_and_leaves_the_planned_mails_alone(
    house: House, mailbox: Mailbox, tmp_path: Path
) -> None:
    text = tmp_path / "nachricht.md"
    text.write_text("Bitte Stifte mitbringen.", encoding="utf-8")

    house.flask(*SEND, "boden", "--kind", "message", "--subject", "Stifte", "--text", text, "--yes")
    house.tick()
    house.tick(INFO_DUE)

    assert sorted(mailbox.subjects) == ["Am 25. Mai 2023: Wie gelingt boden?"] * 2 + ["Stifte"] * 2
    assert "UID:" in mailbox.letters[0].calendar


def test_info_on_a_dialogue_without_a_day_goes_out_by_hand_without_an_entry(
    house: House, mailbox: Mailbox
) -> None:
    house.flask(*SEND, "beteiligung", "--kind", "info", "--yes")

    house.tick()

    assert mailbox.subjects == ["Im August 2023: Wie gelingt beteiligung?"] * 2
    assert mailbox.letters[0].calendar == ""


def test_failed_letters_are_tried_again_on_request(house: House, mailbox: Mailbox) -> None:
    mailbox.refuses[BERTA] = "550 5.7.1 Looks like spam"
    number = house.flask(*SEND, "boden", "--kind", "info", "--yes").stdout.strip()
    house.tick()
    mailbox.refuses.clear()

    retried = house.flask("mailings", "retry", number, "--now", BEFORE.isoformat())
    house.tick(BEFORE + timedelta(minutes=1))

    assert retried.exit_code == 0
    assert mailbox.recipients == [ANNA, BERTA]


def test_running_worker_sends_what_is_triggered_beside_it(
    house: House, mailbox: Mailbox, tmp_path: Path
) -> None:
    worker = house.start("worker", "--now", BEFORE.isoformat(), log=tmp_path / "log")
    try:
        wait_until(lambda: " leads" in (tmp_path / "log").read_text())
        house.flask(*SEND, "boden", "--kind", "info", "--yes")
        wait_until(lambda: len(mailbox.letters) == 2)
    finally:
        worker.terminate()
        worker.wait(timeout=20)

    assert mailbox.recipients == [ANNA, BERTA]
    assert worker.returncode == 0


def test_worker_once_does_what_is_due_at_the_given_moment_in_a_series_imported_earlier(
    house: House, mailbox: Mailbox, tmp_path: Path
) -> None:
    house.flask("series", "import", EXAMPLE, "--now", "2022-12-01T12:00+01:00")
    people = tmp_path / "people.csv"
    people.write_text("email\ndora@example.net\n")
    house.flask("subscribers", "import", "wandel-machen-vor-ort", people, "--evidence", "paper")

    once = house.run("worker", "--once", "--now", "2023-04-26T09:00+02:00")
    again = house.run("worker", "--once", "--now", "2023-04-26T09:00+02:00")

    assert (once.returncode, once.stderr.splitlines()[-1]) == (0, "1 sent")
    assert (again.returncode, again.stderr.splitlines()[-1]) == (0, "Nothing was due.")
    assert mailbox.subjects == ["Morgen um 17:00 Uhr: Wie werden Gemeinwohl-Angebote finanziell tragfähig?"]

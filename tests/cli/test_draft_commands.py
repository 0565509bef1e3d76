"""flask mailings draft, release, take-back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.mailings import MailingState
from mailer.series import get_series
from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.written import bring_in, crowd, dialogue, seat

BEFORE = datetime(2023, 5, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def house(house_on_each: House) -> House:
    return house_on_each


@pytest.fixture
def text(house: House, tmp_path: Path) -> Path:
    """A series with three people on its list, and words for them."""
    seat(house, bring_in(house, dialogue()), *crowd(3))
    house.now = BEFORE
    file = tmp_path / "text.md"
    file.write_text("Guten Tag {name},\n\nes geht um {dialogue}.", encoding="utf-8")
    return file


def test_draft_is_kept_released_and_sent_with_its_placeholders_filled(
    house: House, mailbox: Mailbox, text: Path
) -> None:
    number = house.flask("mailings", "draft", "wandel", "boden", "--subject", "Neues", "--text", text).stdout
    house.tick()
    before = list(mailbox.letters)

    released = house.flask("mailings", "release", number.strip(), "--yes")
    house.tick()

    assert (before, released.exit_code) == ([], 0)
    assert len(mailbox.letters) == 3
    assert not [letter.text for letter in mailbox.letters if "{" in letter.text]
    assert {letter.message["Auto-Submitted"] for letter in mailbox.letters} == {None}


def test_release_at_a_time_waits_and_can_be_taken_back(house: House, mailbox: Mailbox, text: Path) -> None:
    refused = house.flask("mailings", "draft", "wandel", "--subject", "x", "--text", text, "--json")
    kept = house.flask("mailings", "draft", "wandel", "boden", "--subject", "Neues", "--text", text)
    number = kept.stdout.strip()
    released = house.flask("mailings", "release", number, "--yes", "--at", "2023-05-03T09:00+02:00")
    house.tick()
    back = house.flask("mailings", "take-back", number)
    twice = house.flask("mailings", "take-back", number)

    assert refused.exit_code == 2
    assert "{dialogue} needs a dialogue" in refused.stderr
    assert (released.exit_code, back.exit_code, twice.exit_code) == (0, 0, 4)
    assert (mailbox.letters, house.mailings()[0].state) == ([], MailingState.DRAFT)


def test_command_line_alone_cannot_do_what_needs_two(house: House, text: Path) -> None:
    with house.transaction() as session:
        get_series(session, "wandel").second_release = True
    number = house.flask("mailings", "draft", "wandel", "boden", "--subject", "x", "--text", text).stdout

    released = house.flask("mailings", "release", number.strip(), "--yes")
    at_once = house.flask(
        "mailings", "send", "wandel", "--kind", "message", "--subject", "x", "--text", text, "--yes"
    )

    assert (released.exit_code, at_once.exit_code) == (4, 4)
    assert "somebody else than the author" in released.stderr

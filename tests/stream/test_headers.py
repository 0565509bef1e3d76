"""What stands on the outside of each kind of letter, as the receivers' rules and our interface ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailer import organisers, subscriptions
from mailer.core.db import Database
from mailer.core.types import EmailAddress
from tests.support.house import BASE_URL, House, open_house, sqlite_copy
from tests.support.mailbox import Caught, Mailbox
from tests.support.making import NOON
from tests.support.visitor import Visitor
from tests.support.written import bring_in, dialogue, seat

ANNA = "anna@example.net"
DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)
OF_LISTS = (
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Help",
    "List-Owner",
    "List-Post",
    "Precedence",
)
ONCE = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")


@pytest.fixture(scope="module")
def letters(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Caught]]:
    """What one person and one organiser get in the course of a series, by kind. No test changes it."""
    folder = tmp_path_factory.mktemp("headers")
    mailbox, database = Mailbox(), sqlite_copy(empty_sqlite, folder)
    mailbox.open()
    house = open_house(database, mailbox, folder)
    play(house, folder)
    kinds = {house.parts.composer.return_path(row.id): row.kind for row in house.deliveries()}
    yield {kinds[letter.sender.partition("@")[0]]: letter for letter in mailbox.letters}
    mailbox.close()
    database.dispose()


def play(house: House, folder: Path) -> None:
    """Sign up, confirm, sign up again, ask for what is stored; an organiser, a message; then the rules' mails."""
    bring_in(house, dialogue(documented_at="2023-05-30 12:00", account={"de": "Es war gut."}))
    visitor = Visitor(house)
    visitor.sign_up("wandel", ANNA)
    house.tick(NOON)
    visitor.press(house.mailbox.letters[-1].link("confirm"))
    house.tick()
    visitor.sign_up("wandel", ANNA)
    house.tick()
    anna = house.subscription(ANNA)
    assert anna is not None
    with house.transaction() as session:
        organiser = organisers.add(session, EmailAddress("olga@example.org"), language="de", now=NOON)
        organisers.open_link(session, organiser, to_mail=True, now=NOON + timedelta(hours=2))
        subscriptions.ask_access(session, anna.id, now=NOON + timedelta(hours=2))
    house.tick(NOON + timedelta(hours=2))
    text = folder / "text.md"
    text.write_text("Hallo")
    message = ["mailings", "send", "wandel", "--kind", "message", "--subject", "S", "--text", text, "--yes"]
    house.flask(*message)
    house.tick()
    house.flask(*message)  # this one nobody sends in time, and the organiser hears of it
    for moment in ("2023-05-11 07:00", "2023-05-24 07:00", "2023-05-30 10:00", "2023-06-13 07:00"):
        house.tick(datetime.fromisoformat(moment).replace(tzinfo=UTC))


def test_each_kind_carries_the_headers_it_should(letters: dict[str, Caught]) -> None:
    lists = {
        kind: tuple(name for name in OF_LISTS if name in letter.message) for kind, letter in letters.items()
    }
    automatic = {kind: letter.message["Auto-Submitted"] for kind, letter in letters.items()}

    on_lists = ["welcome", "already", "message", "info", "reminder", "documentation", "farewell"]
    assert lists == dict.fromkeys(["confirm", "access", "signin", "notice"], ()) | dict.fromkeys(
        on_lists, OF_LISTS
    )
    assert automatic == dict.fromkeys(lists, "auto-generated") | {"message": None}


def test_no_header_stands_twice(letters: dict[str, Caught]) -> None:
    twice = [
        (kind, name)
        for kind, letter in letters.items()
        for name in (*ONCE, *OF_LISTS)
        if len(letter.message.get_all(name, [])) > 1
    ]
    missing = [
        (kind, name) for kind, letter in letters.items() for name in ONCE if name not in letter.message
    ]

    assert (twice, missing) == ([], [])


def test_letters_are_ascii_with_short_lines_and_the_line_ends_of_the_wire(letters: dict[str, Caught]) -> None:
    for letter in letters.values():
        lines = letter.content.split(b"\r\n")

        assert letter.content.isascii()
        assert b"\n" not in b"".join(lines)
        assert max(map(len, lines)) <= 998


def test_one_click_is_one_https_address_that_identifies_her_and_this_list(letters: dict[str, Caught]) -> None:
    reminder = letters["reminder"].message

    leaving = re.fullmatch(
        rf"<({re.escape(BASE_URL)}/subscriptions/unsubscribe/\S+)>", reminder["List-Unsubscribe"]
    )

    assert leaving is not None
    assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert reminder["List-Post"] == "NO"
    assert letters["info"].message["List-Unsubscribe"] == reminder["List-Unsubscribe"]


def test_list_id_is_the_same_on_every_mail_of_the_list(letters: dict[str, Caught]) -> None:
    ids = {str(letter.message["List-Id"]) for letter in letters.values() if "List-Id" in letter.message}

    assert len(ids) == 1


def test_bare_letters_have_no_link_but_the_one_they_are_for(letters: dict[str, Caught]) -> None:
    found = {
        kind: {link.split("/")[-2] for link in re.findall(r"https?://\S+", letters[kind].text)}
        for kind in ("confirm", "access", "signin")
    }

    assert found == {"confirm": {"confirm"}, "access": {"access"}, "signin": {"sign-in"}}


def test_each_letter_has_a_return_path_of_its_own(letters: dict[str, Caught]) -> None:
    paths = [letter.sender for letter in letters.values()]

    assert len(set(paths)) == len(paths)
    assert {path.rpartition("@")[2] for path in paths} == {"example.org"}
    assert [path for path in paths if not re.fullmatch(r"b\+[0-9a-f]{32}@example\.org", path)] == []


def test_method_of_the_calendar_is_the_same_inside_and_outside(letters: dict[str, Caught]) -> None:
    parts = sorted(
        (
            kind,
            str(part.get_param("method")),
            str(part.get_content_charset()),
            str(part.get_content_disposition()),
        )
        for kind, letter in letters.items()
        for part in letter.message.walk()
        if part.get_content_type() == "text/calendar"
    )
    inside = {kind for kind, letter in letters.items() if "METHOD:PUBLISH" in letter.calendar}

    assert parts == [
        (kind, "PUBLISH", "utf-8", disposition)
        for kind in ("info", "reminder", "welcome")
        for disposition in ("None", "attachment")
    ]
    assert inside == {"welcome", "info", "reminder"}


def test_date_is_the_moment_the_mailing_left_also_when_it_is_tried_again(
    house: House, mailbox: Mailbox
) -> None:
    seat(house, bring_in(house, dialogue()), ANNA)
    mailbox.close()
    house.tick(DUE)
    mailbox.open()

    house.tick(DUE + timedelta(hours=1))

    assert mailbox.letters[0].message["Date"].datetime == DUE


def test_without_https_nothing_promises_one_click(
    database: Database, mailbox: Mailbox, tmp_path: Path
) -> None:
    house = open_house(database, mailbox, tmp_path, BASE_URL="http://wandel.example.org")
    seat(house, bring_in(house, dialogue()), ANNA)

    house.tick(DUE)

    message = mailbox.letters[0].message
    assert message["List-Unsubscribe"].startswith("<http://wandel.example.org/subscriptions/unsubscribe/")
    assert message["List-Unsubscribe-Post"] is None


def test_mailbox_for_leaving_and_domain_of_the_return_path_can_be_set(
    database: Database, mailbox: Mailbox, tmp_path: Path
) -> None:
    house = open_house(
        database,
        mailbox,
        tmp_path,
        UNSUBSCRIBE_MAILBOX="weg@example.org",
        RETURN_PATH_DOMAIN="bounce.example.org",
    )
    seat(house, bring_in(house, dialogue()), ANNA)

    house.tick(DUE)

    letter = mailbox.letters[0]
    first, second = letter.message["List-Unsubscribe"].split(", ")
    assert first.startswith(f"<{BASE_URL}/subscriptions/unsubscribe/")
    assert second.startswith("<mailto:weg@example.org?subject=unsubscribe%20")
    assert letter.sender.endswith("@bounce.example.org")

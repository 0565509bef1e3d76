"""flask mailings: plan, send, list, show, pause, resume, cancel, retry."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.mailings import MailingState
from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.making import EXAMPLE
from tests.support.written import bring_in, crowd, dialogue, seat, undated

BEFORE = datetime(2023, 5, 2, 10, 0, tzinfo=UTC)
DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)
NOTHING = {"queued": 0, "sending": 0, "sent": 0, "deferred": 0, "failed": 0, "skipped": 0}


@pytest.fixture
def house(house_on_each: House) -> House:
    return house_on_each


@pytest.fixture
def of_three(house: House) -> list[str]:
    """A series with three people on its list, at the beginning of May."""
    people = crowd(3)
    seat(house, bring_in(house, dialogue(account={"de": "Es war gut."}), undated()), *people)
    house.now = BEFORE
    return people


def test_send_prints_the_number_and_returns_before_anything_left(
    house: House, mailbox: Mailbox, of_three: list[str]
) -> None:
    plain = house.flask("mailings", "send", "wandel", "boden", "--kind", "info", "--yes")
    as_json = house.flask("mailings", "send", "wandel", "boden", "--kind", "reminder", "--yes", "--json")

    first, second = house.mailings()
    assert plain.stdout == f"{first.id}\n"
    assert json.loads(as_json.stdout) == {"id": second.id}
    assert mailbox.letters == []


def test_send_twice_is_four_before_and_after_the_tick_unless_it_is_meant(
    house: House, of_three: list[str]
) -> None:
    command = ["mailings", "send", "wandel", "boden", "--kind", "info", "--yes"]

    statuses = [house.flask(*command).exit_code, house.flask(*command).exit_code]
    house.tick()
    refused = house.flask(*command)
    statuses += [refused.exit_code, house.flask(*command, "--again").exit_code]

    assert statuses == [0, 4, 4, 0]
    first = house.mailings()[0].id
    assert refused.stderr == (
        f"Everybody was told of this already (mailing {first}). Use --again if you mean it.\n"
    )


def test_send_by_a_given_moment_decides_by_it(house: House, of_three: list[str]) -> None:
    house.flask(
        "mailings", "send", "wandel", "boden", "--kind", "info", "--yes", "--now", "2023-05-20T12:00+02:00"
    )

    assert house.mailings()[0].due_at == datetime(2023, 5, 20, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("content", [b"Gr\xfc\xdfe", b"a\x00b", b"x" * 100_001])
def test_text_of_a_message_must_be_text(
    house: House, of_three: list[str], tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "text.md"
    file.write_bytes(content)

    result = house.flask(
        "mailings", "send", "wandel", "--kind", "message", "--subject", "S", "--text", file, "--yes"
    )

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "The file is not UTF-8 text, or it is longer than a letter may be.\n"


def test_list_and_show_count_what_became_of_each_letter(
    house: House, mailbox: Mailbox, of_three: list[str]
) -> None:
    mailbox.refuses = {
        of_three[0]: f"550 5.1.1 <{of_three[0]}>: User unknown",
        of_three[1]: "451 4.7.1 Greylisted",
    }
    house.tick(DUE)

    listed = json.loads(house.flask("mailings", "list", "wandel", "--json").stdout)
    reminder = next(row for row in listed if row["kind"] == "reminder")
    shown = json.loads(house.flask("mailings", "show", reminder["id"], "--json").stdout)

    assert reminder == {
        "id": reminder["id"],
        "kind": "reminder",
        "event": "boden",
        "state": "sending",
        "due_at": "2023-05-24T09:00:00+02:00",
        "counts": NOTHING | {"sent": 1, "deferred": 1, "failed": 1},
    }
    assert {key: shown[key] for key in reminder} == reminder
    assert (shown["reason"], shown["relay"]) == ("", "")
    assert sorted((answer["state"], answer["code"], answer["count"]) for answer in shown["answers"]) == [
        ("deferred", 451, 1),
        ("failed", 550, 1),
        ("sent", 250, 1),
    ]
    assert [answer["text"] for answer in shown["answers"] if answer["code"] == 550] == [
        "5.1.1 <…>: User unknown"
    ]


def test_list_and_show_are_tables_for_people(house: House, of_three: list[str]) -> None:
    house.tick(DUE)
    number = house.mailings()[-1].id

    listed = house.flask("mailings", "list", "wandel")
    shown = house.flask("mailings", "show", number)

    row = next(line.split() for line in listed.stdout.splitlines() if "reminder" in line)
    assert row == [str(number), "2023-05-24T09:00:00+02:00", "boden", "reminder", "done", "3", "0", "0", "0"]
    assert f"Mailing {number}: reminder, boden, done" in shown.stderr
    assert ["0", "0", "3", "0", "0", "0"] in [line.split() for line in shown.stdout.splitlines()]


def test_pause_resume_and_cancel_do_what_they_say_and_refuse_what_does_not_fit(
    house: House, mailbox: Mailbox, of_three: list[str]
) -> None:
    house.flask("mailings", "send", "wandel", "boden", "--kind", "info", "--yes")
    number = house.mailings()[0].id

    paused = [house.flask("mailings", "pause", number).exit_code for _ in range(2)]
    house.tick()
    held_back = len(mailbox.letters)
    resumed = [house.flask("mailings", "resume", number).exit_code for _ in range(2)]
    cancelled = [house.flask("mailings", "cancel", number).exit_code for _ in range(2)]
    house.tick()

    assert (paused, resumed, cancelled) == ([0, 4], [0, 4], [0, 4])
    assert (held_back, mailbox.letters) == (0, [])
    assert house.mailings()[0].state is MailingState.CANCELLED


def test_cancelled_mailing_can_be_sent_anew(house: House, mailbox: Mailbox, of_three: list[str]) -> None:
    command = ["mailings", "send", "wandel", "boden", "--kind", "info", "--yes"]
    house.flask(*command)
    house.flask("mailings", "cancel", house.mailings()[0].id)

    again = house.flask(*command)
    house.tick()

    assert again.exit_code == 0
    assert mailbox.recipients == of_three


def test_retry_of_a_mailing_without_failures_tries_nothing(house: House, of_three: list[str]) -> None:
    house.tick(DUE)
    number = house.mailings()[-1].id

    result = house.flask("mailings", "retry", number)

    assert (result.exit_code, result.stderr) == (0, f"0 letters of mailing {number} are tried again.\n")


def test_plan_of_the_real_series_is_the_year_to_come(house: House) -> None:
    house.flask("series", "import", EXAMPLE, "--now", "2022-12-01T12:00+01:00")

    planned = json.loads(
        house.flask(
            "mailings", "plan", "wandel-machen-vor-ort", "--json", "--now", "2022-12-01T12:00+01:00"
        ).stdout
    )

    assert len(planned) == 17
    assert planned[0] == {
        "due_at": "2023-01-12T09:00:00+01:00",
        "event": "bestand-nutzen",
        "kind": "info",
        "recipients": 0,
    }
    assert [row["due_at"] for row in planned] == sorted(row["due_at"] for row in planned)

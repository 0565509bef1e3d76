"""How commands speak to scripts: exit statuses, and one JSON document alone on standard output."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from config import ROOT
from tests.support.house import House, open_house, sqlite_copy
from tests.support.mailbox import Mailbox
from tests.support.written import bring_in, crowd, dialogue, seat, series_file

NOBODY_THERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["series", "show", "nix"], "There is no series “nix”."),
        (["series", "export", "nix"], "There is no series “nix”."),
        (["mailings", "plan", "nix"], "There is no series “nix”."),
        (["mailings", "list", "nix"], "There is no series “nix”."),
        (["subscribers", "export", "nix"], "There is no series “nix”."),
        (["rehearse", "nix"], "There is no series “nix”."),
        (["mailings", "send", "nix", "boden", "--kind", "info", "--yes"], "There is no series “nix”."),
        (["mailings", "send", "nix", "boden", "--kind", "info"], "There is no series “nix”."),
        (
            ["mailings", "preview", "wandel", "nix", "--kind", "info"],
            "The series wandel has no dialogue “nix”.",
        ),
        (["mailings", "show", "77"], "There is no mailing 77."),
        (["mailings", "show", "99999999999"], "There is no mailing 99999999999."),
        (["mailings", "pause", "77"], "There is no mailing 77."),
        (["mailings", "resume", "77"], "There is no mailing 77."),
        (["mailings", "cancel", "77"], "There is no mailing 77."),
        (["mailings", "retry", "77"], "There is no mailing 77."),
        (["organisers", "disable", "nobody@example.net"], "Nobody signs in with this address."),
        (["privacy", "export", "nobody@example.net"], "Nothing is stored about this address."),
        (["privacy", "erase", "nobody@example.net", "--yes"], "Nothing is stored about this address."),
    ],
)
def test_what_does_not_exist_is_three(house: House, words: Sequence[str], sentence: str) -> None:
    bring_in(house, dialogue())

    result = house.flask(*words)

    assert (result.exit_code, result.stdout, result.stderr) == (3, "", f"{sentence}\n")


@pytest.mark.parametrize(
    "words",
    [
        ["mailings", "plan", "wandel", "--now", "2023-04-26T09:00"],
        ["worker", "--once", "--now", "2023-04-26T09:00"],
        ["series", "show", "wandel", "--now", "2023-04-26T09:00"],
        ["mailings", "send", "wandel", "boden", "--kind", "info", "--yes", "--now", "2023-04-26T09:00"],
        ["series", "import", "config.py", "--now", "2023-04-26T09:00"],
        ["subscribers", "import", "wandel", "config.py", "--evidence", "x", "--now", "2023-04-26T09:00"],
    ],
)
def test_moment_without_zone_is_two_and_says_what_to_write(house: House, words: Sequence[str]) -> None:
    bring_in(house, dialogue())

    result = house.flask(*words)

    assert result.exit_code == 2
    assert "lacks its zone: write +02:00 or Z behind it." in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ["mailings", "plan", "wandel", "--now", "tomorrow"],
        ["mailings", "preview", "wandel", "boden", "--kind", "surprise"],
        ["mailings", "preview", "wandel", "boden", "--kind", "info", "--format", "pdf"],
        ["mailings", "send", "wandel", "--kind", "info", "--yes"],
        ["mailings", "send", "wandel", "--kind", "message", "--yes"],
        ["mailings", "send", "wandel", "boden", "--kind", "info", "--to", "not an address"],
        ["series", "import", "no-such-file.yaml"],
        ["subscribers", "import", "wandel", "config.py"],
        ["organisers", "add", "olga"],
        ["organisers", "add", "olga@example.org\nBcc: all@example.org"],
        ["privacy", "export", "x" * 10_000],
        ["rehearse", "wandel", "--subscribers", "-1"],
        ["mailings", "show", "seven"],
        ["mailings", "dance"],
    ],
)
def test_what_cannot_be_understood_is_two(house: House, words: Sequence[str]) -> None:
    bring_in(house, dialogue())

    result = house.flask(*words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr != ""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["boden", "--kind", "farewell"], "A mailing of the kind farewell leaves by itself"),
        (["month", "--kind", "reminder"], "The dialogue month has no fixed date yet"),
        (["off", "--kind", "info"], "The dialogue off is cancelled."),
        (["boden", "--kind", "documentation"], "Nothing is documented of the dialogue boden yet."),
        (
            ["boden", "--kind", "info", "--now", "2023-05-25T17:00+02:00"],
            "The dialogue boden has begun or is over.",
        ),
        (["boden", "--kind", "info", "--now", "2024-05-25T17:00+02:00"], "The series is over"),
    ],
)
def test_what_a_rule_forbids_now_is_four(house: House, words: Sequence[str], sentence: str) -> None:
    bring_in(
        house,
        dialogue(),
        {"slug": "month", "title": "M", "month": "2023-08", "format": "online"},
        dialogue("off", state="cancelled"),
    )

    result = house.flask("mailings", "send", "wandel", *words, "--yes")

    assert (result.exit_code, result.stdout) == (4, "")
    assert sentence in result.stderr


@pytest.mark.parametrize(
    "words",
    [["mailings", "send", "wandel", "boden", "--kind", "info"], ["privacy", "erase", "anna@example.net"]],
)
def test_question_answered_with_no_is_one_and_changes_nothing(house: House, words: Sequence[str]) -> None:
    seat(house, bring_in(house, dialogue()), "anna@example.net")

    no = house.flask(*words, typed="n\n")
    nothing = house.flask(*words, typed="")

    assert (no.exit_code, nothing.exit_code) == (1, 1)
    assert (no.stdout, nothing.stdout) == ("", "")
    assert house.mailings() == []
    assert house.subscription() is not None


def test_question_says_how_many_it_reaches(house: House) -> None:
    seat(house, bring_in(house, dialogue()), *crowd(3))

    result = house.flask("mailings", "send", "wandel", "boden", "--kind", "info", typed="y\n")

    assert result.exit_code == 0
    assert "This goes to the list, 3 people at most. Go on?" in result.stderr


def test_json_stands_alone_on_standard_output_of_a_real_process(house: House) -> None:
    seat(house, bring_in(house, dialogue()), "anna@example.net")

    result = house.run("mailings", "plan", "wandel", "--json", "--now", "2023-05-01T10:00+02:00")

    assert result.returncode == 0
    assert json.loads(result.stdout) == [
        {"due_at": "2023-05-11T09:00:00+02:00", "event": "boden", "kind": "info", "recipients": 1},
        {"due_at": "2023-05-24T09:00:00+02:00", "event": "boden", "kind": "reminder", "recipients": 1},
        {"due_at": "2023-06-08T09:00:00+02:00", "event": None, "kind": "farewell", "recipients": 1},
    ]


def test_statuses_reach_a_script(house: House, tmp_path: Path) -> None:
    """One process each for a success, a refusal by name and an outer world that is away."""
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(series_file(dialogue(starts_at="soon")))

    fine = house.run("series", "list", "--json")
    invalid = house.run("series", "import", broken)
    away = house.run("series", "list", DATABASE_URL=NOBODY_THERE)

    assert (fine.returncode, json.loads(fine.stdout)) == (0, [])
    assert (invalid.returncode, invalid.stdout) == (2, "")
    assert (away.returncode, away.stdout) == (5, "")
    assert "The database does not answer or is locked" in away.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MAIL_PORT", "many"),
        ("BASE_URL", "wandel.example.org"),
        ("DATABASE_URL", "mysql://x"),
        ("TICK_SECONDS", "0"),
    ],
)
def test_setting_that_cannot_be_used_is_two_and_named(tmp_path: Path, variable: str, value: str) -> None:
    settings = os.environ | {"INSTANCE_DIR": str(tmp_path), variable: value}

    result = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 2
    assert result.stderr.startswith(f"zeitnah: {variable} ")


def test_locked_database_is_five_and_nothing_is_changed(
    empty_sqlite: Path, mailbox: Mailbox, tmp_path: Path
) -> None:
    """The house waits 15 seconds for SQLite's lock; this database is told to wait for 50 milliseconds."""
    database = sqlite_copy(empty_sqlite, tmp_path)
    sa.event.listen(database.engine, "connect", lambda made, _: made.execute("PRAGMA busy_timeout=50"))
    house = open_house(database, mailbox, tmp_path)
    with closing(sqlite3.connect(tmp_path / "mailer.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        result = house.flask("organisers", "add", "olga@example.org")

    assert (result.exit_code, result.stdout) == (5, "")
    assert "locked" in result.stderr
    assert json.loads(house.flask("organisers", "list", "--json").stdout) == []
    database.dispose()


def test_errors_are_german_where_the_terminal_is(house: House) -> None:
    result = house.run("series", "show", "nix", LC_ALL="de_DE.UTF-8")

    assert (result.returncode, result.stderr) == (3, "Eine Reihe „nix“ gibt es nicht.\n")


def test_relay_that_is_away_makes_the_worker_say_five_and_the_mailing_say_why(
    house_on_each: House, mailbox: Mailbox
) -> None:
    house = house_on_each
    seat(house, bring_in(house, dialogue()), *crowd(2))
    mailbox.close()

    away = house.run("worker", "--once", "--now", "2023-05-24T09:00+02:00")
    number = house.mailings()[-1].id
    shown = json.loads(house.flask("mailings", "show", number, "--json").stdout)
    in_words = house.flask("mailings", "show", number)
    mailbox.open()
    back = house.run("worker", "--once", "--now", "2023-05-24T09:10+02:00")

    assert away.returncode == 5
    assert "every mail stays queued and nothing is lost" in away.stderr
    assert "relay_unreachable" in away.stderr
    assert shown["counts"] == {
        "queued": 2, "sending": 0, "sent": 0, "deferred": 0, "failed": 0, "skipped": 0,
    }  # fmt: skip
    assert f"The relay 127.0.0.1:{mailbox.port} cannot be reached" in shown["relay"]
    assert "cannot be reached" in in_words.stderr
    assert (back.returncode, back.stderr.splitlines()[-1]) == (0, "2 sent")

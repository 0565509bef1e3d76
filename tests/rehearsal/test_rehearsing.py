"""A whole year in seconds, in a copy: what would leave, when, and to how many."""

from __future__ import annotations

import json
import mailbox as mailboxes
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from mailer import series
from mailer.core.db import Database
from mailer.rehearsal import rehearse, script_of
from tests.support.house import House, open_house, sqlite_copy
from tests.support.mailbox import Mailbox
from tests.support.making import EXAMPLE, pseudonym
from tests.support.written import bring_in, crowd, dialogue, seat, undated

SLUG = "wandel-machen-vor-ort"

YEAR = [
    ("2023-01-12T09:00:00+01:00", "info", "bestand-nutzen"),
    ("2023-01-25T09:00:00+01:00", "reminder", "bestand-nutzen"),
    ("2023-02-06T12:00:00+01:00", "documentation", "bestand-nutzen"),
    ("2023-02-09T09:00:00+01:00", "info", "engagement"),
    ("2023-02-22T09:00:00+01:00", "reminder", "engagement"),
    ("2023-03-06T12:00:00+01:00", "documentation", "engagement"),
    ("2023-03-16T09:00:00+01:00", "info", "wirtschaftskreislaeufe"),
    ("2023-03-29T09:00:00+02:00", "reminder", "wirtschaftskreislaeufe"),
    ("2023-04-13T09:00:00+02:00", "info", "gemeinwohl-finanzieren"),
    ("2023-04-26T09:00:00+02:00", "reminder", "gemeinwohl-finanzieren"),
    ("2023-05-11T09:00:00+02:00", "info", "boden"),
    ("2023-05-24T09:00:00+02:00", "reminder", "boden"),
    ("2023-06-15T09:00:00+02:00", "info", "sharing"),
    ("2023-06-28T09:00:00+02:00", "reminder", "sharing"),
    ("2023-09-14T09:00:00+02:00", "info", "wohnumfelder"),
    ("2023-09-27T09:00:00+02:00", "reminder", "wohnumfelder"),
    ("2023-10-12T09:00:00+02:00", "farewell", None),
]
"""Every mail of the real series, through to its automatic end."""


@pytest.fixture
def house(empty_sqlite: Path, mailbox: Mailbox, tmp_path: Path) -> Iterator[House]:
    """A rehearsal plays in a SQLite file of its own, whatever the real house stands on."""
    database = sqlite_copy(empty_sqlite, tmp_path)
    yield open_house(database, mailbox, tmp_path)
    database.dispose()


def played(house: House, *options: object) -> list[dict[str, object]]:
    result = house.flask("rehearse", SLUG, "--json", *options)
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("imported_at", ["2022-12-01T12:00+01:00", "2026-11-23T12:00+01:00"])
def test_real_series_is_played_from_its_first_mail_to_its_end_whenever_it_was_imported(
    house: House, mailbox: Mailbox, imported_at: str
) -> None:
    house.flask("series", "import", EXAMPLE, "--now", imported_at)

    rows = played(house, "--subscribers", 3)

    assert rows == [{"at": at, "kind": kind, "event": event, "recipients": 3} for at, kind, event in YEAR]
    assert mailbox.connections == 0


def test_series_without_people_is_played_with_ten(house: House) -> None:
    house.flask("series", "import", EXAMPLE, "--now", "2022-12-01T12:00+01:00")

    assert {row["recipients"] for row in played(house)} == {10}


def test_number_of_people_is_that_of_the_real_list(house: House) -> None:
    seat(house, bring_in(house, dialogue()), *crowd(4))

    result = house.flask("rehearse", "wandel", "--json")

    assert {row["recipients"] for row in json.loads(result.stdout)} == {4}


def test_rehearsal_leaves_the_real_house_as_it_was(
    database: Database, mailbox: Mailbox, tmp_path: Path
) -> None:
    house = open_house(database, mailbox, tmp_path)
    seat(house, bring_in(house, dialogue()), *crowd(2))
    before = house.flask("series", "export", "wandel").stdout

    house.flask("rehearse", "wandel")

    assert house.flask("series", "export", "wandel").stdout == before
    assert (house.deliveries(), house.mailings()) == ([], [])


def test_table_says_when_everything_ends(house: House) -> None:
    house.flask("series", "import", EXAMPLE, "--now", "2022-12-01T12:00+01:00")

    result = house.flask("rehearse", SLUG, "--subscribers", 1)

    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["2023-10-12T09:00:00+02:00", "–", "farewell", "1"] in rows
    assert result.stdout.splitlines()[-1] == (
        "All subscriptions ended: 2023-10-12T09:00:00+02:00. Personal data erased: 2023-11-11T08:00:00+01:00."
    )


def test_mbox_holds_every_mail_for_a_mail_program_to_open(house: House, tmp_path: Path) -> None:
    house.flask("series", "import", EXAMPLE, "--now", "2022-12-01T12:00+01:00")

    rows = played(house, "--subscribers", 2, "--mbox", tmp_path / "year.mbox")

    box = mailboxes.mbox(tmp_path / "year.mbox", create=False)
    letters = [message_from_bytes(bytes(message), policy=policy.default) for message in box]
    calendars = [
        part.get_content()
        for letter in letters
        for part in letter.iter_attachments()
        if part.get_content_type() == "text/calendar"
    ]
    assert (len(rows), len(letters)) == (17, 34)
    assert {letter["Content-Language"] for letter in letters} == {"de", "en"}
    assert len(calendars) == 28
    assert {calendar[:15] for calendar in calendars} == {"BEGIN:VCALENDAR"}


def test_rehearsed_letters_say_how_to_get_there(house: House, tmp_path: Path) -> None:
    source = EXAMPLE.read_text().replace(
        "    format: hybrid\n", "    format: hybrid\n    arrival: S-Bahn bis Messe\n", 1
    )
    (tmp_path / "series.yaml").write_text(source)
    house.flask("series", "import", tmp_path / "series.yaml", "--now", "2022-12-01T12:00+01:00")

    played(house, "--subscribers", 1, "--mbox", tmp_path / "year.mbox")

    assert (tmp_path / "year.mbox").read_text().count("S-Bahn bis Messe") > 1


def test_mbox_that_cannot_be_written_is_two(house: House, tmp_path: Path) -> None:
    bring_in(house, dialogue())

    result = house.flask("rehearse", "wandel", "--mbox", tmp_path)

    assert (result.exit_code, result.stdout) == (2, "")


def test_series_with_only_months_plays_its_end(house: House) -> None:
    seat(house, bring_in(house, undated(month="2023-08")), "anna@example.net")

    result = house.flask("rehearse", "wandel", "--json")

    assert json.loads(result.stdout) == [
        {"at": "2023-09-14T09:00:00+02:00", "kind": "farewell", "event": None, "recipients": 1}
    ]


def test_nobody_on_the_list_brings_no_mail(house: House) -> None:
    bring_in(house, dialogue())

    result = house.flask("rehearse", "wandel", "--subscribers", 0, "--json")

    assert (result.exit_code, {row["recipients"] for row in json.loads(result.stdout)}) == (0, {0})


def test_each_mailing_is_written_once_in_each_language_however_many_it_reaches(house: House) -> None:
    bring_in(house, dialogue())

    with house.database.reading() as session:
        script = script_of(session, series.get_series(session, "wandel"), subscribers=100)
    shown = rehearse(script, composer=house.parts.composer, pseudonym=pseudonym)

    assert [(sent.kind, sent.recipients) for sent in shown.mailings] == [
        ("info", 100),
        ("reminder", 100),
        ("farewell", 100),
    ]
    assert shown.letters == []


def test_rehearsal_shows_what_an_outage_and_a_move_would_do(house: House, mailbox: Mailbox) -> None:
    house.flask("series", "import", EXAMPLE, "--now", "2022-12-01T12:00+01:00")

    rows = played(
        house,
        *("--subscribers", 2),
        *("--down", "2023-04-20T08:00/2023-04-28T08:00"),
        *("--move", "boden=+1d", "--move", "sharing=2023-06-30T18:00"),
    )

    told = {(row["kind"], row["event"]): (row["at"], row.get("missed")) for row in rows}
    assert told["reminder", "gemeinwohl-finanzieren"] == ("2023-04-28T08:00:00+02:00", "too_late")
    assert told["reminder", "boden"] == ("2023-05-25T09:00:00+02:00", None)
    assert told["reminder", "sharing"] == ("2023-06-29T09:00:00+02:00", None)
    assert mailbox.connections == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--down", "soon"),
        ("--down", "2023-04-20T08:00"),
        ("--down", "2023-04-28T08:00/2023-04-20T08:00"),
        ("--move", "boden"),
        ("--move", "boden=+1x"),
        ("--move", "boden=+9999w"),
        ("--move", "boden=2023-03-26T02:30"),
    ],
)
def test_rehearsal_of_what_makes_no_sense_is_refused(house: House, words: tuple[str, str]) -> None:
    house.flask("series", "import", EXAMPLE, "--now", "2022-12-01T12:00+01:00")

    assert house.flask("rehearse", SLUG, *words).exit_code == 2

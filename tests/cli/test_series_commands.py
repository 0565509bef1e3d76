"""flask series, subscribers, db: bringing things in, looking at them, taking them out."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailer.core.db import Database, newest_revision
from tests.support.house import House, open_house
from tests.support.mailbox import Mailbox
from tests.support.making import EXAMPLE
from tests.support.written import bring_in, dialogue, seat, series_file, undated

EARLY = "2022-12-01T12:00+01:00"


def test_import_creates_updates_and_leaves_alone(house: House, tmp_path: Path) -> None:
    file = tmp_path / "series.yaml"
    file.write_bytes(series_file(dialogue()))

    first = house.flask("series", "import", file)
    same = house.flask("series", "import", file)
    file.write_bytes(series_file(dialogue(place="Potsdam", format="hybrid")))
    other = house.flask("series", "import", file)

    assert [result.stderr for result in (first, same, other)] == [
        "Series wandel created.\n",
        "Series wandel unchanged.\n",
        "Series wandel updated.\n",
    ]


def test_export_of_the_real_series_comes_back_unchanged(house: House, tmp_path: Path) -> None:
    house.flask("series", "import", EXAMPLE, "--now", EARLY)
    file = tmp_path / "exported.yaml"
    file.write_bytes(house.flask("series", "export", "wandel-machen-vor-ort").stdout_bytes)

    again = house.flask("series", "import", file)

    assert again.stderr == "Series wandel-machen-vor-ort unchanged.\n"
    assert house.flask("series", "export", "wandel-machen-vor-ort").stdout_bytes == file.read_bytes()


def test_show_says_how_the_series_stands(house: House) -> None:
    seat(house, bring_in(house, dialogue(), undated(month="2023-08")), "anna@example.net")
    bring_in(house, dialogue(starts_at="2023-05-26 17:00"), undated(month="2023-08"))

    shown = house.flask("series", "show", "wandel", "--json", "--now", "2023-05-27T12:00+02:00")

    assert json.loads(shown.stdout) == {
        "slug": "wandel",
        "state": "running",
        "ends_at": "2023-09-14T09:00:00+02:00",
        "subscribers": {"pending": 0, "active": 1, "left": 0, "ended": 0, "bounced": 0},
        "events": [
            {
                "slug": "boden",
                "starts_at": "2023-05-26T17:00:00+02:00",
                "month": None,
                "state": "fixed",
                "revision": 1,
            },
            {
                "slug": "beteiligung",
                "starts_at": None,
                "month": "2023-08",
                "state": "announced",
                "revision": 0,
            },
        ],
    }


def test_tables_are_for_people(house: House) -> None:
    seat(house, bring_in(house, dialogue()), "anna@example.net")

    series = house.flask("series", "show", "wandel", "--now", "2023-05-01T12:00+02:00")
    plan = house.flask("mailings", "plan", "wandel", "--now", "2023-05-01T12:00+02:00")

    assert "wandel: planned, ends 2023-06-08T09:00:00+02:00" in series.stderr
    assert ["boden", "2023-05-25T17:00:00+02:00", "fixed", "0"] in [
        row.split() for row in series.stdout.splitlines()
    ]
    assert ["2023-06-08T09:00:00+02:00", "–", "farewell", "1"] in [
        row.split() for row in plan.stdout.splitlines()
    ]


def test_next_in_moves_all_dates_so_that_the_next_dialogue_is_that_near(house: House) -> None:
    house.flask("series", "import", EXAMPLE, "--next-in", 3, "--now", "2026-11-23T12:00+01:00")

    shown = json.loads(house.flask("series", "show", "wandel-machen-vor-ort", "--json").stdout)
    starts = {event["slug"]: event["starts_at"] or event["month"] for event in shown["events"]}
    assert starts["wirtschaftskreislaeufe"] == "2026-11-26T17:00:00+01:00"
    assert starts["bestand-nutzen"] == "2026-09-24T17:00:00+02:00"
    assert starts["beteiligung"] == "2027-04"


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (b"slug: wandel\ntitle: W\xe4ndel\n", "line 2: "),
        (b"slug: wandel\n\x00title: x\n", "line 2: "),
        (b"slug: wandel\ntitle: [\n", "line "),
        (series_file(dialogue(starts_at="soon")), "line 1, events.starts_at: a local time is written like"),
        (
            series_file(dialogue(), slug="organiser"),
            "line 1, slug: this name is an address of the program itself",
        ),
        (
            series_file(dialogue("subscribe")),
            "line 1, events.slug: this name is an address of the program itself",
        ),
        (series_file(dialogue(), surprise=1), "surprise"),
    ],
    ids=["latin-1", "NUL", "no YAML", "no time", "reserved series", "reserved event", "unknown key"],
)
def test_broken_file_is_refused_whole_naming_the_place(
    house: House, tmp_path: Path, broken: bytes, sentence: str
) -> None:
    file = tmp_path / "broken.yaml"
    file.write_bytes(broken)

    result = house.flask("series", "import", file)

    assert result.exit_code == 2
    assert "nothing was changed" in result.stderr
    assert sentence in result.stderr
    assert "line " in result.stderr
    assert json.loads(house.flask("series", "list", "--json").stdout) == []


def test_broken_file_is_explained_in_the_language_of_the_terminal(house: House, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_bytes(b"slug: wandel\ntitle: W\xe4ndel\n")

    result = house.run("series", "import", file, LC_ALL="de_DE.UTF-8")

    assert result.returncode == 2
    assert "Zeile 2: " in result.stderr
    assert "line 2: " not in result.stderr


def test_list_names_every_series(house: House) -> None:
    bring_in(house, dialogue())

    result = house.flask("series", "list", "--json")

    assert json.loads(result.stdout) == [{"slug": "wandel", "title": "Wandel", "state": "planned"}]


def test_subscribers_come_in_and_bad_rows_are_told(house: House, tmp_path: Path) -> None:
    bring_in(house, dialogue())
    file = tmp_path / "people.csv"
    file.write_text(
        "email,name,language,confirmed_at\n"
        "anna@example.net,Anna Beispiel,de,2023-01-02 12:00\n"
        "nobody,,,\n"
        "berta@müller.example,Berta,en,\n",
        encoding="utf-8",
    )

    first = house.flask(
        "subscribers",
        "import",
        "wandel",
        file,
        "--evidence",
        "paper",
        "--json",
        "--now",
        "2023-05-01T12:00+02:00",
    )
    report = json.loads(first.stdout)
    reasons = [row.pop("reason") for row in report["rejected"]]
    exported = house.flask("subscribers", "export", "wandel").stdout

    assert report == {"imported": 2, "updated": 0, "rejected": [{"line": 3, "email": "nobody"}]}
    assert [bool(reason) for reason in reasons] == [True]
    assert "berta@xn--mller-kva.example" in exported


def test_subscribers_are_told_of_in_words_without_json(house: House, tmp_path: Path) -> None:
    bring_in(house, dialogue())
    file = tmp_path / "people.csv"
    file.write_text("email\nanna@example.net\nnobody\n")

    result = house.flask(
        "subscribers", "import", "wandel", file, "--evidence", "paper", "--now", "2023-05-01T12:00+02:00"
    )

    assert result.stdout == ""
    assert result.stderr.splitlines()[0] == "1 entered, 0 updated, 1 rejected."
    assert result.stderr.splitlines()[1].startswith("  line 3: nobody: ")


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("email\näöü@example.net\n".encode() + b"j\xfcrgen@example.net\n", "line 3"),
        (b"email\nanna@example.net\nb\x00@example.net\n", "line 3"),
        (b"name\nAnna\n", "line 1"),
        (b'email,name\nanna@example.net,"Anna\n', "line 2"),
    ],
    ids=["mixed bytes", "NUL", "no e-mail column", "open quotation mark"],
)
def test_broken_list_is_refused_whole_naming_the_line(
    house: House, tmp_path: Path, broken: bytes, sentence: str
) -> None:
    bring_in(house, dialogue())
    file = tmp_path / "people.csv"
    file.write_bytes(broken)

    result = house.flask(
        "subscribers", "import", "wandel", file, "--evidence", "paper", "--now", "2023-05-01T12:00+02:00"
    )

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert house.subscription() is None


def test_subscribers_exported_come_in_again_as_they_were(house: House, tmp_path: Path) -> None:
    seat(house, bring_in(house, dialogue()), "anna@example.net", "berta@example.net")
    file = tmp_path / "people.csv"
    file.write_bytes(house.flask("subscribers", "export", "wandel").stdout_bytes)

    again = house.flask(
        "subscribers",
        "import",
        "wandel",
        file,
        "--evidence",
        "export",
        "--json",
        "--now",
        "2023-05-01T12:00+02:00",
    )

    assert json.loads(again.stdout) == {"imported": 0, "updated": 0, "rejected": []}


def test_upgrade_makes_a_database_where_none_is(mailbox: Mailbox, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'deep' / 'inside' / 'mailer.db'}")
    house = open_house(database, mailbox, tmp_path)

    first = house.flask("db", "upgrade")
    again = house.flask("db", "upgrade")

    assert (first.exit_code, first.stderr) == (0, f"The database is at migration {newest_revision()}.\n")
    assert (again.exit_code, again.stderr) == (
        0,
        f"The database is at migration {newest_revision()} already.\n",
    )
    assert "subscription" in sa.inspect(database.engine).get_table_names()
    database.dispose()


def test_database_without_tables_is_explained_and_five(
    database: Database, mailbox: Mailbox, tmp_path: Path
) -> None:
    """What is there is taken away: a database whose migration was forgotten looks like this."""
    house = open_house(database, mailbox, tmp_path)
    with house.transaction() as session:
        for name in ("series", "alembic_version"):
            session.execute(sa.text(f"ALTER TABLE {name} RENAME TO {name}_hidden"))

    result = house.flask("series", "list")

    with house.transaction() as session:
        for name in ("series", "alembic_version"):
            session.execute(sa.text(f"ALTER TABLE {name}_hidden RENAME TO {name}"))
    assert (result.exit_code, result.stdout) == (5, "")
    assert result.stderr == "The database has no tables yet, or not all of them. Run: flask db upgrade\n"


def test_handover_writes_one_zip_that_can_be_imported(house: House, tmp_path: Path) -> None:
    house.flask("series", "import", EXAMPLE, "--now", EARLY)
    file = tmp_path / "series.zip"

    ended = house.flask("series", "handover", "wandel-machen-vor-ort", file)

    assert ended.exit_code == 0, ended.stderr
    with zipfile.ZipFile(file) as packed:
        exported = packed.read("wandel-machen-vor-ort/series.yaml")
        assert "wandel-machen-vor-ort/pages/de/index.html" in packed.namelist()
    assert exported == house.flask("series", "export", "wandel-machen-vor-ort").stdout_bytes
    assert list(tmp_path.glob("*.part")) == []


def test_handover_of_an_unknown_series_writes_nothing(house: House, tmp_path: Path) -> None:
    file = tmp_path / "series.zip"

    assert house.flask("series", "handover", "nowhere", file).exit_code == 3
    assert not file.exists()

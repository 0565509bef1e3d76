"""Pictures and documents at the checkup: whether they are there, and whether more can be added."""

from __future__ import annotations

from pathlib import Path

from mailer import media
from mailer.checkup import standing
from mailer.core.db import Database
from mailer.media import MediaKind, Shelf
from tests.support.drawing import PDF
from tests.support.making import NOON, a_series


def codes(database: Database, shelf: Shelf) -> list[tuple[str, dict[str, object]]]:
    return [(found.code, dict(found.facts)) for found in standing.files(database, shelf)]


def test_house_without_files_has_nothing_to_tell(database: Database, tmp_path: Path) -> None:
    assert codes(database, Shelf(tmp_path / "not" / "there" / "yet")) == []


def test_file_that_is_not_in_the_folder_is_missed(database: Database, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "media")
    file = media.examine(MediaKind.MATERIAL, PDF, name="folien.pdf")
    with database.transaction() as session:
        media.keep(session, a_series(session), file, shelf=shelf, now=NOON)
    before = codes(database, shelf)

    shelf.remove(file.digest)

    assert before == [("files_there", {"count": 1})]
    assert codes(database, shelf) == [("files_lost", {"count": 1, "folder": str(shelf.root)})]


def test_folder_that_is_none_is_to_be_mended(database: Database, tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file")

    assert codes(database, Shelf(tmp_path / "media")) == [
        ("folder_closed", {"folder": str(tmp_path / "media")})
    ]

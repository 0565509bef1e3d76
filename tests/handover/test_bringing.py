"""A bundle that was handed over comes in again, with its pictures and documents."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import exchange, handover, media
from mailer.exchange import BadSeriesFile
from mailer.handover import NotABundle
from mailer.media import MediaKind, NotAPicture, Shelf, StoredFile, WrongEnding
from tests.support.drawing import HTML, PDF, a_picture
from tests.support.making import NOON
from tests.support.written import dialogue, series_file

SPEAKERS = [{"name": "Ada", "picture": "ada.jpg"}, {"name": "Bob", "picture": "Bob Baumann.JPG"}]
MATERIALS = [{"kind": "presentation", "title": "Folien", "file": "folien.pdf"}]
SOURCE = series_file(dialogue(speakers=SPEAKERS, materials=MATERIALS))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "media")


def a_bundle(*, source: bytes = SOURCE, top: str = "wandel/", **files: bytes) -> bytes:
    """A ZIP as a handover writes it; names are what the series file says, with ``_`` for a dot."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"{top}series.yaml", source)
        for name, content in files.items():
            packed.writestr(f"{top}media/{name.replace('_', '.')}", content)
    return target.getvalue()


def bring(session: Session, shelf: Shelf, content: bytes) -> exchange.ImportReport:
    return handover.bring_in(session, handover.read_incoming(content), shelf=shelf, now=NOON)


def kept(session: Session) -> dict[str, str]:
    return {row.name: row.digest for row in session.scalars(select(StoredFile).order_by(StoredFile.id))}


def test_files_come_in_under_the_names_the_series_has_for_them(session: Session, shelf: Shelf) -> None:
    content = a_bundle(ada_jpg=a_picture(), folien_pdf=PDF, other_pdf=PDF + b"nobody names this")

    report = bring(session, shelf, content)

    assert list(kept(session)) == ["folien.pdf", "ada.jpg"]
    assert media.missing_files(session, report.series) == ["Bob Baumann.JPG"]


def test_what_was_handed_over_changes_nothing_when_it_comes_back(session: Session, shelf: Shelf) -> None:
    series = bring(session, shelf, a_bundle(ada_jpg=a_picture(), folien_pdf=PDF)).series
    before = kept(session)
    bundle = handover.gather(session, series, base_url="https://wandel.example.org", shelf=shelf)
    content = b"".join(handover.pack(bundle.members(lambda _path: b""), now=NOON))

    report = bring(session, shelf, content)

    assert (report.changed, kept(session)) == (False, before)


def test_bundle_restores_what_the_shelf_has_lost(session: Session, shelf: Shelf) -> None:
    series = bring(session, shelf, a_bundle(ada_jpg=a_picture())).series
    shelf.remove(kept(session)["ada.jpg"])

    bring(session, shelf, a_bundle(ada_jpg=a_picture()))

    ada = media.files_of(session, series, ["ada.jpg"])["ada.jpg"]
    assert shelf.path(ada.digest, ada.ending()).is_file()


def test_other_content_under_a_known_name_takes_its_place(session: Session, shelf: Shelf) -> None:
    series = bring(session, shelf, a_bundle(folien_pdf=PDF)).series

    bring(session, shelf, a_bundle(folien_pdf=PDF + b"\n% second edition"))

    newest = media.files_of(session, series, ["folien.pdf"])["folien.pdf"]
    assert newest.byte_count > len(PDF)
    assert sorted(kept(session)) == ["folien-2.pdf", "folien.pdf"]


def test_files_that_lie_are_left_out_and_named(session: Session, shelf: Shelf) -> None:
    source = series_file(dialogue(speakers=[*SPEAKERS, {"name": "Eva", "picture": "eva.png"}]))

    incoming = handover.read_incoming(a_bundle(source=source, ada_jpg=HTML, eva_png=a_picture()))

    assert {name: type(problem) for name, problem in incoming.unusable.items()} == {
        "ada.jpg": NotAPicture,
        "eva.png": WrongEnding,
    }
    assert handover.bring_in(session, incoming, shelf=shelf, now=NOON).created
    assert kept(session) == {}


def test_file_alone_keeps_what_is_stored_under_its_names(session: Session, shelf: Shelf) -> None:
    series = bring(session, shelf, a_bundle(ada_jpg=a_picture())).series
    media.tidy(session, shelf=shelf, now=NOON)

    bring(session, shelf, SOURCE)

    assert [row.unused_at for row in media.files_of(session, series, ["ada.jpg"]).values()] == [None]


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b"PK\x03\x04 broken", NotABundle),
        (a_bundle()[:-30], NotABundle),
        (a_bundle(top="", source=b"slug: [").replace(b"series.yaml", b"serial.yaml"), NotABundle),
        (a_bundle(source=b"slug: ["), BadSeriesFile),
        (a_bundle(source=bytes(5_000_000)), BadSeriesFile),
    ],
    ids=["broken", "cut off", "no series", "no yaml", "too large"],
)
def test_what_is_no_bundle_is_refused(content: bytes, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        handover.read_incoming(content)


def test_names_with_folders_are_not_followed(session: Session, shelf: Shelf) -> None:
    source = series_file(dialogue(speakers=[{"name": "Ada", "picture": "../ada.jpg"}]))

    with pytest.raises(BadSeriesFile):
        handover.read_incoming(a_bundle(source=source, ada_jpg=a_picture()))


def test_kinds_follow_what_names_the_file() -> None:
    incoming = handover.read_incoming(a_bundle(ada_jpg=a_picture(), folien_pdf=PDF))

    assert {name: file.kind for name, file in incoming.files.items()} == {
        "folien.pdf": MediaKind.MATERIAL,
        "ada.jpg": MediaKind.PICTURE,
    }

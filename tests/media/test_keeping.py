"""Files of a series: kept once, found by their name, gone a day after nothing names them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mailer import media
from mailer.media import Examined, MediaKind, Shelf, ShelfAway, StoredFile, UnknownFile
from mailer.series import Event, Material, MaterialKind, Series, Speaker
from tests.support.drawing import PDF, a_picture
from tests.support.making import NOON, a_series, an_event

DAY = timedelta(days=1)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "media")


def a_portrait(colour: str = "#123456", name: str = "anna.jpg") -> Examined:
    return media.examine(MediaKind.PICTURE, a_picture(400, 500, colour=colour), name=name)


def lying(shelf: Shelf) -> list[str]:
    return sorted(path.suffix for path in shelf.root.rglob("*") if path.is_file())


def an_event_with(session: Session, series: Series, *, picture: str) -> Event:
    event = an_event(session, series)
    event.speakers = [
        Speaker(position=0, name="Anna", job={}, role={}, topic={}, statement={}, quote={}, picture=picture)
    ]
    session.flush()
    return event


def test_same_file_handed_in_twice_is_kept_once(session: Session, shelf: Shelf) -> None:
    series = a_series(session)
    first = media.keep(session, series, a_portrait(), shelf=shelf, now=NOON)

    again = media.keep(session, series, a_portrait(name="other.jpg"), shelf=shelf, now=NOON + DAY)

    assert (again.id, again.name) == (first.id, "anna.jpg")


def test_other_file_of_the_same_name_gets_a_number(session: Session, shelf: Shelf) -> None:
    series = a_series(session)

    names = [
        media.keep(session, series, a_portrait(colour), shelf=shelf, now=NOON).name
        for colour in ("#100000", "#200000", "#300000")
    ]

    assert names == ["anna.jpg", "anna-2.jpg", "anna-3.jpg"]


def test_file_is_found_by_content_and_name_and_by_nothing_else(session: Session, shelf: Shelf) -> None:
    kept = media.keep(session, a_series(session), a_portrait(), shelf=shelf, now=NOON)

    assert media.get_file(session, kept.digest, "anna.jpg") == (kept, None)
    assert media.get_file(session, kept.digest, "320px.webp") == (kept, 320)
    for name in ("640px.webp", "berta.jpg", "../anna.jpg"):
        with pytest.raises(UnknownFile):
            media.get_file(session, kept.digest, name)


def test_names_that_lead_to_nothing_are_told_once(session: Session, shelf: Shelf) -> None:
    series = a_series(session)
    event = an_event_with(session, series, picture="anna.jpg")
    event.materials = [
        Material(position=n, kind=MaterialKind.PRESENTATION, title={"de": "Folien"}, file="folien.pdf")
        for n in range(2)
    ]
    session.flush()
    media.keep(session, series, a_portrait(), shelf=shelf, now=NOON)

    assert media.missing_files(session, series) == ["folien.pdf"]


def test_file_that_is_named_stays_and_one_that_is_not_goes_after_a_day(
    session: Session, shelf: Shelf
) -> None:
    series = a_series(session)
    an_event_with(session, series, picture="anna.jpg")
    media.keep(session, series, a_portrait(), shelf=shelf, now=NOON)
    media.keep(session, series, media.examine(MediaKind.MATERIAL, PDF, name="x.pdf"), shelf=shelf, now=NOON)

    counts = [
        media.tidy(session, shelf=shelf, now=NOON + ago) for ago in (DAY - timedelta(seconds=1), DAY, 9 * DAY)
    ]

    assert counts == [0, 1, 0]
    assert [row.name for row in session.scalars(select(StoredFile))] == ["anna.jpg"]
    assert lying(shelf) == [".jpg", ".webp"]


def test_day_begins_when_the_last_name_is_gone(session: Session, shelf: Shelf) -> None:
    series = a_series(session)
    event = an_event_with(session, series, picture="anna.jpg")
    media.keep(session, series, a_portrait(), shelf=shelf, now=NOON)
    media.tidy(session, shelf=shelf, now=NOON + 30 * DAY)
    session.delete(event)
    session.flush()

    counts = [media.tidy(session, shelf=shelf, now=NOON + days * DAY) for days in (31, 31.5, 32)]

    assert (counts, lying(shelf)) == ([0, 0, 1], [])


def test_file_named_again_within_the_day_stays(session: Session, shelf: Shelf) -> None:
    series = a_series(session)
    media.keep(session, series, a_portrait(), shelf=shelf, now=NOON)
    an_event_with(session, series, picture="anna.jpg")

    media.tidy(session, shelf=shelf, now=NOON + DAY)

    assert [row.unused_at for row in session.scalars(select(StoredFile))] == [None]


def test_content_that_another_series_has_too_stays_on_the_shelf(session: Session, shelf: Shelf) -> None:
    one, other = a_series(session), a_series(session, slug="other")
    an_event_with(session, other, picture="anna.jpg")
    for series in (one, other):
        media.keep(session, series, a_portrait(), shelf=shelf, now=NOON)

    gone = media.tidy(session, shelf=shelf, now=NOON + DAY)

    assert (gone, len(lying(shelf))) == (1, 2)


def test_files_of_a_deleted_series_go_with_it(session: Session, shelf: Shelf) -> None:
    series = a_series(session)
    an_event_with(session, series, picture="anna.jpg")
    media.keep(session, series, a_portrait(), shelf=shelf, now=NOON)
    media.tidy(session, shelf=shelf, now=NOON)
    session.execute(delete(Series).where(Series.id == series.id))
    session.expire_all()

    counts = [media.tidy(session, shelf=shelf, now=NOON + days * DAY) for days in (1, 2)]

    assert (counts, lying(shelf)) == ([0, 1], [])


def test_shelf_that_cannot_be_written_is_said_so(session: Session, tmp_path: Path) -> None:
    (tmp_path / "media").write_text("this is no folder")

    with pytest.raises(ShelfAway):
        media.keep(session, a_series(session), a_portrait(), shelf=Shelf(tmp_path / "media"), now=NOON)

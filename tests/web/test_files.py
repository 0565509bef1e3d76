"""Files handed out: whole or in part, for ever the same, and nothing else of the folder."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mailer import media
from mailer.media import MediaKind
from mailer.series import Series
from tests.support.drawing import PDF, a_picture
from tests.web.visiting import START, Visit


def kept(visit: Visit, kind: MediaKind, content: bytes, name: str) -> str:
    """The address of a file that the example series has."""
    file = media.examine(kind, content, name=name)
    with visit.transaction() as session:
        series = session.scalars(select(Series)).one()
        row = media.keep(session, series, file, shelf=visit.house.shelf, now=START)
        return f"/media/{row.digest}/{row.name}"


@pytest.fixture
def document(sqlite_visit: Visit) -> str:
    return kept(sqlite_visit, MediaKind.MATERIAL, PDF, "Präsentation.pdf")


@pytest.fixture
def browser_of_hers(sqlite_visit: Visit) -> FlaskClient:
    return sqlite_visit.app.test_client()


def test_document_is_kept_by_browsers_for_ever_and_saved_under_its_name(
    browser_of_hers: FlaskClient, document: str
) -> None:
    answer = browser_of_hers.get(document)

    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=Prasentation.pdf; filename*=UTF-8''Pr%C3%A4sentation.pdf"
    )
    again = browser_of_hers.get(document, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_picture_is_shown_and_not_saved(sqlite_visit: Visit, browser_of_hers: FlaskClient) -> None:
    picture = kept(sqlite_visit, MediaKind.PICTURE, a_picture(), "anna.jpg")

    answers = [browser_of_hers.get(picture), browser_of_hers.get(picture.replace("anna.jpg", "320px.webp"))]

    assert [(one.mimetype, one.headers["Content-Disposition"].partition(";")[0]) for one in answers] == [
        ("image/jpeg", "inline"),
        ("image/webp", "inline"),
    ]


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("bytes=0-3", 206, PDF[:4], f"bytes 0-3/{len(PDF)}"),
        ("bytes=-5", 206, PDF[-5:], f"bytes {len(PDF) - 5}-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=5-", 206, PDF[5:], f"bytes 5-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=-99999", 206, PDF, f"bytes 0-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=0-0,2-3", 200, PDF, None),
        ("bytes=nonsense", 200, PDF, None),
        ("lines=1-2", 200, PDF, None),
        ("bytes=9999-", 416, None, f"bytes */{len(PDF)}"),
    ],
)
def test_part_of_a_document_is_handed_out(
    browser_of_hers: FlaskClient,
    document: str,
    asked: str,
    status: int,
    content: bytes | None,
    told: str | None,
) -> None:
    answer = browser_of_hers.get(document, headers={"Range": asked})

    assert (answer.status_code, answer.headers.get("Content-Range")) == (status, told)
    assert content is None or answer.data == content


@pytest.mark.parametrize(
    ("about", "status"),
    [
        ("If-None-Match: the tag", 304),
        ("If-None-Match: W/the tag", 304),
        ("If-None-Match: *", 304),
        ('If-None-Match: "another"', 206),
        ("If-Modified-Since: the date", 304),
        ("If-Modified-Since: Sun, 01 Jan 2023 00:00:00 GMT", 206),
        ("If-Match: the tag", 206),
        ("If-Match: *", 206),
        ('If-Match: "another"', 412),
        ("If-Range: the tag", 206),
        ("If-Range: W/the tag", 200),
        ('If-Range: "another"', 200),
        ("If-Range: the date", 206),
    ],
)
def test_condition_goes_before_the_part_that_is_asked_for(
    browser_of_hers: FlaskClient, document: str, about: str, status: int
) -> None:
    """Werkzeug looks at the range first: who had the whole file was sent a part of it again (RFC 9110 section 13.2.2)."""
    first = browser_of_hers.get(document)
    name, _, value = about.partition(": ")
    told = value.replace("the tag", first.headers["ETag"]).replace("the date", first.headers["Last-Modified"])

    answer = browser_of_hers.get(document, headers={"Range": "bytes=0-3", name: told})

    assert answer.status_code == status


def test_head_tells_of_the_whole_file(browser_of_hers: FlaskClient, document: str) -> None:
    """Ranges are for GET (RFC 9110 section 14.2)."""
    answer = browser_of_hers.head(document, headers={"Range": "bytes=0-3"})

    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(PDF)))


def test_paths_that_lead_elsewhere_lead_nowhere(
    sqlite_visit: Visit, browser_of_hers: FlaskClient, document: str
) -> None:
    (sqlite_visit.house.config.instance / "secret_key").write_text("secret")
    digest = document.split("/")[2]
    tricks = [
        f"/media/{digest}/other.pdf",
        f"/media/{digest}/",
        f"/media/{digest}",
        f"/media/{digest}/..%2f..%2f..%2fsecret_key",
        f"/media/{digest}/%2e%2e/%2e%2e/secret_key",
        "/media/../secret_key",
        "/media/%2e%2e/secret_key",
        f"/media/{digest.upper()}/Präsentation.pdf",
        "/media/..%5c..%5csecret_key/x",
        f"/media/{digest[:-1]}%00/Präsentation.pdf",
        "/media/*/Präsentation.pdf",
    ]

    assert {path: browser_of_hers.get(path).status_code for path in tricks} == dict.fromkeys(tricks, 404)

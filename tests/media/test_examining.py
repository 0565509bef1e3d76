"""What a file is, is told by what is in it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from mailer import media
from mailer.core.errors import MailerError
from mailer.media import FileTooLarge, MediaKind, NotADocument, NotAPicture, TooManyPixels
from tests.support.drawing import HTML, PDF, SVG, a_bomb, a_picture, a_zip, office, slides


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_picture_is_kept_without_what_the_camera_wrote_into_it() -> None:
    given = a_picture(turned=True)
    assert b"SECRET CAMERA" in given

    kept = media.examine(MediaKind.PICTURE, given, name="anna.jpg")

    picture = opened(kept.content)
    assert (dict(picture.getexif()), set(picture.info) & {"exif", "icc_profile", "comment"}) == ({}, set())
    assert (kept.width, kept.height) == picture.size == (1200, 900)
    assert b"SECRET CAMERA" not in kept.content


def test_large_picture_is_kept_smaller_and_in_two_widths_more() -> None:
    kept = media.examine(MediaKind.PICTURE, a_picture(3000, 2000), name="anna.jpg")

    assert (kept.width, kept.height) == (1600, 1067)
    assert {width: opened(each).size for width, each in kept.smaller.items()} == {
        320: (320, 213),
        640: (640, 427),
    }


def test_small_picture_stays_as_wide_as_it_is() -> None:
    kept = media.examine(MediaKind.PICTURE, a_picture(200, 300, format="PNG"), name="anna.png")

    assert (kept.width, kept.smaller) == (200, {})


def test_name_is_given_the_ending_of_what_the_file_is() -> None:
    kept = media.examine(
        MediaKind.PICTURE, a_picture(format="PNG"), name="../../etc/Anna Müller\u202egpj.exe"
    )

    assert kept.name == "Anna-Müller-gpj.png"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../", "file.pdf"),
        ("..\\..\\.htaccess", "htaccess.pdf"),
        ("C:\\Eigene Dateien\\Vortrag.final.PDF", "Vortrag-final.pdf"),
        ("=HYPERLINK(1)", "HYPERLINK-1.pdf"),
        ("\x00\r\n", "file.pdf"),
        ("x" * 5000, "x" * 80 + ".pdf"),
    ],
)
def test_name_leads_nowhere_and_hides_nothing(given: str, kept: str) -> None:
    assert media.examine(MediaKind.MATERIAL, PDF, name=given).name == kept


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (HTML, NotAPicture),
        (SVG, NotAPicture),
        (b"", NotAPicture),
        (b"\x89PNG\r\n\x1a\n" + b"not a picture", NotAPicture),
        (a_picture()[:2000], NotAPicture),
        (PDF, NotAPicture),
        (a_picture(format="GIF"), NotAPicture),
        (a_bomb(), TooManyPixels),
        (a_bomb(20_000, 20_000), TooManyPixels),
        (a_picture(100, 100) + bytes(media.LARGEST_PICTURE), FileTooLarge),
    ],
    ids=[
        "html",
        "svg",
        "empty",
        "fake-png",
        "cut-off",
        "pdf",
        "gif",
        "50-megapixels",
        "400-megapixels",
        "bytes",
    ],
)
def test_what_is_no_usable_picture_is_refused(content: bytes, refused: type[MailerError]) -> None:
    with pytest.raises(refused):
        media.examine(MediaKind.PICTURE, content, name="anna.jpg")


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (PDF, "pdf"),
        (slides(), "odp"),
        (office("ppt/presentation.xml"), "pptx"),
        (office("word/document.xml"), "docx"),
        (a_picture(), "jpg"),
        (a_picture(format="PNG"), "png"),
    ],
)
def test_document_is_told_by_its_content(content: bytes, extension: str) -> None:
    assert media.examine(MediaKind.MATERIAL, content, name="vortrag.exe").name == f"vortrag.{extension}"


@pytest.mark.parametrize(
    "content",
    [
        HTML,
        SVG,
        a_zip(readme=b"hello"),
        b"PK\x03\x04 and then nothing",
        a_zip(mimetype=b"application/epub+zip"),
        office("ppt/presentation.xml", **{"ppt/vbaProject.bin": b"macro"}),
        b"MZ\x90\x00",
    ],
    ids=["html", "svg", "zip", "broken-zip", "epub", "macros", "program"],
)
def test_what_is_no_document_to_download_is_refused(content: bytes) -> None:
    with pytest.raises(NotADocument):
        media.examine(MediaKind.MATERIAL, content, name="vortrag.pdf")

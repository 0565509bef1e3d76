"""The picture beside a link that somebody shares."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import font_source_serif_pro as serif  # type: ignore[import-untyped]
import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageFont

from mailer import series
from mailer.web.public.card_drawing import draw, wrap
from mailer.web.public.facts import Card
from tests.web.visiting import GERMAN, SERIES, Visit

EVENT = f"{SERIES}/wirtschaftskreislaeufe"


@pytest.fixture
def visit(sqlite_visit: Visit) -> Visit:
    return sqlite_visit


def picture_in(page: str) -> str:
    found = re.search(r'property="og:image" content="http://localhost([^"]+)"', page)
    assert found is not None
    return unescape(found[1])


@pytest.mark.parametrize("path", [SERIES, EVENT, f"{SERIES}/beteiligung"])
def test_page_names_a_picture_that_is_there(client: FlaskClient, path: str) -> None:
    answer = client.get(picture_in(client.get(path, headers=GERMAN).text))

    image = Image.open(io.BytesIO(answer.data))
    assert (answer.status_code, answer.mimetype, image.format, image.size) == (
        200,
        "image/png",
        "PNG",
        (1200, 630),
    )
    assert len(answer.data) < 60_000


def test_picture_is_drawn_once_and_not_sent_twice(client: FlaskClient) -> None:
    first = client.get(f"{EVENT}/card.png")

    again = client.get(f"{EVENT}/card.png", headers={"If-None-Match": first.headers["ETag"]})

    since = client.get(f"{EVENT}/card.png", headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert (again.status_code, again.data) == (since.status_code, since.data) == (304, b"")
    assert (first.headers["Cache-Control"], first.headers["Vary"]) == ("public, no-cache", "Accept-Language")
    assert "Set-Cookie" not in first.headers


def test_moved_dialogue_has_another_picture_at_another_address(visit: Visit, client: FlaskClient) -> None:
    """Networks keep for weeks what they once fetched from an address."""
    before = picture_in(client.get(EVENT).text)
    with visit.transaction() as session:
        event = series.get_event(session, series.get_series(session, SERIES[1:]), "wirtschaftskreislaeufe")
        event.place, event.title = "Rathaus", {"de": "Wie weiter?"}

    after = picture_in(client.get(EVENT).text)

    assert before != after
    assert client.get(before).data == client.get(after).data


def test_card_has_the_colour_and_the_logo_of_its_series(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGBA", (400, 100), "#ff0000").save(logo)
    card = Card("Reihe", "Wie? " * 60, "Juni 2023", "Potsdam", colour="#8a1c5c", logo="/media/logo.png")

    drawn = Image.open(io.BytesIO(draw(card, logo))).convert("RGB")

    assert drawn.getpixel((1199, 629)) == (0x8A, 0x1C, 0x5C)
    assert drawn.getpixel((1000, 90)) == (255, 0, 0)
    assert drawn.getpixel((1199 - 76 - 4, 50)) == (255, 255, 255)


def test_no_picture_of_what_is_not_there(client: FlaskClient) -> None:
    assert [client.get(path).status_code for path in ("/nix/card.png", f"{SERIES}/nix/card.png")] == [
        404,
        404,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Wie können Kommunen Bestand nutzen und Nachhaltigkeit unterstützen?",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsvertreterwahl",
        "Wie? " * 150,
        "x" * 500,
    ],
)
def test_question_is_wrapped_and_never_cut(text: str) -> None:
    font = ImageFont.truetype(serif.font_files_ttf["SourceSerifPro"], 60)

    lines = list(wrap(text, font, 1000))

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(font.getlength(line) <= 1000 for line in lines)


@pytest.mark.parametrize("text", ["Wie? " * 150, "", "\x00\ud800", "ü" * 300, "日本語 🙂 u\u0308"])
def test_question_leaves_the_margins_free(text: str) -> None:
    image = Image.open(io.BytesIO(draw(Card("Reihe", text, "Juni 2023", "Potsdam")))).convert("RGB")

    paper = image.getpixel((1199, 629))
    edges = [image.crop((1130, 0, 1200, 630)), image.crop((23, 0, 95, 630)), image.crop((23, 600, 1200, 630))]

    assert [edge.getcolors() for edge in edges] == [[(edge.width * edge.height, paper)] for edge in edges]

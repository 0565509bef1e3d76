"""Pictures and documents at the desk: handed in with the form of a dialogue, seen on its public page."""

from __future__ import annotations

import io
import re
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mailer.series import Event
from tests.support.drawing import HTML, PDF, a_bomb, a_picture
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.desk.test_dialogues import AT, fields_of, the_event
from tests.web.visiting import GERMAN, SERIES, Visit

SLUG = "bestand-nutzen"
EDIT = f"{AT}/{SLUG}/edit"
PAGE = f"{SERIES}/{SLUG}"


def send(client: FlaskClient, *files: tuple[str, str, bytes], page: str = "", **typed: str) -> TestResponse:
    """Fill in the form that ``page`` shows, or the one of the first dialogue, and hand in files: field, name, content."""
    form = fields_of(page or client.get(EDIT, headers=GERMAN).text)
    uploads = {field: (io.BytesIO(content), name, "image/png") for field, name, content in files}
    kept = {name: text for name, text in form.items() if not name.endswith(".upload")}
    return client.post(EDIT, data=kept | {"do": "save"} | typed | uploads, headers=GERMAN)


def speakers_of(visit: Visit) -> list[str]:
    with visit.house.database.reading() as session:
        event = session.get(Event, the_event(visit, SLUG).id)
        assert event is not None
        return [speaker.picture for speaker in event.speakers]


def test_picture_and_document_handed_in_are_on_the_public_page(visit: Visit, owner: FlaskClient) -> None:
    saved = send(
        owner,
        ("speakers.0.upload", "../Ada.jpg", a_picture()),
        ("materials.0.upload", "Folien.exe", PDF + bytes(2_400_000)),
        **{"speakers.0.picture_text.de": "Eine Frau mit Helm"},
    )

    page = visit.app.test_client().get(PAGE, headers=GERMAN).text
    image = re.search(
        r'<img class="portrait" src="([^"]+)" srcset="([^"]+)"[^>]*width="320" height="427" loading="lazy"[^>]*alt="([^"]+)"',
        page,
    )
    document = re.search(
        r'<a href="(/media/[^"]+)" download>[^<]*</a> <span class="file-note">\(([^)]+)\)', page
    )
    assert saved.status_code == 303
    assert image is not None
    assert document is not None
    assert image[3] == "Eine Frau mit Helm"
    assert [width.split()[1] for width in image[2].split(", ")] == ["320w", "640w", "900w"]
    assert document[1].endswith("/Folien.pdf")
    assert document[2] == "PDF, 2,4 MB"
    assert visit.app.test_client().get(image[1]).mimetype == "image/webp"


def test_bad_files_are_told_at_their_fields_and_the_good_one_is_kept(
    visit: Visit, owner: FlaskClient
) -> None:
    before = speakers_of(visit)

    refused = send(
        owner,
        ("speakers.0.upload", "ada.jpg", a_picture()),
        ("speakers.1.upload", "bob.jpg", HTML),
        ("materials.0.upload", "folien.pdf", HTML),
        **{"title.de": "Neuer Titel"},
    )
    bomb = send(owner, ("speakers.1.upload", "bob.png", a_bomb()))

    form = fields_of(refused.text)
    problems = re.findall(r'<p class="field-problem" id="([^"]+)-problem">([^<]+)</p>', refused.text)
    assert (refused.status_code, bomb.status_code) == (422, 422)
    assert [name for name, _ in problems] == ["speakers.1.upload", "materials.0.upload"]
    assert "höchstens 40 Megapixel" in bomb.text
    assert (form["title.de"], form["speakers.0.picture"]) == ("Neuer Titel", "ada.jpg")
    assert speakers_of(visit) == before

    assert send(owner, page=refused.text).status_code == 303
    assert speakers_of(visit)[0] == "ada.jpg"


def test_picture_is_taken_out_again(visit: Visit, owner: FlaskClient) -> None:
    send(owner, ("speakers.0.upload", "ada.jpg", a_picture()))

    without = send(owner, do="clear:speakers:0")
    send(owner, page=without.text)

    assert speakers_of(visit)[0] == ""


def test_two_who_hand_in_a_picture_at_once_are_shown_the_difference(visit: Visit, owner: FlaskClient) -> None:
    first = owner.get(EDIT, headers=GERMAN).text
    send(owner, ("speakers.0.upload", "ada.jpg", a_picture()))

    second = send(owner, ("speakers.0.upload", "eva.jpg", a_picture(colour="#0000ff")), page=first)

    assert second.status_code == 409
    assert re.findall(r"<p>([^<]+[.]jpg)</p>", second.text) == ["ada.jpg", "eva.jpg"]


def test_stranger_cannot_hand_in_anything(visit: Visit) -> None:
    client = visit.app.test_client()

    large = client.post(EDIT, data={"speakers.0.upload": (io.BytesIO(bytes(4_000_000)), "x.png")})

    assert large.status_code == 413
    assert not visit.house.config.media_dir.exists()


def test_editor_hands_in_a_picture_and_finds_it_on_a_phone(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "portrait.jpg").write_bytes(a_picture(1800, 2400))
    page = desk.open(width=375)
    page.goto(EDIT)
    page.locator('[name="speakers.0.upload"]').set_input_files(tmp_path / "portrait.jpg")
    page.get_by_role("button", name="Speichern").first.click()
    page.wait_for_url(f"**{AT}*")
    page.goto(EDIT)
    at_desk = wrong_with(page)

    page.goto(PAGE)
    picture = page.locator("img.portrait").first
    picture.scroll_into_view_if_needed()
    picture.evaluate("image => image.decode()")
    box = picture.bounding_box()

    assert (at_desk, wrong_with(page)) == ([], [])
    assert box is not None
    assert 80 < box["width"] < 160

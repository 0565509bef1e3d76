"""A series file at the desk: seen before it is stored, taken out as it stands, published when it was a draft."""

from __future__ import annotations

import io
import re
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import delete, select

from mailer import media
from mailer.media import MediaKind, StoredFile
from tests.support.drawing import a_picture, a_zip
from tests.web.desk.test_dialogues import fields_of
from tests.web.visiting import GERMAN, SERIES, Visit, csrf_in

AT = "/organiser/series/import"
SMALL = (
    b"slug: neu\n"
    b"title: {de: Neu, en: New}\nlanguages: [de, en]\npublished: false\nsender: {address: a@example.org}\nevents: []\n"
)


def look_at(client: FlaskClient, source: bytes) -> str:
    token = csrf_in(client.get(AT, headers=GERMAN).text)
    form = {"csrf_token": token, "file": (io.BytesIO(source), "x.yaml")}
    return client.post(AT, data=form, headers=GERMAN, content_type="multipart/form-data").text


def store(client: FlaskClient, seen: str, do: str = "store") -> int:
    source = re.search(r'name="source" value="([^"]*)"', seen)
    assert source is not None
    form = {"csrf_token": csrf_in(seen), "source": unescape(source[1]), "do": do}
    return client.post(AT, data=form, headers=GERMAN).status_code


def test_file_is_seen_first_and_stored_only_then(owner: FlaskClient, client: FlaskClient) -> None:
    seen = look_at(owner, SMALL)
    before = owner.get("/organiser/series/neu/dialogues").status_code
    stored = store(owner, seen)
    hidden = client.get("/neu").status_code
    page = owner.get("/organiser/series/neu/dialogues", headers=GERMAN)
    owner.post("/organiser/series/neu/publish", data={"csrf_token": csrf_in(page.text)})

    assert (before, stored, page.status_code, hidden) == (404, 303, 200, 404)
    assert client.get("/neu").status_code == 200


def test_what_was_taken_out_changes_nothing_when_it_comes_back(owner: FlaskClient) -> None:
    taken = owner.get(f"/organiser/series{SERIES}/file.yaml")

    seen = look_at(owner, taken.data)

    assert taken.headers["Content-Disposition"] == 'attachment; filename="wandel-machen-vor-ort.yaml"'
    assert "es würde sich nichts ändern" in seen


def test_file_with_mistakes_is_refused_with_their_lines(visit: Visit, owner: FlaskClient) -> None:
    for source in (b"slug: neu\n", b"\xff\xfe", b"a: [", b""):
        assert "Die Datei lässt sich nicht verwenden" in look_at(owner, source)


def a_handover(owner: FlaskClient) -> bytes:
    """The ZIP of the example with one picture; that picture is taken out of the house again."""
    edit = f"/organiser/series{SERIES}/dialogues/bestand-nutzen/edit"
    form = fields_of(owner.get(edit, headers=GERMAN).text)
    upload = {"speakers.0.upload": (io.BytesIO(a_picture()), "ada.jpg")}
    kept = {name: text for name, text in form.items() if not name.endswith(".upload")}
    assert owner.post(edit, data=kept | {"do": "save"} | upload, headers=GERMAN).status_code == 303
    token = csrf_in(owner.get(f"/organiser/series{SERIES}/handover", headers=GERMAN).text)
    bundle: bytes = owner.post(f"/organiser/series{SERIES}/handover", data={"csrf_token": token}).data
    return bundle


def test_handover_is_seen_first_and_brings_its_pictures_along(visit: Visit, owner: FlaskClient) -> None:
    bundle = a_handover(owner)
    with visit.transaction() as session:
        session.execute(delete(StoredFile))

    seen = look_at(owner, bundle)
    with visit.transaction() as session:
        before = [row.kind for row in session.scalars(select(StoredFile))]
    word = re.search(r'name="bundle" value="([^"]*)"', seen)
    assert word is not None
    form = {"csrf_token": csrf_in(seen), "bundle": word[1], "do": "store"}
    stored = owner.post(AT, data=form, headers=GERMAN)

    with visit.transaction() as session:
        after = [row.name for row in session.scalars(select(StoredFile).order_by(StoredFile.id))]
        gone = media.tidy(session, shelf=visit.house.shelf, now=visit.now + media.UNUSED_FOR)
    assert "<dt>Bilder und Dokumente, die mitkommen</dt><dd>1</dd>" in seen
    assert (before, stored.status_code, after) == ([MediaKind.BUNDLE], 303, ["bundle.zip", "ada.jpg"])
    assert owner.get(f"/media/{word[1]}/bundle.zip").status_code == 404
    assert gone == 1
    assert "Unter dieser Adresse liegt keine Datei" in owner.post(AT, data=form, headers=GERMAN).text


def test_zip_without_a_series_is_refused_with_a_sentence(owner: FlaskClient) -> None:
    for source in (a_zip(readme=b"x"), b"PK\x03\x04 nothing"):
        assert "In dieser ZIP-Datei liegt keine Dialogreihe" in look_at(owner, source)

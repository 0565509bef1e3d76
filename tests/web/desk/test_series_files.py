"""A series file at the desk: seen before it is stored, taken out as it stands, published when it was a draft."""

from __future__ import annotations

import io
import re
from html import unescape

from flask.testing import FlaskClient

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

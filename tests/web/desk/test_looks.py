"""Colour and logo of a series: chosen in its settings, seen on its pages and in its mails."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.drawing import SVG, a_picture
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.desk.test_series_settings import URL, form, send, stored
from tests.web.visiting import GERMAN, SERIES, Visit

PLUM = "#8a1c5c"


def send_logo(client: FlaskClient, content: bytes, **changed: str) -> int:
    fields = {name: text for name, text in form(client).items() if name != "logo_upload"}
    upload = {"logo_upload": (io.BytesIO(content), "Unser Logo.png")}
    return client.post(URL, data=fields | changed | upload, headers=GERMAN).status_code


def test_pages_and_mails_take_the_colour(visit: Visit, owner: FlaskClient) -> None:
    send(owner, form(owner), colour="8A1C5C")

    public = visit.app.test_client()
    sheet = re.search(r'<link rel="stylesheet" href="(/media/colours/[^"]+)">', public.get(SERIES).text)
    assert stored(visit).colour == PLUM
    assert sheet is not None
    colours = public.get(sheet[1])
    assert (colours.mimetype, f"--button: {PLUM};" in colours.text) == ("text/css", True)
    letter = visit.app.test_cli_runner().invoke(
        args=[
            *("mailings", "preview", SERIES[1:], "wirtschaftskreislaeufe"),
            *("--kind", "reminder", "--format", "html"),
        ]
    )
    assert letter.exit_code == 0, letter.output
    assert (PLUM in letter.output, "#0b5d4b" in letter.output) == (True, False)


@pytest.mark.parametrize(
    ("colour", "sentence"), [("#ffd400", "zu hell"), ("red; } body {", "sechs hexadezimalen Ziffern")]
)
def test_colour_nobody_could_read_is_refused(
    visit: Visit, owner: FlaskClient, colour: str, sentence: str
) -> None:
    refused = send(owner, form(owner), colour=colour)

    assert (refused.status_code, stored(visit).colour) == (422, "")
    assert sentence in refused.text
    assert f'value="{colour}"' in refused.text


def test_style_sheet_is_made_of_readable_colours_only(sqlite_visit: Visit) -> None:
    client = sqlite_visit.app.test_client()

    assert [
        client.get(f"/media/colours/{name}.css").status_code
        for name in ("8a1c5c", "ffd400", "x", "8a1c5c%7d")
    ] == [200, 404, 404, 404]


def test_logo_stands_at_the_top_until_it_is_taken_out(visit: Visit, owner: FlaskClient) -> None:
    public = visit.app.test_client()

    kept = send_logo(owner, a_picture(800, 200, format="PNG"))
    with_logo = public.get(SERIES).text
    send(owner, form(owner), logo_gone="yes")

    assert kept == 303
    assert re.search(r'<img class="logo" src="/media/[0-9a-f]{64}/320px.webp" srcset="[^"]+"', with_logo)
    assert 'class="logo"' not in public.get(SERIES).text
    assert stored(visit).logo == ""


def test_drawing_that_can_hold_programs_is_no_logo(visit: Visit, owner: FlaskClient) -> None:
    assert (send_logo(owner, SVG, colour=PLUM), stored(visit).logo, stored(visit).colour) == (422, "", "")


def test_who_pays_is_named_with_a_logo_until_taken_out(visit: Visit, owner: FlaskClient) -> None:
    """Nobody else is named: the empty row that waits to be filled in counts for nothing."""
    public = visit.app.test_client()
    fields = {name: text for name, text in form(owner).items() if not name.endswith("logo_upload")}
    logo = {"funders.0.logo_upload": (io.BytesIO(a_picture(800, 200, format="PNG")), "bpb.png")}
    named = {"funders.0.name": "Landeszentrale", "funders.0.url": "https://example.org/"}

    kept = owner.post(URL, data=fields | named | logo, headers=GERMAN).status_code
    pages = [public.get(path, headers=GERMAN).text for path in (SERIES, f"{SERIES}/bestand-nutzen")]
    shown = form(owner)
    send(owner, form(owner), **{"funders.0.gone": "yes"})

    seen = re.compile(r'<li><a href="https://example.org/"[^>]+><img src="/media/[^>]+ alt="Landeszentrale">')
    assert kept == 303
    assert [len(seen.findall(page)) for page in pages] == [1, 1]
    assert (shown["funders.0.name"], shown["funders.0.logo"], shown["funders.1.name"]) == (
        "Landeszentrale",
        "bpb.png",
        "",
    )
    assert stored(visit).funders == ()
    assert 'class="funders"' not in public.get(SERIES).text


def test_logo_without_a_name_is_asked_for_one(visit: Visit, owner: FlaskClient) -> None:
    fields = {name: text for name, text in form(owner).items() if not name.endswith("logo_upload")}
    logo = {"funders.0.logo_upload": (io.BytesIO(a_picture(800, 200, format="PNG")), "bpb.png")}

    refused = owner.post(URL, data=fields | logo, headers=GERMAN)

    assert (refused.status_code, stored(visit).funders) == (422, ())
    assert 'href="#funders.0.name"' in refused.text


def test_settings_and_pages_in_a_colour_have_nothing_wrong_with_them(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(a_picture(800, 200, format="PNG"))
    page = desk.open()
    page.goto(URL)
    page.get_by_label("Farbe der Seiten und Mails").fill(PLUM)
    page.locator('[name="logo_upload"]').set_input_files(tmp_path / "logo.png")
    page.get_by_role("button", name="Einstellungen speichern").click()
    page.get_by_role("img", name="So sieht die gespeicherte Farbe").wait_for()
    found = {"settings": wrong_with(page)}

    for dark in (False, True):
        reader = desk.open(width=375, dark=dark)
        for path in (SERIES, f"{SERIES}/bestand-nutzen", f"{SERIES}/wirtschaftskreislaeufe"):
            reader.goto(path)
            found[f"{path} {dark}"] = wrong_with(reader)

    assert set(map(tuple, found.values())) == {()}, found

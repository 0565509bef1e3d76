"""What somebody types or pastes with ill intent or by mistake: harmless where it is read, or told in one sentence."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.web.desk.listed import post
from tests.web.desk.test_dialogues import AT, NEW, fill_in, the_event, third
from tests.web.desk.test_people_importing import take_url, tiles, upload
from tests.web.visiting import GERMAN, SERIES, Visit

EVIL = (
    "<script>alert(1)</script> <svg onload=alert(1)> <img src=x onerror=alert(1)>\n\n"
    "[hier](javascript:alert(1)) [dort](data:text/html,x) ![Bild](https://evil.example/pixel.png) **fett**"
)
RUNS = re.compile(r"<script>alert|<svg onload|<img[^>]*(evil|onerror)|href=.(?:javascript|data):")


def test_markdown_runs_nothing_on_the_public_page_and_in_the_mail(
    visit: Visit, owner: FlaskClient, client: FlaskClient
) -> None:
    slug = third(visit)
    saved = fill_in(owner, f"{AT}/{slug}/edit", **{"announcement.de": EVIL, "account.de": EVIL})

    page = client.get(f"{SERIES}/{slug}", headers=GERMAN).text
    mail = owner.get(f"/organiser/series{SERIES}/preview/{slug}/info/html", headers=GERMAN).text

    assert saved.status_code == 303
    for shown in (page, mail):
        assert "fett</strong>" in shown
        assert RUNS.findall(shown) == []


def test_name_that_reads_backwards_is_kept_without_what_turns_it(visit: Visit, owner: FlaskClient) -> None:
    slug = third(visit)

    fill_in(
        owner,
        f"{AT}/{slug}/edit",
        **{
            "speakers.0.name": "Ada \u202eexe.gnp\u202c Neu",
            "announcement.de": "Mit \u2067Absicht\u2069 hier.",
        },
    )

    with visit.house.database.reading() as session:
        event = session.merge(the_event(visit, slug))
        assert event.speakers[0].name == "Ada exe.gnp Neu"
        assert event.announcement["de"] == "Mit Absicht hier."


def test_date_in_the_past_is_saved_with_a_warning(visit: Visit, owner: FlaskClient) -> None:
    fill_in(owner, f"{AT}/new", **(NEW | {"starts_on": "2023-01-12"}))

    page = owner.get(AT, headers=GERMAN).text

    assert "Der Termin liegt in der Vergangenheit: Daran wird niemand erinnert." in page


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8-sig"])
def test_list_of_a_spreadsheet_is_read_right(sender: FlaskClient, encoding: str) -> None:
    page = upload(sender, "E-Mail;Name\nnora@example.net;Nora Größe-Müller\n".encode(encoding))

    assert tiles(page) == [1, 0, 0, 0]
    assert "Nora Größe-Müller" in page


def test_formula_in_a_name_is_text_in_the_list_that_is_taken_out(visit: Visit, sender: FlaskClient) -> None:
    page = upload(sender, b'email;name\nnora@example.net;"=HYPERLINK(""http://evil.example"")"\n')
    post(sender, take_url(page))

    export = post(sender, f"/organiser/series{SERIES}/people/export")

    assert "HYPERLINK" in export
    assert not re.search(r'(^|[;,"])=HYPERLINK', export, re.MULTILINE)

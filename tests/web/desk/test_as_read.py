"""Markdown is shown as it will read, before anything is saved."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from mailer.series import get_series
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.desk.writing import AT, MESSAGE, post, the_mailings
from tests.web.visiting import SERIES, Visit

EVIL = "**fett** <script>alert(1)</script> <svg onload=x> [x](javascript:alert(1))"
HARMFUL = re.compile(r"<script>alert|<svg onload|href=.javascript")


def read_in(page: str) -> list[str]:
    """What stands below each text."""
    return [found for found in re.findall(r'<div class="as-read.*?>(.*?)</div>', page, re.DOTALL) if found]


def test_one_text_comes_back_rendered_and_harmless(owner: FlaskClient) -> None:
    answer = post(owner, "/organiser/as-read", **{"about.de": EVIL})
    empty = post(owner, "/organiser/as-read", **{"about.de": "  "})

    assert "<strong>fett</strong>" in answer.text
    assert not HARMFUL.search(answer.text)
    assert empty.text.strip() == ""


def test_settings_are_shown_as_they_will_read_and_not_saved(visit: Visit, owner: FlaskClient) -> None:
    url = f"/organiser/series{SERIES}/settings"
    texts = {"about.de": EVIL, "about.en": "*plain*", "imprint.de": "Nur hier", "title.de": ""}

    answer = post(owner, url, do="preview", edition="0", **texts)

    shown = read_in(answer.text)
    assert answer.status_code == 200
    assert "<strong>fett</strong>" in shown[0]
    assert "<em>plain</em>" in shown[1]
    assert not HARMFUL.search("".join(shown))
    assert "Fehlt noch auf English" in answer.text  # the imprint, in the other language
    with visit.transaction() as session:
        assert get_series(session, SERIES[1:]).title["de"] == "Wandel. Machen. Vor Ort."


def test_message_is_shown_as_it_will_read_and_not_saved(visit: Visit, owner: FlaskClient) -> None:
    answer = post(owner, f"{AT}/new", **MESSAGE | {"key": "one", "do": "preview", "body-de": EVIL})

    assert "<strong>fett</strong>" in read_in(answer.text)[0]
    assert 'name="key" value="one"' in answer.text
    assert the_mailings(visit) == []


def test_text_is_rendered_while_it_is_written(desk: Desk) -> None:
    page = desk.open(width=375)
    for path, field in (
        (f"/organiser/series{SERIES}/settings", "funding.en"),
        (f"/organiser/series{SERIES}/dialogues/new", "announcement.de"),
        (f"{AT}/new", "body-de"),
    ):
        page.goto(path)
        page.focus(f"[id='{field}']")
        page.keyboard.press("Control+A")
        page.keyboard.type("Das ist **wichtig**.")
        page.wait_for_selector(f"[id='{field}'] + .as-read strong:text-is('wichtig')")
        assert page.evaluate("document.activeElement.id") == field
        assert wrong_with(page) == []

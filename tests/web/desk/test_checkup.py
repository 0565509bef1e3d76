"""The system check at the desk."""

from __future__ import annotations

from flask.testing import FlaskClient

from mailer import organisers
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.visiting import GERMAN, Visit, csrf_in


def test_looking_asks_nobody_outside(owner: FlaskClient) -> None:
    page = owner.get("/organiser/check", headers=GERMAN).text

    assert "Versanddienst" in page
    assert "Mailserver localhost" not in page


def test_button_asks_the_relay_and_is_noted(visit: Visit, owner: FlaskClient) -> None:
    token = csrf_in(owner.get("/organiser/check").text)

    page = owner.post("/organiser/check", data={"csrf_token": token}, headers=GERMAN).text

    with visit.transaction() as session:
        noted = [entry.action for entry in organisers.list_entries(session)]
    assert "nicht erreichbar" in page or "Mailserver" in page
    assert noted[0] == "house.checked"


def test_page_can_be_read_by_everybody(desk: Desk) -> None:
    found = []
    for width, dark, language in ((1280, False, "de"), (375, True, "en")):
        page = desk.open(width=width, dark=dark, language=language)
        page.goto("/organiser/check")
        page.keyboard.press("Tab")
        page.click("main form button")
        page.wait_for_selector("text=/once more|Noch einmal/")
        found += wrong_with(page)

    assert found == []

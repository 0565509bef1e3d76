"""An organiser plans a dialogue in a real browser, and finds nothing in her way."""

from __future__ import annotations

import pytest

from tests.support.ticking import everything_arrives, tick
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.desk.writing import people
from tests.web.visiting import SERIES

AT = f"/organiser/series{SERIES}/dialogues"


def test_organiser_plans_a_dialogue_with_the_keyboard_alone(desk: Desk) -> None:
    page = desk.open(language="de")
    page.goto(AT)
    page.get_by_role("link", name="Neuer Dialog").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Frage – Deutsch", exact=True).focus()
    page.keyboard.type("Was kommt danach?")
    page.get_by_label("Adressteil").focus()
    page.keyboard.type("was-kommt-danach")
    page.get_by_role("button", name="Impulsgeber:in hinzufügen").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name", exact=True).fill("Ada Beispiel")
    assert page.get_by_label("Frage – Deutsch", exact=True).input_value() == "Was kommt danach?"
    page.get_by_role("button", name="Entwurf speichern").first.focus()
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{AT}*")
    assert page.locator("#dialogue-was-kommt-danach").get_by_text("Entwurf", exact=True).is_visible()


@pytest.mark.parametrize(
    ("width", "dark", "language"), [(1280, False, "de"), (375, True, "de"), (375, False, "en")]
)
def test_pages_of_the_dialogues_have_nothing_wrong_with_them(
    desk: Desk, width: int, dark: bool, language: str
) -> None:
    page = desk.open(width=width, dark=dark, language=language)
    found = {}
    for path in ("", "/new", "/bestand-nutzen/edit", "/bestand-nutzen/cancel"):
        page.goto(AT + path)
        found[path] = wrong_with(page)

    assert set(map(tuple, found.values())) == {()}, found


def test_organiser_moves_a_dialogue_and_sees_who_is_told_before_and_after(desk: Desk) -> None:
    people(desk.visit, 214)
    with desk.visit.transaction() as session:
        tick(session, now=desk.visit.now)
        everything_arrives(session, now=desk.visit.now)
    page = desk.open(width=375, dark=True, language="de")
    page.goto(f"{AT}/wirtschaftskreislaeufe/edit")
    page.get_by_label("Beginn", exact=False).first.fill("18:00")
    page.get_by_label("Ende", exact=False).first.fill("19:30")
    page.get_by_role("button", name="Speichern").first.focus()
    page.keyboard.press("Enter")

    page.get_by_text("214 Personen erfahren es um 12:15 Uhr (15 Minuten Ruhezeit).").wait_for()
    asked = wrong_with(page)
    page.get_by_role("button", name="Zurück zum Formular").click()
    assert page.locator('[name="starts_time"]').input_value() == "18:00"
    page.get_by_role("button", name="Speichern").first.click()
    page.get_by_role("button", name="Speichern und nach der Ruhezeit mitteilen").focus()
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{AT}*")
    waiting = wrong_with(page)
    page.get_by_role("button", name="Sofort mitteilen").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Die Mail über die Änderung geht jetzt hinaus.").wait_for()
    assert (asked, waiting) == ([], [])
    assert page.get_by_role("button", name="Sofort mitteilen").count() == 0

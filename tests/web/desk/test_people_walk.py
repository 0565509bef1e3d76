"""An organiser looks after people in a real browser: with the keyboard alone, on a phone, in both languages."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mailer import series, subscriptions
from mailer.core.types import EmailAddress
from mailer.organisers import Role
from mailer.subscriptions import Newcomer
from tests.support.asking import ask
from tests.support.making import pseudonym
from tests.web.desk.conftest import Desk
from tests.web.desk.listed import PEOPLE
from tests.web.desk.signing import wrong_with

LONGEST = f"{'l' * 64}@{'.'.join(['b' * 60] * 3)}.test"
"""An address as long as one can be."""


def tab_to(page: Page, name: str) -> None:
    """Press the tab key until what is called so has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        called = page.evaluate(
            "(e => (e.labels && e.labels.length ? e.labels[0].innerText : e.innerText || ''))(document.activeElement)"
        )
        if re.search(name, called):
            return
    raise AssertionError(f"the tab key does not reach {name}")


def fill_the_house(desk: Desk) -> None:
    people = [
        ("anna@example.net", "Anna Müller"),
        ("berta@example.net", "عبد الرحمن بن عوف"),
        (LONGEST[-254:], "שרה " * 40),
        ("dora@example.net", ""),
    ]
    visit = desk.visit
    with visit.transaction() as session:
        found = series.list_series(session)[0]
        newcomers = [Newcomer(EmailAddress(address), name, "de", visit.now) for address, name in people]
        subscriptions.admit(
            session, found, newcomers, evidence="Ordner 3", pseudonym=pseudonym, now=visit.now
        )
        ask(session, found, EmailAddress("neu@example.net"), name="Neu", now=visit.now - timedelta(days=1))
        subscriptions.block(session, EmailAddress("dora@example.net"), pseudonym=pseudonym, now=visit.now)


def test_person_is_found_paused_removed_and_brought_back_by_keyboard_alone(desk: Desk) -> None:
    fill_the_house(desk)
    page = desk.open(Role.SENDER)
    page.goto(PEOPLE)

    tab_to(page, "^Adresse oder Name beginnt mit")
    page.keyboard.type("müller")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    tab_to(page, "^anna@example.net")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Anna Müller")

    tab_to(page, "^E-Mails pausieren")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Die E-Mails pausieren.")
    tab_to(page, "^Pause beenden")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("ab sofort wieder")

    tab_to(page, "^Von der Liste nehmen")
    page.keyboard.press("Enter")
    tab_to(page, "^Jetzt von der Liste nehmen")
    page.keyboard.press("Enter")
    expect(page.locator(".badge").first).to_have_text("abgemeldet")
    tab_to(page, "^Austragung zurücknehmen")
    page.keyboard.press("Enter")
    expect(page.locator(".badge").first).to_have_text("aktiv")
    expect(page.locator(".time-line li").first).to_contain_text(re.compile("Austragung|Einwilligung"))


def test_list_with_bad_lines_is_brought_in_and_taken_out_by_keyboard(desk: Desk, tmp_path: Path) -> None:
    page = desk.open(Role.SENDER)
    page.goto(f"{PEOPLE}/import")
    file = tmp_path / "liste.csv"
    file.write_bytes("E-Mail;Name\nnora@example.net;Nora Groß\nkeine;x\n".encode("cp1252"))

    page.set_input_files("#file", file)
    tab_to(page, "^Wo lassen sich die Einwilligungen")
    page.keyboard.type("Papierlisten, Ordner 3")
    tab_to(page, "^Erst ansehen")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Liste ansehen")
    expect(page.locator("table").first).to_contain_text("das ist keine E-Mail-Adresse")
    tab_to(page, "^Eine Person übernehmen")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("1 neu, 0 aktualisiert, 0 unverändert, 1 abgelehnt.")
    expect(page.locator("tbody tr")).to_contain_text(["Nora Groß"])
    with page.expect_download() as download:
        tab_to(page, "^Herunterladen")
        page.keyboard.press("Enter")
    assert "Nora Groß" in download.value.path().read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("language", "width", "dark"),
    [("de", 375, False), ("en", 375, True), ("de", 1280, True), ("en", 1280, False)],
)
def test_pages_of_people_have_nothing_wrong_with_them(
    desk: Desk, language: str, width: int, dark: bool
) -> None:
    """With an address as long as one can be, and names that run from right to left."""
    fill_the_house(desk)
    page = desk.open(Role.SENDER, width=width, dark=dark, language=language)
    wrong: dict[str, list[str]] = {}
    for end in ("", "?state=ended", "/2", "/3", "/4", "/5", "/3/erase", "/3/block", "/blocked", "/import"):
        page.goto(PEOPLE + end)
        wrong[end] = wrong_with(page)
    page.fill("#pasted", f"email;name\n{LONGEST};שרה\n{'x' * 300};\nnora@example.net;{'N' * 200}\n")
    page.fill("#evidence", "x" * 500)
    page.locator("form", has=page.locator("#pasted")).locator("button").click()
    expect(page.locator(".tiles")).to_be_visible()
    wrong["preview"] = wrong_with(page)
    page.goto(f"{PEOPLE}/blocked")
    page.fill("#block", "nobody")
    page.locator("form", has=page.locator("#block")).locator("button").click()
    expect(page.locator(".problems")).to_be_visible()
    wrong["with a mistake"] = wrong_with(page)

    assert {place: found for place, found in wrong.items() if found} == {}

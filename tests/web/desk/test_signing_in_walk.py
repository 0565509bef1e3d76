"""From the invitation to the lost phone, as somebody walks it who uses the keyboard alone."""

from __future__ import annotations

import re

import pyotp
from playwright.sync_api import Page

from mailer.core.types import EmailAddress
from mailer.organisers import Role
from tests.web.desk.acquainted import STEP, an_organiser, invitation_url, link_url
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with

PASSWORD = "drei Enten im Novembernebel"


def reach(page: Page, name: str, *, back: bool = False) -> None:
    """Press Tab until the control of this name has the focus."""
    own_name = "e => (e.labels?.[0]?.innerText || e.innerText || '').trim()"
    for _ in range(60):
        if page.evaluate(f"({own_name})(document.activeElement)").startswith(name):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"the keyboard does not reach “{name}”")


def type_into(page: Page, name: str, text: str) -> None:
    reach(page, name)
    page.keyboard.type(text)


def press(page: Page, name: str) -> None:
    reach(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_invited_with_a_phone_that_gets_lost(desk: Desk) -> None:
    """Invitation, password, second factor, out, in again, and in with a recovery code; 375 pixels, dark."""
    visit, wrong = desk.visit, []
    an_organiser(visit)
    context = desk.browser.new_context(
        base_url=desk.address,
        viewport={"width": 375, "height": 800},
        color_scheme="dark",
        locale="de",
    )
    page = context.new_page()

    page.goto(invitation_url(visit, address=EmailAddress("nele@example.org"), role=Role.SENDER))
    wrong += wrong_with(page)
    type_into(page, "Ihr Name", "Nele Neu")
    type_into(page, "Passwort", PASSWORD)
    press(page, "Dem Team beitreten")
    assert "Willkommen!" in page.inner_text(".flash")

    press(page, "Nele Neu")
    wrong += wrong_with(page)
    press(page, "Einrichten")
    wrong += wrong_with(page)
    app = pyotp.TOTP(page.inner_text(".secret code").replace(" ", ""))
    type_into(page, "Code", "000000" if app.at(visit.now) != "000000" else "000001")
    page.keyboard.press("Enter")
    page.wait_for_selector("#code-problem")
    wrong += wrong_with(page)
    page.fill("#code", "")
    type_into(page, "Code", app.at(visit.now))
    press(page, "Einschalten")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    wrong += wrong_with(page)

    for code in (app.at(visit.now + 4 * STEP), codes[7]):
        visit.now += 4 * STEP
        page.goto("/organiser/account")
        press(page, "Abmelden")
        wrong += wrong_with(page)
        type_into(page, "E-Mail-Adresse", "nele@example.org")
        type_into(page, "Passwort", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign-in/code")
        wrong += wrong_with(page)
        type_into(page, "Code", code)
        page.keyboard.press("Enter")
        page.wait_for_url("**/organiser/")

    page.goto("/organiser/account")
    assert "9 Wiederherstellungscodes" in page.inner_text("main")
    assert wrong == []


def test_pages_of_the_team_are_good_to_look_at(desk: Desk) -> None:
    """Account and team at 1280 light in German and at 375 dark in English; opened as far as they open."""
    wrong = []
    number = an_organiser(desk.visit, role=Role.EDITOR)
    invitation_url(desk.visit, address=EmailAddress("somebody.with.a.long.name@zukunft.example"))
    for width, dark, language in [(1280, False, "de"), (375, True, "en")]:
        page = desk.open(Role.OWNER, width=width, dark=dark, language=language)
        for url in ("/organiser/account", "/organiser/team"):
            page.goto(url)
            for more in page.locator("details").all():
                more.locator("summary").click()
            wrong += [f"{url} {width}: {one}" for one in wrong_with(page)]
        page.fill("#email", "no address")
        page.locator("section.invite button").click()
        page.wait_for_selector("#email-problem")
        wrong += wrong_with(page)
        page.context.clear_cookies()
        for url in ("/organiser/sign-in", link_url(desk.visit, number)):
            page.goto(url)
            wrong += [f"{re.sub('sign-in/.*', 'sign-in/…', url)} {width}: {one}" for one in wrong_with(page)]

    assert wrong == []

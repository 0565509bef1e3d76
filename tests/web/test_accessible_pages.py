"""Every page in a real browser: no axe finding, no script error, nothing to scroll sideways for."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from mailer import organisers, series
from mailer.core.types import EmailAddress
from mailer.series import EventFormat
from tests.support.seating import comes
from tests.web.visiting import SERIES, Visit, confirmed, sign_up


@pytest.fixture
def address(sqlite_visit: Visit) -> Iterator[str]:
    """Where the house is served for the browser."""
    server = make_server("127.0.0.1", 0, sqlite_visit.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def every_page(visit: Visit) -> list[str]:
    client = visit.app.test_client()
    subscription = confirmed(visit, client)
    with visit.transaction() as session:
        documented = series.get_event(session, series.get_series(session, SERIES[1:]), "bestand-nutzen")
        documented.plain_language = {"de": "Viele Häuser sind leer.", "en": "Many houses are empty."}
        for material in documented.materials:
            material.url = "https://vimeo.com/76979871"
    sign_up(client, "berta@example.net")
    with visit.transaction() as session:
        event = series.get_event(session, series.get_series(session, SERIES[1:]), "wirtschaftskreislaeufe")
        event.format, event.place, event.capacity = EventFormat.HYBRID, "Potsdam", 1
        seated = comes(session, event, "carla", now=visit.now)
    with visit.transaction() as session:
        organiser = organisers.add(session, EmailAddress("olga@example.org"), now=visit.now)
        link = organisers.open_link(session, organiser, to_mail=False, now=visit.now)
    minute = int(visit.now.timestamp() // 60)
    return [
        SERIES,
        f"{SERIES}/bestand-nutzen",
        f"{SERIES}/wirtschaftskreislaeufe",
        f"{SERIES}/beteiligung",
        f"{SERIES}/wirtschaftskreislaeufe/register",
        f"{SERIES}/subscribe",
        f"{SERIES}/embed",
        visit.confirm_url("berta@example.net"),
        visit.confirm_url(),
        visit.manage_url(),
        visit.leave_url(),
        f"/subscriptions/access/{visit.link('access', subscription.id, minute)}",
        f"/registrations/{visit.link('seat', seated.id)}",
        f"/registrations/access/{visit.link('access-seat', seated.id, minute)}",
        f"/subscriptions/unsubscribe/{visit.link('test', 0)}",
        "/subscriptions/link",
        "/organiser/sign-in",
        f"/organiser/sign-in/{visit.link('signin', link.id)}",
        "/_mail/",
        "/nix",
    ]


def look_at(page: Page, url: str) -> list[str]:
    """What is wrong with the page."""
    page.goto(url)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    found = [f"{finding['id']}: {finding['help']}" for finding in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("scrolls sideways")
    return found


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "de-DE"), (320, "dark", "en-GB"), (640, "light", "en-GB")],
)
def test_every_page_is_accessible(
    sqlite_visit: Visit, address: str, browser: Browser, width: int, scheme: str, language: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=language,
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)

    findings = {path: look_at(page, address + path) for path in every_page(sqlite_visit)}

    context.close()
    assert {path: found for path, found in findings.items() if found} == {}
    assert errors == []


def test_form_that_comes_back_is_accessible_and_has_the_focus(address: str, browser: Browser) -> None:
    page = browser.new_page(locale="de-DE")
    page.goto(f"{address}{SERIES}/subscribe")
    page.fill("#email", "anna@")
    page.click("form.sign-up button")

    found = [finding["id"] for finding in Axe().run(page).response["violations"]]

    assert found == []
    assert page.evaluate("document.activeElement.className") == "problems"
    assert page.input_value("#email") == "anna@"
    page.close()


def test_browser_that_filled_in_the_form_confirms_without_a_second_click(
    sqlite_visit: Visit, address: str, browser: Browser
) -> None:
    page = browser.new_page(locale="de-DE")
    page.goto(f"{address}{SERIES}")
    page.fill("#email", "anna@example.net")
    page.check("#consent")
    page.click("form.sign-up button")
    page.goto(address + sqlite_visit.confirm_url())

    page.wait_for_selector(".next-date")

    assert page.inner_text("h1") == "Sie stehen auf der Liste"
    page.close()


def test_pages_can_be_used_by_keyboard(address: str, browser: Browser) -> None:
    page = browser.new_page(locale="de-DE")
    page.goto(f"{address}{SERIES}/subscribe")

    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert first == "Zum Inhalt springen"
    assert page.evaluate("document.activeElement.id") == "email"
    page.close()

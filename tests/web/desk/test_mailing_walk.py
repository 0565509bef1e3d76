"""A message from the first word to the report, in a real browser, with a real worker and a real mail server."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from subprocess import Popen

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from mailer.core.types import Locale
from mailer.organisers import Role
from tests.support.house import House, open_house, sqlite_copy
from tests.support.mailbox import Mailbox
from tests.support.mailing import real_now
from tests.support.making import a_series, a_subscription, an_event
from tests.support.waiting import wait_until
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.visiting import Visit

LIST = "/organiser/series/wandel/mailings"
PEOPLE = 80


@dataclass
class Watched:
    """A house whose worker is a process of its own, and sends two letters a second."""

    desk: Desk
    house: House
    mailbox: Mailbox
    folder: Path

    def start_worker(self) -> Popen[bytes]:
        return self.house.start("worker", log=self.folder / "worker.log")


@pytest.fixture
def watched(empty_sqlite: Path, tmp_path: Path, browser: Browser) -> Iterator[Watched]:
    mailbox = Mailbox()
    mailbox.open()
    database = sqlite_copy(empty_sqlite, tmp_path)
    house = open_house(database, mailbox, tmp_path, MAIL_RATE="2", BASE_URL="http://127.0.0.1:8000")
    house.now = real_now()
    with house.transaction() as session:
        found = a_series(session)
        an_event(session, found, starts_at=house.now + timedelta(days=3))
        for number in range(PEOPLE):
            language: Locale = "en" if number % 3 == 0 else "de"
            a_subscription(
                session,
                found,
                f"p{number:02}@example.org",
                name=f"Person {number}",
                language=language,
                now=house.now - timedelta(days=30),
            )
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    desk = Desk(Visit(house.app, house.now), f"http://127.0.0.1:{server.server_port}", browser)
    yield Watched(desk, house, mailbox, tmp_path)
    for context in browser.contexts:
        context.close()
    server.shutdown()
    thread.join()
    database.dispose()
    mailbox.close()


def shoot(page: Page, name: str) -> None:
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}.png", full_page=True)


def test_a_message_is_written_tried_released_watched_and_reported(watched: Watched) -> None:
    page = watched.desk.open(Role.OWNER)
    worker = watched.start_worker()
    try:
        write(page)
        look(page)
        copy_to_oneself(page, watched)
        release(page)
        watch(page, watched)
        report(page)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(30)


def write(page: Page) -> None:
    page.goto(LIST)
    assert wrong_with(page) == []
    shoot(page, "1-empty")
    page.get_by_role("link", name="Nachricht schreiben").first.click()
    page.get_by_label("Betreff (Deutsch)").fill("Neues zu {dialogue}")
    page.get_by_label("Text (Deutsch)").fill("Guten Tag ")
    page.get_by_role("button", name="{name}").click()
    page.keyboard.type(",\n\nam {date} geht es weiter: [hier dabei sein]({join_link}).")
    page.get_by_label("Zu einem Dialog").select_option("boden")
    expect(page.get_by_label("Wer von ihm noch nicht erfahren hat")).to_be_visible()
    expect(page.locator("#audience")).not_to_contain_text("erst einen Dialog wählen")
    assert wrong_with(page) == []
    shoot(page, "2-write")
    page.get_by_role("button", name="Entwurf speichern").click()
    expect(page.get_by_role("status")).to_contain_text("Der Entwurf ist gespeichert")
    assert wrong_with(page) == []
    shoot(page, "3-draft")


def look(page: Page) -> None:
    page.get_by_role("link", name="E-Mail ansehen").click()
    page.get_by_label("Wie diese Person sie bekommt").fill("p01@example.org")
    page.get_by_role("button", name="Anzeigen").click()
    mail = page.frame_locator("iframe").first
    expect(mail.get_by_text("Guten Tag Person 1,")).to_be_visible()
    expect(mail.get_by_role("link", name="hier dabei sein")).to_have_attribute(
        "href", "https://meet.example.org/wandel"
    )
    assert wrong_with(page) == []
    shoot(page, "4-preview")
    page.get_by_role("link", name="Zurück zur Nachricht").click()


def copy_to_oneself(page: Page, watched: Watched) -> None:
    page.get_by_role("button", name="Testexemplar an mich").click()
    expect(page.get_by_role("status")).to_contain_text("Das Testexemplar an owner@example.org ist unterwegs.")
    wait_until(lambda: watched.mailbox.letters)
    assert watched.mailbox.letters[0].to == "owner@example.org"
    assert watched.mailbox.letters[0].subject == "[Test] Neues zu Wie gelingt der Übergang?"


def release(page: Page) -> None:
    page.get_by_role("link", name="Weiter zur Freigabe").click()
    expect(page.get_by_text("80 Personen bekommen diese Nachricht.")).to_be_visible()
    assert wrong_with(page) == []
    shoot(page, "5-release")
    page.get_by_role("button", name="An 80 Personen senden").click()


def watch(page: Page, watched: Watched) -> None:
    """The page follows by itself: half-way it is held back, goes on, and is stopped before the last one."""
    expect(page.locator("#progress .badge")).to_have_text("geht gerade hinaus", timeout=15_000)
    expect(page.locator("#progress")).to_contain_text("je Sekunde", timeout=15_000)
    assert wrong_with(page) == []
    shoot(page, "6-watch")
    page.locator("#act-pause").press("Enter")
    expect(page.locator("#progress .badge")).to_have_text("angehalten")
    shoot(page, "7-paused")
    page.locator("#act-resume").press("Enter")
    expect(page.locator("#progress .badge")).to_have_text("geht gerade hinaus")
    page.locator("#act-stop").press("Enter")
    expect(page.get_by_text("bekommen sie nicht.")).to_be_visible()
    assert wrong_with(page) == []
    shoot(page, "8-stop")
    page.get_by_role("button", name="Endgültig stoppen").click()
    expect(page.locator("#progress .badge")).to_have_text("gestoppt")
    expect(page.locator("#progress")).not_to_have_attribute("hx-get", "")
    shoot(page, "9-stopped")
    sent = len(watched.mailbox.letters) - 1
    assert 0 < sent < PEOPLE


def report(page: Page) -> None:
    page.get_by_role("link", name="Alle, an die sie geht").click()
    page.get_by_label("Zustand").select_option("skipped")
    page.get_by_role("button", name="Suchen").click()
    expect(page.locator("tbody tr").first).to_contain_text("gestoppt")
    assert wrong_with(page) == []
    shoot(page, "10-recipients")
    with page.expect_download() as download:
        page.get_by_role("link", name="Bericht als Tabelle (CSV)").click()
    written = Path(download.value.path()).read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    assert len(written.decode("utf-8-sig").splitlines()) == PEOPLE + 1

"""The pictures of the public pages that the README shows, taken anew: ``python -m tests.browser.public_pictures``.

A house of its own stands in the year of the example: in January somebody takes a seat at its first dialogue, in
March its archive begins. Nobody's instance is touched, and nothing leaves the machine.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from config import ROOT
from mailer import exchange, registrations
from mailer.core.db import Database
from mailer.core.types import EmailAddress
from mailer.registrations import Attendance
from mailer.series import get_event, get_series
from tests.support.house import House, open_house
from tests.support.mailbox import Mailbox
from tests.support.making import EXAMPLE, pseudonym
from tests.support.seating import wanted

PICTURES = ROOT / "docs" / "pictures"
SLUG = "wandel-machen-vor-ort"
JANUARY = datetime(2023, 1, 10, 9, tzinfo=UTC)
MARCH = datetime(2023, 3, 27, 9, tzinfo=UTC)


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        folder = Path(name)
        database, mailbox = Database(f"sqlite:///{folder / 'mailer.db'}"), Mailbox()
        database.upgrade()
        mailbox.open()
        house = open_house(database, mailbox, folder)
        server = make_server("127.0.0.1", 0, house.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": 1280, "height": 860}, locale="de-DE", timezone_id="Europe/Berlin"
        )
        shoot(house, context.new_page(), f"http://127.0.0.1:{server.server_port}")
        browser.close()
        server.shutdown()
        database.dispose()
        mailbox.close()


def shoot(house: House, page: Page, base: str) -> None:
    house.now = JANUARY
    seat = take_a_seat(house)
    take(page, "register-page", f"{base}/{SLUG}/bestand-nutzen/register")
    take(page, "seat-page", f"{base}/registrations/{seat}")
    house.now = MARCH
    take(page, "series-page", f"{base}/{SLUG}")
    take(page, "archive", f"{base}/{SLUG}", part="#archive")
    take(page, "dialogue-page", f"{base}/{SLUG}/wirtschaftskreislaeufe")
    take(page, "outcome-page", f"{base}/{SLUG}/bestand-nutzen", part="#conditions")


def take_a_seat(house: House) -> str:
    """Somebody has one of eighty seats on site; the token of her own page."""
    with house.transaction() as session:
        series = exchange.import_series(session, EXAMPLE.read_bytes(), now=house.now).series
        event = get_event(session, get_series(session, series.slug), "bestand-nutzen")
        event.capacity = 80
        anna = EmailAddress("anna@example.org")
        wish = wanted(Attendance.ON_SITE, name="Anna Beispiel")
        asked = registrations.request(session, event, anna, wish, pseudonym=pseudonym, now=house.now)
        assert asked is not None
        found = registrations.confirm(session, asked.id, asked.request, now=house.now)
        return house.parts.links.make("seat", found.id)


def take(page: Page, name: str, address: str, *, part: str = "") -> None:
    """What the window shows, from the top or from one part of the page on."""
    page.goto(address)
    if part:
        page.locator(part).evaluate("one => one.scrollIntoView({behavior: 'instant'})")
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()

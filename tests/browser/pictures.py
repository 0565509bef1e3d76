"""The pictures of the desk that the README shows, taken anew: ``python -m tests.browser.pictures``.

A house of its own is filled with half a year of the example series, then a real worker sends a message while
the browser looks on. Nobody's instance is touched, and nothing leaves the machine.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from config import ROOT
from mailer import exchange, mailings, organisers, subscriptions
from mailer.core.clock import utcnow
from mailer.core.db import Database
from mailer.core.types import EmailAddress, Locale
from mailer.delivery import Delivery, DeliveryState
from mailer.jobs.models import Heartbeat
from mailer.mailings import MailingKind
from mailer.organisers import Role
from mailer.series import Series, get_series
from mailer.subscriptions import Newcomer, Subscription
from tests.support.house import House, open_house
from tests.support.mailbox import Mailbox
from tests.support.making import EXAMPLE, pseudonym
from tests.support.ticking import everything_arrives, tick

PICTURES = ROOT / "docs" / "pictures"
SLUG = "wandel-machen-vor-ort"
AT = f"/organiser/series/{SLUG}"
PEOPLE = 214
HALF_A_YEAR = timedelta(days=150)
FIRST_NAMES = [
    "Anna",
    "Berta",
    "Cem",
    "Dilara",
    "Emil",
    "Frieda",
    "Goran",
    "Hanna",
    "Ida",
    "Jonas",
    "Karla",
    "Lena",
]
LAST_NAMES = ["Beispiel", "Muster", "Probe", "Übung", "Vorlage", "Skizze", "Entwurf"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, the_house(Path(folder)) as (house, address, page):
        sign_in(house, page, address)
        for name, path in {
            "overview": f"{AT}/",
            "plan": f"{AT}/plan",
            "dialogue": f"{AT}/dialogues/wirtschaftskreislaeufe/edit",
            "people": f"{AT}/people",
            "settings": f"{AT}/settings",
        }.items():
            page.goto(address + path)
            if name == "dialogue":
                texts = page.locator('[name="announcement.de"]')
                texts.evaluate("field => field.closest('fieldset').scrollIntoView({behavior: 'instant'})")
            page.screenshot(path=PICTURES / f"desk-{name}.png")
        shoot_a_mailing_under_way(house, page, address, Path(folder))


@contextmanager
def the_house(folder: Path) -> Iterator[tuple[House, str, Page]]:
    """A furnished house, where it answers, and a browser before it."""
    database, mailbox = Database(f"sqlite:///{folder / 'mailer.db'}"), Mailbox()
    database.upgrade()
    mailbox.open()
    for number, answer in {
        5: "550 5.1.1 No such user here",
        20: "451 4.7.1 Greylisted, try again later",
    }.items():
        mailbox.refuses[a_newcomer(number, utcnow()).address] = answer
    house = open_house(database, mailbox, folder, MAIL_RATE="4", BASE_URL="http://127.0.0.1:8000")
    furnish(house)
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="de")
        yield house, f"http://127.0.0.1:{server.server_port}", context.new_page()
        browser.close()
    server.shutdown()
    database.dispose()
    mailbox.close()


def furnish(house: House) -> None:
    """Half a year in which the list grew and every mail that was due left."""
    began = utcnow().replace(hour=10, minute=0) - HALF_A_YEAR  # by day: what is late waits for the morning
    with house.transaction() as session:
        exchange.import_series(session, EXAMPLE.read_bytes(), next_in=HALF_A_YEAR.days + 3, now=began)
        session.add(Heartbeat(worker="worker", seen_at=utcnow()))
    newcomers = [a_newcomer(number, began) for number in range(PEOPLE)]
    for day in range(HALF_A_YEAR.days):
        house.now = began + timedelta(days=day)
        with house.transaction() as session:
            live_a_day(session, get_series(session, SLUG), newcomers, now=house.now)
    house.now = utcnow()


def a_newcomer(number: int, began: datetime) -> Newcomer:
    """Most came in the first weeks; every sixth reads English."""
    first, last = FIRST_NAMES[number % len(FIRST_NAMES)], LAST_NAMES[number * 5 % len(LAST_NAMES)]
    came = began + HALF_A_YEAR * (number / PEOPLE) ** 2
    language: Locale = "en" if number % 6 == 0 else "de"
    address = EmailAddress(f"{first}.{last}{number}@example.org".lower().replace("ü", "ue"))
    return Newcomer(address, f"{first} {last}", language, came)


def live_a_day(session: Session, found: Series, newcomers: list[Newcomer], *, now: datetime) -> None:
    today = [
        one
        for one in newcomers
        if one.confirmed_at and timedelta(0) <= now - one.confirmed_at < timedelta(days=1)
    ]
    subscriptions.admit(session, found, today, evidence="Unterschriftenliste", pseudonym=pseudonym, now=now)
    tick(session, now=now)
    for number, row in enumerate(
        session.scalars(select(Delivery).where(Delivery.state == DeliveryState.QUEUED))
    ):
        if number % 90 == 7:
            row.state, row.done_at, row.code = DeliveryState.FAILED, now, 550
            row.reply = "5.1.1 No such user here"
    everything_arrives(session, now=now)
    if now.day % 11 == 0:
        last = session.scalars(select(Subscription.id).order_by(Subscription.id.desc())).first()
        if last is not None:
            subscriptions.leave(session, last, now=now)


def sign_in(house: House, page: Page, address: str) -> None:
    with house.transaction() as session:
        organiser = organisers.add(
            session, EmailAddress("orga@example.org"), name="Anna Beispiel", role=Role.OWNER, now=house.now
        )
        link = organisers.open_link(session, organiser, to_mail=False, now=house.now)
    page.goto(f"{address}/organiser/sign-in/{house.parts.links.make('signin', link.id)}")
    page.click("main form button")
    page.wait_for_url("**/organiser/")


def shoot_a_mailing_under_way(house: House, page: Page, address: str, folder: Path) -> None:
    with house.transaction() as session:
        number = mailings.release(
            session,
            get_series(session, SLUG),
            None,
            kind=MailingKind.MESSAGE,
            key="picture",
            subject={"de": "Neues von den Dialogen", "en": "News of the dialogues"},
            body={"de": "Es gibt **Neues**.", "en": "There is **news**."},
            now=utcnow(),
        ).id
    worker = house.start("worker", log=folder / "worker.log")
    try:
        time.sleep(25)
        house.now = utcnow()
        page.goto(f"{address}{AT}/mailings/{number}")
        page.screenshot(path=PICTURES / "desk-mailing.png")
    finally:
        worker.terminate()
        worker.wait(timeout=20)


if __name__ == "__main__":
    main()

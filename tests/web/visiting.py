"""What a browser does, in few words."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config import Config
from mailer.app import create_app
from mailer.context import Parts
from mailer.core.db import Database
from mailer.people import Person
from mailer.subscriptions import Subscription
from tests.support.making import pseudonym, the_example

SERIES = "/wandel-machen-vor-ort"
TITLE = "Wandel. Machen. Vor Ort."
START = datetime(2023, 3, 27, 10, 0, tzinfo=UTC)
"""Three days before the third dialogue of the example; two are documented."""

GERMAN = {"Accept-Language": "de"}


@dataclass
class Visit:
    """A running house and the hands of its clock."""

    app: Flask
    now: datetime = START

    @property
    def house(self) -> Parts:
        parts: Parts = self.app.extensions["zeitnah"]
        return parts

    def transaction(self) -> AbstractContextManager[Session]:
        return self.house.database.transaction()

    def link(self, purpose: str, *numbers: int) -> str:
        return self.house.links.make(purpose, *numbers)

    def subscription(self, address: str = "anna@example.net") -> Subscription | None:
        """The subscription of an address as it stands in the database now."""
        with self.house.database.reading() as session:
            found: Subscription | None = session.scalar(
                select(Subscription).join(Person).where(Person.mailbox == address)
            )
            return found

    def confirm_url(self, address: str = "anna@example.net") -> str:
        found = self.subscription(address)
        assert found is not None
        return f"/subscriptions/confirm/{self.link('confirm', found.id, found.request)}"

    def leave_url(self, address: str = "anna@example.net") -> str:
        found = self.subscription(address)
        assert found is not None
        return f"/subscriptions/unsubscribe/{self.link('leave', found.id)}"

    def manage_url(self, address: str = "anna@example.net") -> str:
        found = self.subscription(address)
        assert found is not None
        return f"/subscriptions/manage/{self.link('manage', found.id)}"


def open_house(database: Database, folder: Path, **settings: str) -> Visit:
    """An application on this database, with the example series in it, in development and without limits."""
    plain = {
        "ENVIRONMENT": "development",
        "INSTANCE_DIR": str(folder / "instance"),
        "SECRET_KEY": "a secret for tests, long enough for production",
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "BASE_URL": "http://localhost",
        "RATELIMIT_ENABLED": "0",
    }
    app = create_app(Config.from_env(plain | settings))
    visit = Visit(app)
    parts = visit.house
    parts.database.dispose()
    app.extensions["zeitnah"] = replace(parts, database=database, pseudonym=pseudonym, now=lambda: visit.now)
    with database.transaction() as session:
        the_example(session)
    return visit


def sign_up(client: FlaskClient, address: str = "anna@example.net", **fields: str) -> TestResponse:
    form = {"email": address, "name": "", "language": "de", "consent": "yes"} | fields
    return client.post(f"{SERIES}/subscribe", data=form, headers=GERMAN)


def press(client: FlaskClient, url: str, **fields: str) -> TestResponse:
    """Open a page and send its form, with the token that may stand in it."""
    page = client.get(url, headers=GERMAN).text
    token = {"csrf_token": csrf_in(page)} if "csrf_token" in page else {}
    return client.post(url, data=token | fields, headers=GERMAN)


def csrf_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None, "the page has no form with a CSRF token"
    return found[1]


def confirmed(visit: Visit, client: FlaskClient, address: str = "anna@example.net") -> Subscription:
    """Somebody who signed up and confirmed."""
    sign_up(client, address)
    press(client, visit.confirm_url(address))
    found = visit.subscription(address)
    assert found is not None
    return found

"""Organisers at the desk: in a test client, and in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from mailer.organisers import Role
from tests.web.desk.signing import sign_in_url
from tests.web.visiting import Visit, press


@pytest.fixture
def signed_in(visit: Visit) -> Callable[[Role], FlaskClient]:
    """A client whose organiser has this role; the house runs on both databases."""

    def sign_in(role: Role) -> FlaskClient:
        client = visit.app.test_client()
        press(client, sign_in_url(visit, role))
        return client

    return sign_in


@pytest.fixture
def owner(signed_in: Callable[[Role], FlaskClient]) -> FlaskClient:
    return signed_in(Role.OWNER)


@pytest.fixture
def sender(signed_in: Callable[[Role], FlaskClient]) -> FlaskClient:
    return signed_in(Role.SENDER)


@dataclass
class Desk:
    """The house on SQLite, served for a real browser."""

    visit: Visit
    address: str
    browser: Browser

    def open(
        self, role: Role = Role.OWNER, *, width: int = 1280, dark: bool = False, language: str = "de"
    ) -> Page:
        """A page of a new browser in which an organiser of this role has signed in."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale=language,
        )
        page = context.new_page()
        page.goto(sign_in_url(self.visit, role, language="en" if language == "en" else "de"))
        page.click("main form button")
        page.wait_for_url("**/organiser/")
        return page


@pytest.fixture
def desk(sqlite_visit: Visit, browser: Browser) -> Iterator[Desk]:
    server = make_server("127.0.0.1", 0, sqlite_visit.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Desk(sqlite_visit, f"http://127.0.0.1:{server.server_port}", browser)
    for context in browser.contexts:
        context.close()
    server.shutdown()
    thread.join()

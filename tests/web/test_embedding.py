"""The form in a frame on somebody else's page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from mailer import series
from mailer.web.desk.elsewhere import tell_elsewhere
from tests.web.visiting import GERMAN, SERIES, Visit


@pytest.fixture
def address(sqlite_visit: Visit) -> Iterator[str]:
    yield from served(sqlite_visit.app)


@pytest.fixture
def elsewhere(sqlite_visit: Visit, address: str) -> Iterator[str]:
    """Another site, which has copied what the desk shows: the frame on one page, the form on the other."""
    with sqlite_visit.app.test_request_context("/?lang=de"), sqlite_visit.house.database.reading() as session:
        copied = tell_elsewhere(series.get_series(session, SERIES[1:]))
    site = Flask("elsewhere")
    head = "<!doctype html><title>Elsewhere</title><link rel=icon href='data:,'>"
    for path, line in (("/", copied.frame), ("/form", copied.form)):
        page = head + line.replace("http://localhost/", f"{address}/")
        site.add_url_rule(path, endpoint=path, view_func=lambda page=page: page)
    yield from served(site)


def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def test_form_may_be_framed_and_no_other_page(client: FlaskClient) -> None:
    policies = {
        path: "frame-ancestors *" in client.get(path).headers["Content-Security-Policy"]
        for path in (f"{SERIES}/embed", SERIES, f"{SERIES}/subscribe", "/organiser/sign-in")
    }

    assert policies == {
        f"{SERIES}/embed": True,
        SERIES: False,
        f"{SERIES}/subscribe": False,
        "/organiser/sign-in": False,
    }


def test_what_goes_wrong_in_a_frame_is_read_there(visit: Visit, client: FlaskClient) -> None:
    """The page that tells it refused to be framed: after the end of a series each site that had copied the form
    showed the browser's own error."""
    unknown = client.get("/nix/embed")
    visit.now += timedelta(days=365)
    over = client.get(f"{SERIES}/embed", headers=GERMAN)
    sent = client.post(f"{SERIES}/subscribe", data={"embedded": "yes"}, headers=GERMAN)
    plain = client.post(f"{SERIES}/subscribe", headers=GERMAN)

    policies = [one.headers["Content-Security-Policy"] for one in (unknown, over, sent, plain)]
    assert ["frame-ancestors *" in policy for policy in policies] == [True, True, True, False]
    assert [one.status_code for one in (unknown, over, sent)] == [404, 409, 409]
    assert over.text == sent.text
    assert "Die Dialogreihe ist zu Ende" in over.text
    assert f'<a href="{SERIES}">' in over.text


def test_framed_form_comes_back_in_its_frame_with_what_was_typed(client: FlaskClient) -> None:
    answer = client.post(f"{SERIES}/subscribe", data={"email": "anna@", "embedded": "yes"}, headers=GERMAN)

    assert answer.status_code == 422
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert 'value="anna@"' in answer.text
    assert 'name="embedded"' in answer.text


def test_person_signs_up_in_a_frame_of_another_site(
    sqlite_visit: Visit, elsewhere: str, browser: Browser
) -> None:
    page = browser.new_page(locale="de-DE")
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(elsewhere)
    frame = page.frame_locator("iframe")
    frame.locator("#email").fill("anna@example.net")
    frame.locator("#consent").check()

    frame.locator("form.sign-up button").click()

    frame.locator("h1", has_text="Bitte sehen Sie in Ihrem Postfach nach").wait_for(timeout=5000)
    found = sqlite_visit.subscription()
    page.close()
    assert found is not None
    assert errors == []


def test_person_signs_up_by_a_form_of_another_site(
    sqlite_visit: Visit, elsewhere: str, browser: Browser
) -> None:
    page = browser.new_page(locale="de-DE")
    page.goto(f"{elsewhere}/form")
    page.fill("input[name=email]", "anna@example.net")
    page.check("input[name=consent]")

    page.click("button")

    page.locator("h1", has_text="Bitte sehen Sie in Ihrem Postfach nach").wait_for(timeout=5000)
    found = sqlite_visit.subscription()
    page.close()
    assert found is not None

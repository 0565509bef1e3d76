"""What every answer says about itself, and that every form is guarded."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mailer.core.db import Database
from mailer.web.assembly import WITHOUT_CSRF
from tests.web.visiting import GERMAN, SERIES, Visit, confirmed, csrf_in, open_house, press, sign_up


@pytest.fixture
def visit(sqlite_visit: Visit) -> Visit:
    return sqlite_visit


def test_every_form_is_guarded_but_the_two_that_must_work_from_anywhere(
    visit: Visit, client: FlaskClient
) -> None:
    """The house's own rule: whatever route is added, a POST without token is refused before its view runs."""
    unguarded = []
    for rule in visit.app.url_map.iter_rules():
        if not {"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set()):
            continue
        values = dict.fromkeys(rule.arguments, "1") | dict(rule.defaults or {})
        url = visit.app.url_map.bind("localhost").build(rule.endpoint, values)
        if client.post(url).status_code != 400:
            unguarded.append(rule.endpoint)

    assert sorted(unguarded) == sorted(WITHOUT_CSRF)


def test_pages_allow_nothing_from_elsewhere_and_nothing_inline(visit: Visit, client: FlaskClient) -> None:
    sign_up(client)
    for path in (SERIES, visit.confirm_url(), "/organiser/sign-in", "/nix", "/healthz"):
        answer = client.get(path)

        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'"), (
            path
        )
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] == "same-origin", path
        assert [
            mark for mark in (" style=", " onclick=", "<style", "<script>") if mark in answer.text
        ] == [], path


def test_pages_behind_tokens_are_neither_kept_nor_found(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)
    paths = [
        visit.confirm_url(),
        visit.leave_url(),
        visit.manage_url(),
        "/organiser/sign-in",
        "/subscriptions/link",
    ]
    for path in paths:
        answer = client.get(path)

        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow", path


def test_static_files_may_be_kept_for_ever_under_their_fingerprint(client: FlaskClient) -> None:
    page = client.get(SERIES).text
    url = page.split('rel="stylesheet" href="')[1].split('"')[0]

    answer = client.get(url)

    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_https_house_guards_its_cookies(database: Database, tmp_path: Path) -> None:
    visit = open_house(database, tmp_path, BASE_URL="https://dialog.example.org")
    client = visit.app.test_client()

    asked = client.get("/organiser/sign-in", base_url="https://dialog.example.org")
    signed_up = sign_up(client)

    assert asked.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    cookie = asked.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Secure" in signed_up.headers["Set-Cookie"]


def test_proxies_are_believed_only_as_many_as_there_are(database: Database, tmp_path: Path) -> None:
    trusting = open_house(database, tmp_path, TRUSTED_PROXIES="1", BASE_URL="https://dialog.example.org")
    secure = trusting.app.test_client()
    forwarded = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Host": "dialog.example.org",
    }
    page = secure.get("/organiser/sign-in", headers=forwarded).text

    without_referrer = secure.post(
        "/organiser/sign-in", data={"csrf_token": csrf_in(page)}, headers=forwarded
    )
    with_referrer = secure.post(
        "/organiser/sign-in",
        data={"csrf_token": csrf_in(page), "email": "anna@example.net"},
        headers={**forwarded, "Referer": "https://dialog.example.org/organiser/sign-in"},
    )

    assert (without_referrer.status_code, with_referrer.status_code) == (400, 200)


def test_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.delete(SERIES, headers=GERMAN)

    assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True)
    assert "So geht es nicht" in answer.text


def test_failure_is_told_without_its_cause_and_logged_without_the_token(
    visit: Visit, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Flask logs the path of a request that failed, and in ours there may be a token."""
    confirmed(visit, client)
    url = visit.manage_url()

    def fail(token: str) -> str:
        return str(1 // (len(token) * 0))

    visit.app.view_functions["managing.show"] = fail
    visit.app.config["PROPAGATE_EXCEPTIONS"] = False
    with caplog.at_level(logging.DEBUG):
        answer = client.get(url, headers=GERMAN)

    assert (answer.status_code, "ZeroDivision" in answer.text) == (500, False)
    assert "Bei uns ist etwas schiefgegangen" in answer.text
    assert url.rpartition("/")[2] not in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_logs_hold_neither_token_nor_address(
    visit: Visit, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        confirmed(visit, client)
        press(client, visit.manage_url(), do="access")
        client.post(visit.leave_url())
        client.get(visit.manage_url()[:-1])
        press(client, "/subscriptions/link", email="anna@example.net")

    assert "anna@example.net" not in caplog.text
    assert visit.manage_url().rpartition("/")[2] not in caplog.text

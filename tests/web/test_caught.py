"""The mails that a development machine caught."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mailer.core.db import Database
from tests.web.visiting import GERMAN, Visit, open_house

NUMBER = 1_679_911_200_000_000_000
"""Nanoseconds: 27 March 2023, 10:00 UTC."""

HTML = """<html><head><title>x</title></head>
<body><script>alert(1)</script><a href="http://localhost/x">ja</a></body></html>
"""
CALENDAR = b"BEGIN:VCALENDAR\r\nDESCRIPTION:lang\r\n er\r\nEND:VCALENDAR\r\n"
BROKEN = b"Subject: =?utf-8?q?kaputt?\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe"


@pytest.fixture
def visit(sqlite_visit: Visit) -> Visit:
    return sqlite_visit


@pytest.fixture
def folder(visit: Visit) -> Path:
    path = visit.house.config.instance / "caught"
    path.mkdir(parents=True)
    mail = EmailMessage()
    mail["From"] = "Netzwerk <dialog@example.org>"
    mail["To"] = "anna@example.net"
    mail["Subject"] = "Morgen 17 Uhr: <b>Wie beginnen?</b>"
    mail.set_content("Guten Tag,\nhttp://localhost/subscriptions/confirm/abc\n")
    mail.add_alternative(HTML, subtype="html")
    mail.add_attachment(CALENDAR, maintype="text", subtype="calendar", filename="../../dialog.ics")
    envelope = b"X-Envelope-From: b+1@example.org\r\nX-Envelope-To: anna@example.net\r\n"
    (path / f"{NUMBER}.eml").write_bytes(envelope + mail.as_bytes())
    (path / f"{NUMBER + 1}.eml").write_bytes(BROKEN)
    (path / "secret.txt").write_text("not a mail")
    return path


@pytest.mark.usefixtures("folder")
def test_index_lists_the_newest_first(client: FlaskClient) -> None:
    page = client.get("/_mail/", headers=GERMAN)

    assert page.headers["Cache-Control"] == "no-store"
    assert re.findall(r'href="/_mail/(\d+)', page.text) == [str(NUMBER + 1), str(NUMBER)]
    assert "Morgen 17 Uhr: &lt;b&gt;" in page.text


@pytest.mark.usefixtures("folder")
def test_mail_shows_its_parts_headers_and_calendar(client: FlaskClient) -> None:
    page = client.get(f"/_mail/{NUMBER}", headers=GERMAN)

    assert page.status_code == 200
    for words in (
        "X-Envelope-To",
        "b+1@example.org",
        "DESCRIPTION:langer",
        "text/calendar",
        "sandbox=",
        "confirm/abc",
    ):
        assert words in page.text, words
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert client.get(f"/_mail/{NUMBER + 1}").status_code == 200


@pytest.mark.usefixtures("folder")
def test_html_of_a_mail_can_do_nothing_but_open_links(client: FlaskClient) -> None:
    answer = client.get(f"/_mail/{NUMBER}/html")

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
    assert [
        word for word in ("allow-scripts", "allow-same-origin", "allow-forms", "script-src") if word in policy
    ] == []
    assert '<head><base target="_blank">' in answer.text


@pytest.mark.usefixtures("folder")
def test_calendar_and_raw_mail_can_be_downloaded(client: FlaskClient) -> None:
    calendar = client.get(f"/_mail/{NUMBER}/parts/2")
    html = client.get(f"/_mail/{NUMBER}/parts/1")
    raw = client.get(f"/_mail/{NUMBER}.eml")

    assert calendar.data.startswith(b"BEGIN:VCALENDAR")
    assert calendar.headers["Content-Disposition"] == 'attachment; filename="dialog.ics"'
    assert (html.mimetype, raw.mimetype) == ("application/octet-stream", "message/rfc822")
    assert raw.data.startswith(b"X-Envelope-From: b+1@example.org")


@pytest.mark.usefixtures("folder")
def test_nothing_else_can_be_reached(client: FlaskClient) -> None:
    paths = (
        "/_mail/1",
        "/_mail/1.eml",
        "/_mail/secret.txt",
        "/_mail/..%2fsecret.txt",
        "/_mail/../config.py",
        "/_mail/-1",
        f"/_mail/{NUMBER}/parts/99",
        f"/_mail/{NUMBER + 1}/html",
    )

    assert {client.get(path).status_code for path in paths} == {404}


def test_production_has_no_such_pages(database: Database, tmp_path: Path) -> None:
    visit = open_house(database, tmp_path, ENVIRONMENT="production", RATELIMIT_ENABLED="1")

    assert [
        rule.endpoint for rule in visit.app.url_map.iter_rules() if rule.endpoint.startswith("caught")
    ] == []
    assert visit.app.test_client().get("/_mail/").status_code == 404

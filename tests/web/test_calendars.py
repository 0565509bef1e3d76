"""Calendars over HTTP."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.visiting import GERMAN, SERIES, Visit


@pytest.fixture
def visit(sqlite_visit: Visit) -> Visit:
    return sqlite_visit


def test_feed_holds_every_dated_event_and_can_be_asked_again(client: FlaskClient) -> None:
    first = client.get(f"{SERIES}/calendar.ics", headers=GERMAN)
    again = client.get(f"{SERIES}/calendar.ics", headers={**GERMAN, "If-None-Match": first.headers["ETag"]})

    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.text.count("BEGIN:VEVENT") == 7
    assert (again.status_code, again.data) == (304, b"")


def test_entry_is_one_event_with_a_name_to_save_it_under(client: FlaskClient) -> None:
    first = client.get(f"{SERIES}/boden/event.ics", headers=GERMAN)
    again = client.get(
        f"{SERIES}/boden/event.ics", headers={**GERMAN, "If-None-Match": first.headers["ETag"]}
    )

    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert first.headers["Content-Disposition"] == 'attachment; filename="wandel-machen-vor-ort-boden.ics"'
    assert first.text.count("BEGIN:VEVENT") == 1
    assert (again.status_code, again.data) == (304, b"")


def test_entry_points_to_the_public_address(client: FlaskClient) -> None:
    entry = client.get(f"{SERIES}/boden/event.ics", headers={**GERMAN, "Host": "evil.example"}).text

    assert f"URL:http://localhost{SERIES}/boden" in entry.replace("\r\n ", "")
    assert "evil.example" not in entry


def test_month_only_event_has_no_entry(client: FlaskClient) -> None:
    answer = client.get(f"{SERIES}/beteiligung/event.ics", headers=GERMAN)

    assert answer.status_code == 404
    assert "Termin" in answer.text


def test_calendars_of_the_unknown_are_404s(client: FlaskClient) -> None:
    paths = ("/nix/calendar.ics", f"{SERIES}/nix/event.ics", "/nix/boden/event.ics")

    assert [client.get(path).status_code for path in paths] == [404, 404, 404]

"""Calendars over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from mailer import exchange, series
from mailer.series import EventState
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


def edit(visit: Visit, **facts: Any) -> None:
    """Save other facts of a dialogue, as the desk does."""
    with visit.transaction() as session:
        event = series.get_event(session, series.get_series(session, SERIES[1:]), "wohnumfelder")
        entry = replace(exchange.entry_of(session, event), **facts)
        exchange.edit_event(session, event, entry, edition=event.edition, now=visit.now)


def test_feed_counts_from_the_cancellation_whatever_is_edited_later(
    visit: Visit, client: FlaskClient
) -> None:
    """A typo that was mended four weeks later brought the cancelled dialogue back for a month."""
    edit(visit, state=EventState.CANCELLED)
    visit.now += timedelta(days=29)
    edit(visit, announcement={"de": "Ohne Tippfehler."})
    kept = client.get(f"{SERIES}/calendar.ics", headers=GERMAN).text

    visit.now += timedelta(days=2)
    gone = client.get(f"{SERIES}/calendar.ics", headers=GERMAN).text
    edit(visit, state=EventState.FIXED)
    edit(visit, state=EventState.CANCELLED)
    again = client.get(f"{SERIES}/calendar.ics", headers=GERMAN).text

    cancelled = [page.count("STATUS:CANCELLED") for page in (kept, gone, again)]
    assert cancelled == [1, 0, 1]

"""A page that was written a moment ago is given again, and never when it could read otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event as db_event
from sqlalchemy import update
from werkzeug.test import TestResponse

from mailer.core.db import Database
from mailer.series import Event, EventFormat
from mailer.web.kept_pages import MOST
from tests.web.visiting import GERMAN, SERIES, Visit

EVENT = f"{SERIES}/wirtschaftskreislaeufe"
KEPT = (SERIES, EVENT, f"{SERIES}/subscribe", f"{SERIES}/embed", f"{SERIES}/calendar.ics", f"{EVENT}/event.ics",
        f"{SERIES}/feed.xml", "/sitemap.xml", f"/api/v1/series{SERIES}")  # fmt: skip


def test_page_is_given_again_as_it_was_without_reading_rows(sqlite_visit: Visit) -> None:
    """On SQLite: a PostgreSQL server counts what is written in all of its databases."""
    client = sqlite_visit.app.test_client()
    first = {path: client.get(path, headers=GERMAN) for path in KEPT}
    asked: list[str] = []
    engine = sqlite_visit.house.database.engine
    db_event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    again = {path: client.get(path, headers=GERMAN) for path in KEPT}

    assert [statement for statement in asked if "FROM" in statement] == []
    for path in KEPT:
        assert again[path].data == first[path].data, path
        assert headers_but_date(again[path]) == headers_but_date(first[path]), path


def headers_but_date(answer: TestResponse) -> list[tuple[str, str]]:
    """The server's clock may have ticked."""
    return sorted((name, value) for name, value in answer.headers if name != "Date")


def test_page_follows_each_edit_of_any_process_at_once(
    visit: Visit, client: FlaskClient, database: Database
) -> None:
    sister = Database(database.url.render_as_string(hide_password=False))
    read = []
    for writer, place in ((database, "Rathaus"), (sister, "Bahnhof"), (database, "Scheune")):
        with writer.transaction() as session:
            session.execute(update(Event).values(place=place, format=EventFormat.ON_SITE))
        read.append([place in client.get(path, headers=GERMAN).text for path in (SERIES, EVENT)])
    sister.dispose()

    assert read == [[True, True]] * 3


def test_page_follows_the_clock(visit: Visit, client: FlaskClient) -> None:
    before = client.get(SERIES, headers=GERMAN).text
    visit.now += timedelta(days=1)

    assert ("in 3 Tagen" in before, "in 2 Tagen" in client.get(SERIES, headers=GERMAN).text) == (True, True)


def test_each_language_and_each_way_to_ask_for_it_has_its_own_page(client: FlaskClient) -> None:
    for _ in range(2):
        spoken = [
            client.get(f"{SERIES}{query}", headers={"Accept-Language": browser}).headers["Content-Language"]
            for query, browser in (
                ("", "de"),
                ("", "en"),
                ("?lang=de", "en"),
                ("?lang=en", "de"),
                ("?lang=xx", "en"),
            )
        ]

        assert spoken == ["de", "en", "de", "en", "en"]


def test_players_and_frames_keep_their_own_policy(client: FlaskClient) -> None:
    for _ in range(2):
        policies = [
            client.get(path).headers["Content-Security-Policy"] for path in (SERIES, f"{SERIES}/embed")
        ]

        assert ["frame-ancestors *" in policy for policy in policies] == [False, True]


def test_what_is_not_there_is_not_kept_and_much_is_not_kept_for_ever(
    visit: Visit, client: FlaskClient
) -> None:
    assert client.get("/nix").status_code == 404
    for number in range(MOST + 5):
        client.get("/sitemap.xml", headers={"Accept-Language": f"x{number}"})

    shelf = visit.app.extensions["zeitnah-pages"]
    assert 0 < len(shelf.pages) <= MOST
    assert not any("/nix" in key for key in shelf.pages)


@pytest.mark.parametrize("header", [{"Cookie": "asked=1; session=2"}, {"User-Agent": "x"}])
def test_reader_is_not_told_apart(client: FlaskClient, header: dict[str, str]) -> None:
    assert client.get(SERIES, headers=GERMAN | header).data == client.get(SERIES, headers=GERMAN).data

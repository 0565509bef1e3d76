"""The log: what organisers did, in sentences, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import event

from mailer import organisers
from mailer.organisers import Role
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.visiting import GERMAN, SERIES, Visit

SLUG = SERIES.strip("/")


def write(visit: Visit, *, times: int, series: str = "", action: str = "organiser.signed_in") -> None:
    with visit.transaction() as session:
        for number in range(times):
            organisers.note(
                session, action, organiser_id=None, series=series, subject=number, now=visit.now, by="link"
            )


def subjects(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"subject: (\d+)", page)]


def test_log_says_who_did_what(owner: FlaskClient) -> None:
    page = owner.get("/organiser/log", headers=GERMAN).text

    assert "Anmeldung mit einem zugeschickten Link." in page
    assert "owner@example.org" in page
    assert "Montag, 27. März 2023" in page
    assert ">12:00</time>" in page


def test_log_is_read_a_page_at_a_time_without_gap_or_double(visit: Visit, owner: FlaskClient) -> None:
    write(visit, times=120, action="thing.done")

    pages, url = [], "/organiser/log"
    while url:
        page = owner.get(url).text
        pages.append(subjects(page))
        older = re.search(r'href="([^"]+)" rel="next"', page)
        url = older[1] if older else ""

    assert [number for page in pages for number in page] == list(reversed(range(120)))
    assert [len(page) for page in pages] == [50, 50, 20]


def test_page_of_the_log_that_nobody_made_up_shows_the_latest(visit: Visit, owner: FlaskClient) -> None:
    write(visit, times=2, action="thing.done")

    for odd in ("x", "-1", "9" * 30, "%00", "²"):
        assert subjects(owner.get(f"/organiser/log?before={odd}").text) == [1, 0]


def test_log_of_a_series_shows_that_series_alone(
    visit: Visit, signed_in: Callable[[Role], FlaskClient]
) -> None:
    write(visit, times=1, series=SLUG, action="thing.done")
    write(visit, times=5, series="another", action="thing.done")

    page = signed_in(Role.EDITOR).get(f"/organiser/series/{SLUG}/log").text

    assert subjects(page) == [0]
    assert signed_in(Role.EDITOR).get("/organiser/series/no-such-thing/log").status_code == 404


def test_log_asks_the_database_as_often_for_many_entries_as_for_one(visit: Visit, owner: FlaskClient) -> None:
    asked: list[str] = []
    event.listen(visit.house.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    owner.get("/organiser/log")
    for_one = len(asked)
    write(visit, times=300)

    asked.clear()
    owner.get("/organiser/log")

    assert len(asked) == for_one


def test_log_is_good_to_look_at(desk: Desk) -> None:
    write(desk.visit, times=60, series=SLUG)
    wrong = []
    for width, dark, language in [(1280, False, "de"), (375, True, "en")]:
        page = desk.open(Role.OWNER, width=width, dark=dark, language=language)
        for url in ("/organiser/log", f"/organiser/series/{SLUG}/log"):
            page.goto(url)
            wrong += wrong_with(page)

    assert wrong == []

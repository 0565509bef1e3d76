"""What caches, crawlers and odd programs meet at the public pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from mailer import series
from mailer.series import EventFormat
from tests.support.seating import asks
from tests.web.visiting import GERMAN, SERIES, Visit

EVENT = f"{SERIES}/wirtschaftskreislaeufe"
OF_A_SERIES = (
    SERIES,
    EVENT,
    f"{SERIES}/beteiligung",
    f"{SERIES}/subscribe",
    f"{SERIES}/embed",
    f"{SERIES}/calendar.ics",
    f"{SERIES}/feed.xml",
    f"{EVENT}/event.ics",
)
OF_THE_HOUSE = ("/sitemap.xml", "/robots.txt")
FORMS = (f"{EVENT}/register", "/subscriptions/link")
WITHOUT_COOKIE = (
    *OF_A_SERIES,
    *OF_THE_HOUSE,
    *FORMS,
    "/",
    "/healthz",
    "/readyz",
    "/nix",
    f"{SERIES}?lang=xx",
)


@pytest.fixture
def visit(sqlite_visit: Visit) -> Visit:
    return sqlite_visit


def test_public_answers_may_be_kept_and_are_not_sent_twice(client: FlaskClient) -> None:
    for path in (*OF_A_SERIES, *OF_THE_HOUSE):
        first = client.get(path)
        by_tag = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        other_tag = client.get(path, headers={"If-None-Match": '"something else"'})

        assert (first.status_code, first.headers["Cache-Control"]) == (200, "public, no-cache"), path
        assert (by_tag.status_code, by_tag.data, other_tag.status_code) == (304, b"", 200), path
        assert by_tag.headers["ETag"] == first.headers["ETag"], path
        assert by_tag.headers.get("Vary") == first.headers.get("Vary"), path


def test_page_that_is_there_matches_a_star(client: FlaskClient) -> None:
    for path in OF_A_SERIES:
        answers = [client.get(path, headers={"If-Match": tags}).status_code for tags in ("*", '"another"')]

        assert answers == [200, 412], path


def test_pages_of_a_series_can_be_asked_for_by_date(visit: Visit, client: FlaskClient) -> None:
    for path in OF_A_SERIES:
        first = client.get(path)
        moment = first.last_modified
        assert moment is not None, path
        since = {"If-Modified-Since": first.headers["Last-Modified"]}
        older = {"If-Modified-Since": "Sun, 01 Jan 2023 00:00:00 GMT"}

        assert client.get(path, headers=since).status_code == 304, path
        assert client.get(path, headers=older).status_code == 200, path


def test_edit_and_the_next_day_make_the_date_newer(visit: Visit, client: FlaskClient) -> None:
    """By the date alone "tomorrow" would stay in a cache for ever."""
    visit.now += timedelta(days=3650)  # later than this process began
    before = client.get(SERIES).last_modified
    visit.now += timedelta(days=1)
    next_day = client.get(SERIES).last_modified
    with visit.transaction() as session:
        found = series.get_series(session, SERIES[1:])
        found.events[0].changed_at = visit.now

    after = client.get(SERIES).last_modified

    assert before is not None
    assert (next_day, after) == (before + timedelta(days=1), visit.now)


def test_seat_that_is_taken_makes_the_date_newer(visit: Visit, client: FlaskClient) -> None:
    """The pages say how many are left: who asked by the date alone went on reading that one was free."""
    visit.now += timedelta(days=3650)  # later than this process began
    with visit.transaction() as session:
        event = series.get_event(session, series.get_series(session, SERIES[1:]), "wirtschaftskreislaeufe")
        event.format, event.place, event.capacity = EventFormat.ON_SITE, "Potsdam", 1
        event.starts_at, event.ends_at = visit.now + timedelta(days=9), visit.now + timedelta(days=9, hours=1)
    free = client.get(EVENT, headers=GERMAN)
    visit.now += timedelta(minutes=1)
    with visit.transaction() as session:
        event = series.get_event(session, series.get_series(session, SERIES[1:]), "wirtschaftskreislaeufe")
        asks(session, event, "anna", now=visit.now)

    since = {"If-Modified-Since": free.headers["Last-Modified"]}
    taken = client.get(EVENT, headers=GERMAN | since)

    assert "Vor Ort ist noch 1 Platz frei." in free.text
    assert "Vor Ort sind alle Plätze vergeben." in taken.text
    assert client.get(SERIES, headers=since).status_code == 200


def test_only_what_speaks_a_language_varies_by_it(client: FlaskClient) -> None:
    spoken = {path: client.get(path).headers.get("Vary") for path in OF_A_SERIES}
    mute = {path: client.get(path).headers.get("Vary") for path in OF_THE_HOUSE}

    assert set(spoken.values()) == {"Accept-Language"}
    assert set(mute.values()) == {None}


def test_nobody_gets_a_cookie_for_reading(client: FlaskClient) -> None:
    assert [path for path in WITHOUT_COOKIE if "Set-Cookie" in client.get(path).headers] == []


@pytest.mark.parametrize(
    "header",
    [
        {"Accept-Language": ",;q=1,*;q=nan,de-\x7f-\xff;q=9999999999999999999999,en;q=-1," + "x," * 2000},
        {"Range": "bytes=999999999999999999999-"},
        {"Range": "bytes=0-0," * 2000},
        {"Range": "lines=one-two"},
        {"If-None-Match": 'W/"', "If-Modified-Since": "yesterday"},
        {"If-None-Match": '"x",' * 2000},
        {"Accept": "text/plain;q=ü", "Content-Type": "multipart/form-data"},
        {"Cookie": "session=" + "x" * 5000},
    ],
)
def test_nonsense_in_a_header_is_answered_calmly(client: FlaskClient, header: dict[str, str]) -> None:
    answers = {
        path: client.get(path, headers=header).status_code for path in (SERIES, EVENT, f"{EVENT}/event.ics")
    }

    assert set(answers.values()) <= {200, 416}


def test_range_beyond_a_file_says_how_long_it_is(client: FlaskClient) -> None:
    size = len(client.get("/static/site.css").data)

    answer = client.get("/static/site.css", headers={"Range": "bytes=999999999-"})

    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{size}")


def test_ten_thousand_parameters_change_nothing(client: FlaskClient) -> None:
    plain = client.get(SERIES)

    loaded = client.get(f"{SERIES}?{'&'.join(f'p{number}={number}' for number in range(10_000))}")
    doubled = client.get(f"{SERIES}?{'lang=de&' * 10_000}", headers={"Accept-Language": "en"})

    assert (loaded.status_code, loaded.headers["ETag"]) == (200, plain.headers["ETag"])
    assert (doubled.status_code, doubled.headers["Content-Language"]) == (200, "de")

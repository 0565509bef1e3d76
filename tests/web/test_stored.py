"""Seeing and erasing what is stored."""

from __future__ import annotations

import json
from datetime import timedelta

from flask.testing import FlaskClient

from tests.web.visiting import GERMAN, Visit, confirmed, press


def access_url(visit: Visit) -> str:
    found = visit.subscription()
    assert found is not None
    return f"/subscriptions/access/{visit.link('access', found.id, int(visit.now.timestamp() // 60))}"


def test_page_shows_everything_in_words(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)

    page = client.get(access_url(visit), headers=GERMAN)

    assert page.status_code == 200
    for words in (
        "anna@example.net",
        "Eintragung 1",
        "Schritt der Einwilligung 2",
        "27. März 2023, 10:00 UTC",
        "aktiv",
    ):
        assert words in page.text, words


def test_link_counts_for_one_hour(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)
    url = access_url(visit)
    visit.now += timedelta(minutes=61)

    answer = client.get(url, headers=GERMAN)

    assert (answer.status_code, "anna@example.net" in answer.text) == (410, False)


def test_download_is_the_same_as_json(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)

    answer = press(client, access_url(visit), do="download")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="zeitnah.json"'
    assert json.loads(answer.data)["person"]["address"] == "anna@example.net"


def test_erasing_needs_the_ticked_box(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)
    url = access_url(visit)

    unsure = press(client, url, do="erase")
    assert (unsure.status_code, visit.subscription() is None) == (422, False)

    erased = press(client, url, do="erase", sure="yes")
    assert (erased.status_code, visit.subscription()) == (200, None)
    assert client.get(url).status_code == 404


def test_erasing_needs_the_csrf_token(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)

    answer = client.post(access_url(visit), data={"do": "erase", "sure": "yes"})

    assert (answer.status_code, visit.subscription() is None) == (400, False)

"""Which language a page speaks."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from mailer import series
from tests.web.visiting import SERIES, Visit


@pytest.fixture
def visit(sqlite_visit: Visit) -> Visit:
    return sqlite_visit


@pytest.mark.parametrize(
    ("query", "browser", "spoken"),
    [
        ("", "", "de"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "fr,en;q=0.5,de;q=0.4", "en"),
        ("", "fr", "de"),
        ("", "en;q=0,de", "de"),
        ("?lang=en", "de", "en"),
        ("?lang=de", "en", "de"),
        ("?lang=xx", "en", "en"),
        ("?lang=../../etc", "", "de"),
        ("?lang=", "", "de"),
        ("?lang=en&lang=de", "", "en"),
    ],
)
def test_page_speaks_what_was_asked_for(client: FlaskClient, query: str, browser: str, spoken: str) -> None:
    answer = client.get(SERIES + query, headers={"Accept-Language": browser})

    assert f'<html lang="{spoken}">' in answer.text
    assert answer.headers["Content-Language"] == spoken
    assert "Accept-Language" in answer.headers["Vary"]


def test_series_without_english_speaks_german_to_everybody(visit: Visit, client: FlaskClient) -> None:
    with visit.transaction() as session:
        series.get_series(session, SERIES[1:]).languages = ["de"]

    page = client.get(f"{SERIES}?lang=en", headers={"Accept-Language": "en"}).text

    assert '<html lang="de">' in page
    assert 'class="languages"' not in page


def test_chosen_language_stays_in_the_links(client: FlaskClient) -> None:
    page = client.get(f"{SERIES}?lang=en").text

    assert f'href="{SERIES}/boden?lang=en"' in page
    assert f'action="{SERIES}/subscribe?lang=en"' in page
    assert f'href="{SERIES}/boden?lang' not in client.get(SERIES).text


def test_errors_speak_both_languages(client: FlaskClient) -> None:
    assert "Hier ist nichts" in client.get("/nix", headers={"Accept-Language": "de"}).text
    assert "There is nothing here" in client.get("/nix", headers={"Accept-Language": "en"}).text

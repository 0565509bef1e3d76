"""The desk's pages are what the standard calls HTML."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.support.reading_html import what_is_wrong
from tests.web.desk.test_roles import requests_of_desk
from tests.web.visiting import Visit


@pytest.fixture
def visit(sqlite_visit: Visit) -> Visit:
    return sqlite_visit


def test_every_page_of_the_desk_is_valid_html(visit: Visit, owner: FlaskClient) -> None:
    seen = {
        url: owner.get(url, headers={"Accept-Language": "de"})
        for method, url, _ in requests_of_desk(visit)
        if method == "GET"
    }
    wrong = {
        url: what_is_wrong(answer.text)
        for url, answer in seen.items()
        if "<!doctype html>" in answer.text and "sandbox" not in answer.headers["Content-Security-Policy"]
    }

    assert len(wrong) > 10
    assert {url: found for url, found in wrong.items() if found} == {}

"""The people of a series at the desk: looked through, searched, blocked, taken out."""

from __future__ import annotations

import csv
import io
import logging
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mailer import delivery
from mailer.people import Suppression
from tests.web.desk.listed import PEOPLE, admit, audited, post, rows_of, statements
from tests.web.visiting import GERMAN, Visit, csrf_in, sign_up


def test_empty_list_says_what_to_do_next(sender: FlaskClient) -> None:
    page = sender.get(PEOPLE).text

    assert "Noch steht niemand auf der Liste." in page
    assert f'href="{PEOPLE}/import"' in page


def test_search_finds_and_its_words_stand_in_no_address_and_no_log(
    visit: Visit, sender: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    admit(visit, ("anna@example.net", "Anna Müller"), ("berta@example.net", "Berta"))
    token = csrf_in(sender.get(PEOPLE).text)

    with caplog.at_level(logging.DEBUG):
        answer = sender.post(f"{PEOPLE}/search", data={"csrf_token": token, "words": "anna@example.net"})
        page = sender.get(answer.headers["Location"]).text

    assert rows_of(page) == ["anna@example.net"]
    assert 'value="anna@example.net"' in page
    assert answer.headers["Location"] == f"{PEOPLE}?sought=1"
    assert "anna@" not in caplog.text


@pytest.mark.parametrize(
    "words", ["\x00", "x" * 5000, "\u202e", "%' OR 1=1 --", "\ud800", "{{7*7}}", "<script>"]
)
def test_search_for_anything_is_answered(visit: Visit, sender: FlaskClient, words: str) -> None:
    admit(visit, ("anna@example.net", "Anna"))

    page = post(sender, f"{PEOPLE}/search", words=words.encode("utf-8", "replace").decode(), state="<")

    assert "<h1>Personen</h1>" in page
    assert "<script>" not in page.replace("<script src", "")


@pytest.mark.parametrize(
    "query",
    [
        "older=x",
        "older=-1",
        f"older={10**30}",
        "newer=0",
        "state=nix",
        "language=fr",
        "sought=1",
        "older=1&newer=1",
    ],
)
def test_address_of_the_list_that_means_nothing_shows_the_list(
    visit: Visit, sender: FlaskClient, query: str
) -> None:
    admit(visit, ("anna@example.net", "Anna"))

    assert sender.get(f"{PEOPLE}?{query}").status_code == 200


def test_long_list_is_paged_by_links(visit: Visit, sender: FlaskClient) -> None:
    admit(visit, *((f"p{i:03}@example.net", "") for i in range(120)))

    seen, url = [], PEOPLE
    while url:
        page = sender.get(url).text
        seen += rows_of(page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        url = found[1].replace("&amp;", "&") if found else ""

    assert seen == [f"p{i:03}@example.net" for i in range(119, -1, -1)]


@pytest.mark.parametrize("words", ["", "p"])
def test_list_asks_as_often_for_300_people_as_for_one(visit: Visit, sender: FlaskClient, words: str) -> None:
    admit(visit, ("p@example.net", "P"))
    post(sender, f"{PEOPLE}/search", words=words)
    with statements(visit) as for_one:
        sender.get(f"{PEOPLE}?sought=1")
    admit(visit, *((f"p{i}@example.net", f"P {i}") for i in range(300)))
    with statements(visit) as for_many:
        page = sender.get(f"{PEOPLE}?sought=1").text

    assert len(rows_of(page)) == 50
    assert len(for_many) == len(for_one) < 12


def test_blocked_address_gets_nothing_and_its_form_answers_as_always(
    visit: Visit, client: FlaskClient, sender: FlaskClient
) -> None:
    page = post(sender, f"{PEOPLE}/blocked/add", block="Anna@Example.net")

    blocked, unknown = sign_up(client), sign_up(client, "berta@example.net")
    with visit.transaction() as session:
        delivery.open_letters(session, now=visit.now)
        addresses = session.scalars(select(delivery.Delivery.address)).all()

    assert "Sie stand auf keiner Liste." in page
    assert "Eine Adresse ist gesperrt" in page
    assert "anna@" not in page.lower()
    assert (blocked.status_code, blocked.text.replace("anna", "berta")) == (unknown.status_code, unknown.text)
    assert addresses == ["berta@example.net"]


def test_address_is_unblocked_by_typing_it(visit: Visit, sender: FlaskClient) -> None:
    post(sender, f"{PEOPLE}/blocked/add", block="anna@example.net")

    wrong = post(sender, f"{PEOPLE}/blocked/lift", unblock="berta@example.net")
    right = post(sender, f"{PEOPLE}/blocked/lift", unblock="ANNA@example.net")

    assert "Diese Adresse ist nicht gesperrt." in wrong
    assert "Die Adresse ist nicht mehr gesperrt." in right
    with visit.transaction() as session:
        assert session.scalars(select(Suppression)).all() == []
    assert [entry[0] for entry in audited(visit)][-2:] == ["address.blocked", "address.unblocked"]


def test_what_is_no_address_cannot_be_blocked(sender: FlaskClient) -> None:
    page = post(sender, f"{PEOPLE}/blocked/add", block="Anna <script>")

    assert 'id="block-problem"' in page
    assert "Anna &lt;script&gt;" in page


def test_list_is_taken_out_for_spreadsheets(visit: Visit, sender: FlaskClient) -> None:
    _, left = admit(visit, ("a@example.net", "=1+1;-2"), ("b@example.net", "Bärbel"))
    post(sender, f"{PEOPLE}/{left}/remove")
    token = csrf_in(sender.get(PEOPLE).text)

    everybody = sender.post(f"{PEOPLE}/export", data={"csrf_token": token}, headers=GERMAN)
    active = sender.post(f"{PEOPLE}/export", data={"csrf_token": token, "state": "active"}, headers=GERMAN)

    rows = list(csv.reader(io.StringIO(everybody.data.decode("utf-8-sig")), delimiter=";"))
    assert everybody.data.startswith(b"\xef\xbb\xbf")
    assert everybody.headers["Content-Disposition"] == 'attachment; filename="wandel-machen-vor-ort-all.csv"'
    assert [row[:4] for row in rows[1:]] == [
        ["a@example.net", "'=1+1;'-2", "de", "active"],
        ["b@example.net", "Bärbel", "de", "left"],
    ]
    assert "Bärbel" not in active.text
    assert ("people.exported", "", {"state": "active"}) in audited(visit)

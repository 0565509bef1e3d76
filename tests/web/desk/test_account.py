"""One's own account: name, language, password, and the browsers one is signed in with."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from mailer.core.types import EmailAddress
from mailer.organisers import Role, SignInLink
from mailer.web.models import DeskSession
from tests.web.desk.acquainted import (
    ANNA,
    PASSWORD,
    an_organiser,
    is_in,
    link_url,
    look_at,
    noted,
    post,
    sign_in,
)
from tests.web.visiting import Visit, csrf_in, press

NEW = "drei Enten im Novembernebel"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def test_name_and_language_are_kept_and_used(visit: Visit, client: FlaskClient) -> None:
    number = an_organiser(visit)
    sign_in(client)

    answer = post(client, "/organiser/account/self", name="  Anna \t Beispiel ", language="en")
    page = client.get("/organiser/account", headers={"Accept-Language": "de"}).text

    kept = look_at(visit, number)
    assert (answer.status_code, kept.name, kept.language) == (303, "Anna Beispiel", "en")
    assert '<html lang="en">' in page
    assert "Saved." in page
    assert noted(visit)[-1] == "organiser.renamed"


@pytest.mark.parametrize("name", ["", "   ", "\u2028", "x" * 201, "x" * 5000])
def test_name_that_is_none_comes_back_with_a_sentence(visit: Visit, client: FlaskClient, name: str) -> None:
    number = an_organiser(visit)
    sign_in(client)

    answer = post(client, "/organiser/account/self", name=name, language="de")

    assert answer.status_code == 422
    assert 'id="name-problem"' in answer.text
    assert look_at(visit, number).name == ""


def test_name_is_text_whatever_stands_in_it(visit: Visit, client: FlaskClient) -> None:
    an_organiser(visit)
    sign_in(client)

    post(client, "/organiser/account/self", name='<script>alert(1)</script>"=HYPERLINK(', language="de")

    assert "<script>alert" not in client.get("/organiser/team").text


def test_account_changes_nothing_else_about_oneself(visit: Visit, client: FlaskClient) -> None:
    number = an_organiser(visit, role=Role.EDITOR)
    sign_in(client)

    post(client, "/organiser/account/self", name="Anna", role="owner", id="7", disabled_at="", epoch="9")

    kept = look_at(visit, number)
    assert (kept.role, kept.epoch, kept.id) == (Role.EDITOR, 0, number)


def test_new_password_needs_the_old_one(visit: Visit, client: FlaskClient) -> None:
    number = an_organiser(visit)
    sign_in(client)
    kept = look_at(visit, number).password_hash

    answers = [
        post(client, "/organiser/account/password", password=NEW, **fields).status_code
        for fields in ({}, {"current": ""}, {"current": "something else"})
    ]

    assert answers == [422, 422, 422]
    assert look_at(visit, number).password_hash == kept


def test_new_password_ends_other_sessions_and_links_and_changes_this_session(
    visit: Visit, client: FlaskClient
) -> None:
    number = an_organiser(visit)
    others = [visit.app.test_client() for _ in range(2)]
    for one in (client, *others):
        sign_in(one)
    before, link = client.get_cookie("session"), link_url(visit, number)

    answer = post(client, "/organiser/account/password", current=PASSWORD, password=NEW)

    assert answer.status_code == 303
    assert [is_in(one) for one in (client, *others)] == [True, False, False]
    assert client.get_cookie("session") != before
    assert press(visit.app.test_client(), link).status_code == 404
    assert sign_in(visit.app.test_client()).status_code == 422
    assert sign_in(visit.app.test_client(), password=NEW).status_code == 303
    assert "organiser.password_changed" in noted(visit)


def test_bad_new_password_comes_back_with_a_sentence(visit: Visit, client: FlaskClient) -> None:
    number = an_organiser(visit)
    sign_in(client)
    kept = look_at(visit, number).password_hash

    pages = [
        post(client, "/organiser/account/password", current=PASSWORD, password=password)
        for password in ("", "short", "password1234", "anna.example1", "x" * 300)
    ]

    assert [page.status_code for page in pages] == [422] * 5
    assert all('id="password-problem"' in page.text for page in pages)
    assert look_at(visit, number).password_hash == kept


def test_fresh_link_proves_as_much_as_the_old_password(visit: Visit, client: FlaskClient) -> None:
    number = an_organiser(visit)
    press(client, link_url(visit, number))

    answer = post(client, "/organiser/account/password", password=NEW)

    assert answer.status_code == 303
    assert sign_in(visit.app.test_client(), password=NEW).status_code == 303


def test_link_is_fresh_for_a_quarter_of_an_hour(visit: Visit, client: FlaskClient) -> None:
    number = an_organiser(visit, password="")
    press(client, link_url(visit, number))
    visit.now += timedelta(minutes=16)

    page = client.get("/organiser/account").text
    refused = post(client, "/organiser/account/password", password=NEW)
    mailed = post(client, "/organiser/account/link")

    assert 'name="password"' not in page
    assert (refused.status_code, mailed.status_code) == (409, 303)
    assert look_at(visit, number).password_hash == ""
    with visit.transaction() as session:
        assert session.scalar(select(func.count()).where(SignInLink.to_mail.is_(True))) == 1


def test_sessions_are_listed_and_one_of_them_ended(visit: Visit, client: FlaskClient) -> None:
    an_organiser(visit)
    other = visit.app.test_client()
    sign_in(client)
    page = other.get("/organiser/sign-in", headers={"User-Agent": FIREFOX}).text
    other.post(
        "/organiser/sign-in/password",
        data={"csrf_token": csrf_in(page), "email": ANNA, "password": PASSWORD},
        headers={"User-Agent": FIREFOX},
    )
    visit.now += timedelta(minutes=30)

    page = client.get("/organiser/account").text
    handles = re.findall(r'name="session" value="([0-9a-f]+)"', page)
    post(client, "/organiser/account/sessions/end", session=handles[0])

    assert "Firefox · Linux" in page
    assert len(handles) == 1
    assert (is_in(client), is_in(other)) == (True, False)
    assert noted(visit)[-1] == "organiser.sessions_ended"


def test_all_other_sessions_are_ended(visit: Visit, client: FlaskClient) -> None:
    an_organiser(visit)
    others = [visit.app.test_client() for _ in range(3)]
    for one in (client, *others):
        sign_in(one)

    post(client, "/organiser/account/sessions/end-others")

    assert [is_in(one) for one in (client, *others)] == [True, False, False, False]


@pytest.mark.parametrize("handle", ["", "%", "_" * 16, "0" * 16, "a" * 64])
def test_sessions_of_others_cannot_be_ended(visit: Visit, client: FlaskClient, handle: str) -> None:
    an_organiser(visit)
    an_organiser(visit, address=EmailAddress("otto@example.org"))
    otto = visit.app.test_client()
    sign_in(otto, email="otto@example.org")
    sign_in(client)
    with visit.transaction() as session:
        hashes = [row.token_hash[:16] for row in session.scalars(select(DeskSession))]

    for one in (handle, *hashes):
        if is_in(client):
            post(client, "/organiser/account/sessions/end", session=one)

    assert is_in(otto)


def test_last_seen_is_known_to_a_few_minutes(visit: Visit, client: FlaskClient) -> None:
    number = an_organiser(visit)
    sign_in(client)
    signed_in_at = visit.now

    visit.now += timedelta(minutes=4)
    is_in(client)
    soon = look_at(visit, number).seen_at
    visit.now += timedelta(minutes=3)
    is_in(client)

    assert (soon, look_at(visit, number).seen_at) == (signed_in_at, visit.now)

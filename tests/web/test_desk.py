"""Signing in at the desk."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import func, select

from mailer import organisers
from mailer.core.types import EmailAddress
from mailer.organisers import Role, SignInLink
from mailer.web.models import DeskSession
from tests.web.visiting import GERMAN, Visit, confirmed, csrf_in, press

OLGA = EmailAddress("olga@example.org")


def sign_in_url(visit: Visit) -> str:
    with visit.transaction() as session:
        organiser = organisers.add(session, OLGA, role=Role.EDITOR, now=visit.now)
        link = organisers.open_link(session, organiser, to_mail=False, now=visit.now)
        return f"/organiser/sign-in/{visit.link('signin', link.id)}"


def links_to_mail(visit: Visit) -> int:
    with visit.transaction() as session:
        return session.scalar(select(func.count()).where(SignInLink.to_mail.is_(True))) or 0


def test_desk_asks_a_stranger_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/organiser/?next=https://evil.example")

    path, _, query = answer.headers["Location"].partition("?")
    assert (answer.status_code, path) == (303, "/organiser/sign-in")
    assert query.startswith("next=/organiser/")


def test_way_back_is_not_longer_than_signing_in_would_follow(client: FlaskClient) -> None:
    """Ten thousand parameters came back in the Location: longer than browsers and proxies let a header be."""
    answer = client.get("/organiser/?" + "&".join(f"a{number}=1" for number in range(10_000)))

    assert (answer.status_code, answer.headers["Location"]) == (303, "/organiser/sign-in")


def test_signing_in_shows_the_series_with_its_numbers(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, visit.app.test_client())

    answer = press(client, sign_in_url(visit))
    page = client.get("/organiser/", headers=GERMAN)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/organiser/")
    for words in (
        "Schön, dass Sie da sind",
        str(OLGA),
        "Wandel. Machen. Vor Ort.",
        "Donnerstag, 30. März 2023",
    ):
        assert words in page.text, words
    assert "<dt>aktiv</dt><dd>1</dd>" in page.text


def test_looking_at_the_link_uses_nothing_up(visit: Visit, client: FlaskClient) -> None:
    url = sign_in_url(visit)
    for _ in range(3):
        client.get(url)

    assert press(client, url).status_code == 303


def test_link_works_once(visit: Visit, client: FlaskClient) -> None:
    url = sign_in_url(visit)
    press(client, url)

    again = press(visit.app.test_client(), url)

    assert (again.status_code, "/organiser/sign-in" in again.text) == (410, True)


def test_link_is_too_old_after_half_an_hour(visit: Visit, client: FlaskClient) -> None:
    url = sign_in_url(visit)
    visit.now += timedelta(minutes=31)

    assert press(client, url).status_code == 410


def test_signing_in_changes_the_session(visit: Visit, client: FlaskClient) -> None:
    url = sign_in_url(visit)
    client.get(url)
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"

    press(client, url)

    with client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_asking_for_a_link_answers_everybody_alike(visit: Visit, client: FlaskClient) -> None:
    sign_in_url(visit)

    known = press(client, "/organiser/sign-in", email=OLGA)
    unknown = press(client, "/organiser/sign-in", email="nobody@example.org")

    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    assert links_to_mail(visit) == 1


def test_disabled_organiser_is_out_at_once_and_gets_no_link(visit: Visit, client: FlaskClient) -> None:
    press(client, sign_in_url(visit))
    with visit.transaction() as session:
        organisers.disable(session, OLGA, now=visit.now)

    press(client, "/organiser/sign-in", email=OLGA)

    assert client.get("/organiser/").status_code == 303
    assert links_to_mail(visit) == 0


def test_session_ends_after_twelve_hours(visit: Visit, client: FlaskClient) -> None:
    press(client, sign_in_url(visit))
    visit.now += timedelta(hours=11, minutes=59)
    still_in = client.get("/organiser/").status_code
    visit.now += timedelta(minutes=2)

    assert (still_in, client.get("/organiser/").status_code) == (200, 303)


def test_signing_out_makes_a_stolen_cookie_worthless(visit: Visit, client: FlaskClient) -> None:
    press(client, sign_in_url(visit))
    page = client.get("/organiser/").text
    stolen = client.get_cookie("session")
    assert stolen is not None

    answer = client.post("/organiser/sign-out", data={"csrf_token": csrf_in(page)})

    thief = visit.app.test_client()
    thief.set_cookie("session", stolen.value)
    assert (
        answer.status_code,
        client.get("/organiser/").status_code,
        thief.get("/organiser/").status_code,
    ) == (303, 303, 303)
    with visit.transaction() as session:
        assert session.scalars(select(DeskSession)).all() == []


def test_signing_out_needs_a_post_with_the_csrf_token(visit: Visit, client: FlaskClient) -> None:
    press(client, sign_in_url(visit))

    statuses = (client.get("/organiser/sign-out").status_code, client.post("/organiser/sign-out").status_code)

    assert statuses == (404, 400)
    assert client.get("/organiser/").status_code == 200


def test_forms_of_the_desk_need_the_csrf_token(visit: Visit, client: FlaskClient) -> None:
    url = sign_in_url(visit)

    assert [client.post(path, data={"email": OLGA}).status_code for path in (url, "/organiser/sign-in")] == [
        400,
        400,
    ]

"""The team page: inviting, roles, and letting somebody in no more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from mailer import delivery, organisers
from mailer.core.types import EmailAddress
from mailer.delivery import Delivery
from mailer.organisers import Organiser, Role, SignInLink
from tests.web.desk.acquainted import (
    PASSWORD,
    an_organiser,
    invitation_url,
    is_in,
    link_url,
    look_at,
    noted,
    post,
    sign_in,
    with_factor,
)
from tests.web.visiting import GERMAN, Visit, csrf_in, press

OTTO = EmailAddress("otto@example.org")
TEAM = "/organiser/team"


@pytest.fixture
def anna(visit: Visit, client: FlaskClient) -> FlaskClient:
    """An owner who has signed in."""
    an_organiser(visit)
    sign_in(client)
    return client


def act(client: FlaskClient, number: int, what: str, **fields: str) -> int:
    return post(client, f"{TEAM}/{number}/{what}", page=TEAM, **fields).status_code


def in_session(visit: Visit, role: Role = Role.EDITOR) -> tuple[int, FlaskClient]:
    """A colleague who has signed in, and her number."""
    number, client = an_organiser(visit, address=OTTO, role=role), visit.app.test_client()
    sign_in(client, email=OTTO)
    return number, client


def test_invitation_is_mailed_and_counts_once(visit: Visit, anna: FlaskClient) -> None:
    answer = post(anna, f"{TEAM}/invite", page=TEAM, email="Neu@example.org", role="sender", language="en")
    with visit.transaction() as session:
        delivery.open_sign_in_links(session, now=visit.now)
        rows = [
            (row.kind, row.address, row.language, row.not_after) for row in session.scalars(select(Delivery))
        ]
        link = session.scalars(select(SignInLink)).one()
    url = f"/organiser/invitation/{visit.link('invitation', link.id)}"
    newcomer, late = visit.app.test_client(), visit.app.test_client()

    joined = press(newcomer, url, name="Nele Neu", language="en", password="drei Enten im Novembernebel")

    assert answer.status_code == 303
    assert rows == [("invitation", "Neu@example.org", "en", visit.now + timedelta(days=7))]
    assert joined.headers["Location"] == "/organiser/"
    assert "Welcome!" in newcomer.get("/organiser/").text
    assert late.get(url).status_code == 410
    assert noted(visit) == ["organiser.signed_in", "organiser.invited", "organiser.signed_in"]
    found = look_at(visit, link.organiser_id)
    assert (found.name, found.role, found.is_joined) == ("Nele Neu", Role.SENDER, True)
    again = sign_in(late, email="neu@example.org", password="drei Enten im Novembernebel")
    assert again.status_code == 303


def test_looking_at_an_invitation_uses_nothing_up(visit: Visit, client: FlaskClient) -> None:
    url = invitation_url(visit)
    statuses = [client.get(url).status_code for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert press(client, url, name="Anna").status_code == 303


@pytest.mark.parametrize(
    "fields",
    [{"name": ""}, {"name": "Anna", "password": "short"}, {"name": "Anna", "password": "anna.example1"}],
)
def test_bad_entries_use_no_invitation_up(visit: Visit, client: FlaskClient, fields: dict[str, str]) -> None:
    url = invitation_url(visit)

    refused = press(client, url, **fields)

    assert refused.status_code == 422
    assert "field-problem" in refused.text
    assert press(client, url, name="Anna", password="").status_code == 303


def test_invitation_and_link_end_with_the_week_and_with_joining(visit: Visit, client: FlaskClient) -> None:
    url = invitation_url(visit)
    with visit.transaction() as session:
        number = session.scalars(select(Organiser.id)).one()
    press(visit.app.test_client(), link_url(visit, number))
    joined_otherwise = client.get(url).status_code
    late = invitation_url(visit, address=OTTO)
    visit.now += timedelta(days=7, seconds=1)

    assert (joined_otherwise, client.get(late).status_code) == (410, 410)
    assert client.get(url.replace("/invitation/", "/sign-in/")).status_code == 404


def test_twenty_who_accept_one_invitation_at_once_make_one_session(visit: Visit) -> None:
    url = invitation_url(visit)
    clients = [visit.app.test_client() for _ in range(20)]
    tokens = [csrf_in(client.get(url).text) for client in clients]
    together = Barrier(20)

    def accept(number: int) -> int:
        together.wait()
        form = {"csrf_token": tokens[number], "name": f"Anna {number}"}
        return clients[number].post(url, data=form).status_code

    with ThreadPoolExecutor(20) as crowd:
        statuses = sorted(crowd.map(accept, range(20)))

    assert statuses == [303] + [410] * 19


@pytest.mark.parametrize(
    "email",
    ["", "nobody", "ANNA@example.org", "a@b@c", "x" * 300 + "@example.org", "a@example.org\nBcc: b@c.de"],
)
def test_who_cannot_be_invited_comes_back_with_a_sentence(
    visit: Visit, anna: FlaskClient, email: str
) -> None:
    answer = post(anna, f"{TEAM}/invite", page=TEAM, email=email, role="sender", language="en")

    assert answer.status_code == 422
    assert 'id="email-problem"' in answer.text
    assert 'value="sender" checked' in answer.text
    with visit.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Organiser)) == 1


def test_role_nobody_knows_is_the_smallest(visit: Visit, anna: FlaskClient) -> None:
    post(anna, f"{TEAM}/invite", page=TEAM, email=OTTO, role="god", language="xx")

    with visit.transaction() as session:
        otto = organisers.find_by_address(session, OTTO)
        assert otto is not None
        assert (otto.role, otto.language) == (Role.EDITOR, "de")


def test_change_of_role_counts_at_once_and_ends_the_sessions(visit: Visit, anna: FlaskClient) -> None:
    number, otto = in_session(visit)

    status = act(anna, number, "role", role="sender")

    assert (status, look_at(visit, number).role) == (303, Role.SENDER)
    assert not is_in(otto)
    assert noted(visit)[-1] == "organiser.role_changed"
    assert sign_in(otto, email=OTTO).status_code == 303


def test_nobody_changes_her_own_role_or_lets_herself_out(visit: Visit, anna: FlaskClient) -> None:
    in_session(visit, Role.OWNER)
    with visit.transaction() as session:
        own = organisers.find_by_address(session, EmailAddress("anna@example.org"))
        assert own is not None

    statuses = [act(anna, own.id, what, role="editor") for what in ("role", "disable", "factor", "enable")]

    assert statuses == [409] * 4
    assert look_at(visit, own.id).role is Role.OWNER


def test_disabled_organiser_is_out_in_the_middle_of_her_work(visit: Visit, anna: FlaskClient) -> None:
    number, otto = in_session(visit)
    token = csrf_in(otto.get("/organiser/account").text)

    status = act(anna, number, "disable")
    posted = otto.post("/organiser/account/self", data={"csrf_token": token, "name": "Still here"})

    assert status == 303
    assert posted.headers["Location"].startswith("/organiser/sign-in")
    assert look_at(visit, number).name == ""
    assert sign_in(otto, email=OTTO).status_code == 422


def test_session_of_before_does_not_come_back_when_she_is_let_in_again(
    visit: Visit, anna: FlaskClient
) -> None:
    number, otto = in_session(visit)
    act(anna, number, "disable")

    act(anna, number, "enable")

    assert not is_in(otto)
    assert sign_in(otto, email=OTTO).status_code == 303
    assert [code for code in noted(visit) if code.endswith("abled")] == [
        "organiser.disabled",
        "organiser.enabled",
    ]


def test_lost_factor_is_switched_off_by_an_owner(visit: Visit, anna: FlaskClient) -> None:
    number = an_organiser(visit, address=OTTO, role=Role.EDITOR)
    with_factor(visit, number)

    act(anna, number, "factor")

    otto = visit.app.test_client()
    sign_in(otto, email=OTTO, password=PASSWORD)
    assert is_in(otto)
    assert "organiser.factor_dropped" in noted(visit)


def test_invitation_sent_anew_replaces_the_old(visit: Visit, anna: FlaskClient) -> None:
    old = invitation_url(visit, address=OTTO)
    with visit.transaction() as session:
        otto = organisers.find_by_address(session, OTTO)
        assert otto is not None

    status = act(anna, otto.id, "invite")

    assert (status, anna.get(old).status_code) == (303, 404)
    with visit.transaction() as session:
        assert session.scalar(select(func.count()).where(SignInLink.invites.is_(True))) == 1


def test_who_is_not_there_is_not_found(anna: FlaskClient) -> None:
    statuses = [
        act(anna, 9999, what, role="editor") for what in ("role", "disable", "enable", "factor", "invite")
    ]

    assert statuses == [404] * 5


def test_team_says_how_each_stands(visit: Visit, anna: FlaskClient) -> None:
    invitation_url(visit, address=EmailAddress("neu@example.org"))
    number, _ = in_session(visit)
    act(anna, number, "disable")

    page = anna.get(TEAM, headers=GERMAN).text

    for words in ("eingeladen", "gesperrt", "heute, 12:00 Uhr", "Redaktion", "Verwaltung"):
        assert words in page, words


def test_team_asks_the_database_as_often_for_many_as_for_one(visit: Visit, anna: FlaskClient) -> None:
    asked: list[str] = []
    event.listen(visit.house.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    anna.get(TEAM)
    for_one = len(asked)
    with visit.transaction() as session:
        for number in range(300):
            organisers.add(session, EmailAddress(f"o{number}@example.org"), role=Role.EDITOR, now=visit.now)

    asked.clear()
    anna.get(TEAM)

    assert len(asked) == for_one

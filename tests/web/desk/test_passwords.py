"""Signing in with a password, and what strangers try there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import select, update

from mailer import organisers
from mailer.core.clock import utcnow
from mailer.core.db import Database
from mailer.core.types import EmailAddress
from mailer.organisers import Organiser
from mailer.web.models import DeskSession, RateHit
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
from tests.web.visiting import Visit, csrf_in, open_house, press


@pytest.fixture
def guarded(database: Database, tmp_path: Path) -> Visit:
    """A house that counts tries."""
    return open_house(database, tmp_path, RATELIMIT_ENABLED="1")


def test_password_signs_in(visit: Visit, client: FlaskClient) -> None:
    an_organiser(visit)

    answer = sign_in(client, email="ANNA@example.org")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/organiser/")
    assert is_in(client)
    assert noted(visit) == ["organiser.signed_in"]


def test_wrong_password_and_unknown_address_are_answered_alike(visit: Visit, client: FlaskClient) -> None:
    an_organiser(visit)
    gone = an_organiser(visit, address=EmailAddress("gone@example.org"))
    an_organiser(visit, address=EmailAddress("link@example.org"), password="")
    with visit.transaction() as session:
        organisers.disable(session, look_at(visit, gone).address, now=visit.now)

    tries = [
        (ANNA, "something else"),
        ("nobody@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
        ("link@example.org", ""),
        ("link@example.org", PASSWORD),
    ]

    answers = [sign_in(client, email=email, password=password) for email, password in tries]

    pages = [answer.text.replace(csrf_in(answer.text), "") for answer in answers]
    alike = {page.replace(email, "…") for page, (email, _) in zip(pages, tries, strict=True)}
    assert [answer.status_code for answer in answers] == [422] * 5
    assert len(alike) == 1
    assert not is_in(client)


def test_password_longer_than_any_is_wrong_and_a_huge_one_is_not_looked_at(
    visit: Visit, client: FlaskClient
) -> None:
    an_organiser(visit)

    statuses = [sign_in(client, password="k" * length).status_code for length in (1_000, 60_000, 100_000)]

    assert statuses == [422, 422, 413]


def test_password_with_the_right_beginning_is_wrong(visit: Visit, client: FlaskClient) -> None:
    """What is cut off before it is hashed must not make a longer one right."""
    an_organiser(visit, password="p" * 5 + "x7" * 125 + "q")

    assert sign_in(client, password="p" * 5 + "x7" * 125 + "q" + "more").status_code == 422


def test_hash_of_other_times_is_made_anew(visit: Visit, client: FlaskClient) -> None:
    number = an_organiser(visit)
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with visit.transaction() as session:
        session.execute(update(Organiser).values(password_hash=old))

    sign_in(client)

    renewed = look_at(visit, number).password_hash
    assert renewed != old
    assert not organisers.is_outdated(renewed)
    assert sign_in(visit.app.test_client()).status_code == 303


@pytest.mark.parametrize(
    "way",
    ["/organiser/log", "/organiser/log?before=7", "/organiser/series/wandel-machen-vor-ort/log"],
)
def test_signing_in_leads_where_one_wanted_to_go(visit: Visit, client: FlaskClient, way: str) -> None:
    an_organiser(visit)
    asked = client.get(way)
    form = client.get(asked.headers["Location"]).text

    answer = sign_in(client, next=way)

    assert f'name="next" value="{way}"' in form
    assert answer.headers["Location"] == way


@pytest.mark.parametrize(
    "way",
    [
        "https://evil.example/",
        "//evil.example/organiser/",
        "/\\evil.example/organiser/",
        "/organiser/\\evil.example",
        "\\\\evil.example",
        "/%2f%2fevil.example",
        "/organiser/%2f%2fevil.example",
        "/organiser/..//evil.example",
        "/organiser/%2e%2e/%2fevil.example",
        "/organiser/%252e%252e/",
        "/organiser//evil.example",
        "/organiser/@evil.example",
        "/organiser/log\r\nSet-Cookie: a=b",
        "/organiser/\tlog",
        "/organiser/sign-in",
        "/organiser/account/password",
        "/organiser/nothing",
        "/organiserevil",
        "/",
        "/wandel-machen-vor-ort",
        "javascript:alert(1)",
        "http:/organiser/log",
        "/organiser/log#\u2028",
        "x" * 5000,
    ],
)
def test_signing_in_leads_nowhere_else(sqlite_visit: Visit, way: str) -> None:
    an_organiser(sqlite_visit)
    client = sqlite_visit.app.test_client()

    form = client.get("/organiser/sign-in", query_string={"next": way}).text

    assert 'name="next"' not in form
    assert sign_in(client, next=way).headers["Location"] == "/organiser/"


def test_session_planted_before_signing_in_is_not_used(visit: Visit, client: FlaskClient) -> None:
    an_organiser(visit)
    attacker = visit.app.test_client()
    attacker.get("/organiser/sign-in")
    planted = attacker.get_cookie("session")
    assert planted is not None
    client.set_cookie("session", planted.value)

    sign_in(client)

    assert is_in(client)
    assert not is_in(attacker)


def test_nobody_is_signed_in_from_another_site(visit: Visit, client: FlaskClient) -> None:
    an_organiser(visit)
    strange = csrf_in(visit.app.test_client().get("/organiser/sign-in").text)

    answers = [
        client.post("/organiser/sign-in/password", data={"email": ANNA, "password": PASSWORD} | token)
        for token in ({}, {"csrf_token": strange})
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert not is_in(client)


def test_token_of_a_form_from_before_signing_in_counts_no_more(visit: Visit, client: FlaskClient) -> None:
    an_organiser(visit)
    old = csrf_in(client.get("/organiser/sign-in").text)
    sign_in(client)

    answer = client.post("/organiser/account/self", data={"csrf_token": old, "name": "Eve"})

    assert answer.status_code == 400


def test_twenty_who_press_one_link_at_once_make_one_session(visit: Visit) -> None:
    url = link_url(visit, an_organiser(visit))
    clients = [visit.app.test_client() for _ in range(20)]
    tokens = [csrf_in(client.get(url).text) for client in clients]
    together = Barrier(20)

    def press_it(number: int) -> int:
        together.wait()
        return clients[number].post(url, data={"csrf_token": tokens[number]}).status_code

    with ThreadPoolExecutor(20) as crowd:
        statuses = sorted(crowd.map(press_it, range(20)))

    with visit.transaction() as session:
        assert len(session.scalars(select(DeskSession)).all()) == 1
    assert statuses == [303] + [410] * 19


def test_guessing_is_made_to_wait(guarded: Visit) -> None:
    an_organiser(guarded)
    client = guarded.app.test_client()

    statuses = [sign_in(client, password=f"guess {number}").status_code for number in range(12)]
    refused = sign_in(client)

    assert statuses == [422] * 11 + [429]
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15
    assert "Link per E-Mail" in refused.text
    assert noted(guarded) == ["organiser.password_guessed"]


def test_guessing_for_an_unknown_address_waits_alike(guarded: Visit) -> None:
    client = guarded.app.test_client()

    statuses = [sign_in(client, email="nobody@example.org").status_code for _ in range(12)]

    assert statuses == [422] * 11 + [429]


def test_waiting_grows_to_a_quarter_of_an_hour_and_no_further(guarded: Visit) -> None:
    an_organiser(guarded)
    client = guarded.app.test_client()
    waits = []
    for _ in range(20):
        before = utcnow()
        sign_in(client, password="guess")
        with guarded.transaction() as session:
            waiting = session.scalars(select(RateHit).where(RateHit.key.like("try:password:%:wait"))).all()
            waits += [(hit.ends_at - utcnow(), hit.ends_at - before) for hit in waiting]
            session.execute(
                update(RateHit)
                .where(RateHit.key.like("%:wait"))
                .values(ends_at=utcnow() - timedelta(seconds=1))
            )

    expected = [timedelta(seconds=wait) for wait in (15, 30, 60, 120, 240, 480, 900, 900, 900, 900)]
    assert [
        shortest <= wait <= longest for (shortest, longest), wait in zip(waits, expected, strict=True)
    ] == [True] * 10


def test_victim_of_guessing_comes_in_by_link_and_from_a_browser_that_is_known(guarded: Visit) -> None:
    number = an_organiser(guarded)
    known, strange, by_link = (guarded.app.test_client() for _ in range(3))
    sign_in(known)
    post(known, "/organiser/sign-out")

    for guess in range(12):
        sign_in(strange, password=f"guess {guess}")

    assert sign_in(strange).status_code == 429
    assert sign_in(known).status_code == 303
    assert press(by_link, link_url(guarded, number)).status_code == 303


def test_many_guesses_at_once_are_all_counted(guarded: Visit) -> None:
    an_organiser(guarded)
    clients = [guarded.app.test_client() for _ in range(16)]
    tokens = [csrf_in(client.get("/organiser/sign-in").text) for client in clients]
    together = Barrier(16)

    def guess(number: int) -> int:
        form = {"csrf_token": tokens[number], "email": ANNA, "password": f"guess {number}"}
        together.wait()
        return clients[number].post("/organiser/sign-in/password", data=form).status_code

    with ThreadPoolExecutor(16) as crowd:
        statuses = list(crowd.map(guess, range(16)))

    assert statuses.count(422) == 11
    assert statuses.count(429) == 5


def test_right_password_forgets_the_wrong_ones(guarded: Visit) -> None:
    an_organiser(guarded)
    for _ in range(2):
        for guess in range(8):
            sign_in(guarded.app.test_client(), password=f"guess {guess}")
        assert sign_in(guarded.app.test_client()).status_code == 303

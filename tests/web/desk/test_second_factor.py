"""The second factor at the door, and how it is switched on and off."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from flask.testing import FlaskClient

from mailer.core.db import Database
from tests.web.desk.acquainted import (
    ANNA,
    PASSWORD,
    STEP,
    an_organiser,
    enter_code,
    is_in,
    link_url,
    look_at,
    noted,
    post,
    sign_in,
    with_factor,
)
from tests.web.visiting import Visit, open_house, press


def test_password_alone_opens_nothing(visit: Visit, client: FlaskClient) -> None:
    app, _ = with_factor(visit, an_organiser(visit))

    halfway = sign_in(client, next="/organiser/log")
    before = [client.get(url).status_code for url in ("/organiser/", "/organiser/account", "/organiser/team")]
    answer = enter_code(client, app.at(visit.now), next="/organiser/log")

    assert halfway.headers["Location"] == "/organiser/sign-in/code?next=/organiser/log"
    assert before == [303, 303, 303]
    assert answer.headers["Location"] == "/organiser/log"
    assert is_in(client)
    assert noted(visit) == ["organiser.signed_in"]


def test_mailed_link_asks_for_the_code_too(visit: Visit, client: FlaskClient) -> None:
    number = an_organiser(visit)
    app, _ = with_factor(visit, number)

    halfway = press(client, link_url(visit, number))

    assert halfway.headers["Location"] == "/organiser/sign-in/code"
    assert not is_in(client)
    assert enter_code(client, app.at(visit.now)).status_code == 303
    assert is_in(client)


def test_code_seen_over_a_shoulder_does_not_count_again(visit: Visit, client: FlaskClient) -> None:
    app, _ = with_factor(visit, an_organiser(visit))
    sign_in(client)
    enter_code(client, app.at(visit.now))
    thief = visit.app.test_client()
    sign_in(thief)

    answer = enter_code(thief, app.at(visit.now))

    assert answer.status_code == 422
    assert not is_in(thief)
    assert noted(visit) == ["organiser.signed_in", "organiser.factor_failed"]


def test_recovery_code_counts_once_and_is_noted(visit: Visit, client: FlaskClient) -> None:
    _, codes = with_factor(visit, an_organiser(visit))
    sign_in(client)

    first = enter_code(client, codes[0].upper())
    other = visit.app.test_client()
    sign_in(other)

    assert first.status_code == 303
    assert enter_code(other, codes[0]).status_code == 422
    assert noted(visit)[:2] == ["organiser.recovery_code_used", "organiser.signed_in"]


def test_code_must_come_within_ten_minutes_of_the_password(visit: Visit, client: FlaskClient) -> None:
    app, _ = with_factor(visit, an_organiser(visit))
    sign_in(client)
    page = client.get("/organiser/sign-in/code")
    visit.now += timedelta(minutes=10)

    late = client.get("/organiser/sign-in/code")

    assert (page.status_code, late.status_code) == (200, 303)
    assert app.at(visit.now)
    assert not is_in(client)


def test_nobody_is_asked_for_a_code_without_a_password(client: FlaskClient) -> None:
    assert client.get("/organiser/sign-in/code").headers["Location"] == "/organiser/sign-in"


def test_session_of_who_still_owes_the_code_is_another_one_after_it(
    visit: Visit, client: FlaskClient
) -> None:
    app, _ = with_factor(visit, an_organiser(visit))
    sign_in(client)
    halfway = client.get_cookie("session")
    assert halfway is not None
    enter_code(client, app.at(visit.now))

    thief = visit.app.test_client()
    thief.set_cookie("session", halfway.value)

    assert not is_in(thief)
    assert thief.get("/organiser/sign-in/code").status_code == 303


def test_guessing_codes_is_made_to_wait(database: Database, tmp_path: Path) -> None:
    guarded = open_house(database, tmp_path, RATELIMIT_ENABLED="1")
    app, _ = with_factor(guarded, an_organiser(guarded))
    client = guarded.app.test_client()
    sign_in(client)

    statuses = [enter_code(client, f"{number:06}").status_code for number in range(11)]

    assert statuses == [422] * 11
    assert enter_code(client, app.at(guarded.now)).status_code == 429


def test_switching_it_on_needs_a_code_and_shows_recovery_codes_once(
    visit: Visit, client: FlaskClient
) -> None:
    number = an_organiser(visit)
    sign_in(client)
    other = visit.app.test_client()
    sign_in(other)
    post(client, "/organiser/account/factor/begin", current=PASSWORD)
    page = client.get("/organiser/account/factor").text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert secret is not None
    app = pyotp.TOTP(secret[1].replace(" ", ""))
    before = client.get_cookie("session")

    wrong = post(client, "/organiser/account/factor", page="/organiser/account/factor", code="123456")
    right = post(
        client, "/organiser/account/factor", page="/organiser/account/factor", code=app.at(visit.now)
    )

    assert (wrong.status_code, right.status_code) == (422, 200)
    assert len(re.findall(r"<li><code>[a-z2-9]{5}-[a-z2-9]{5}</code></li>", right.text)) == 10
    assert right.headers["Cache-Control"] == "no-store"
    assert look_at(visit, number).factor_confirmed_at == visit.now
    assert client.get_cookie("session") != before
    assert (is_in(client), is_in(other)) == (True, False)
    assert client.get("/organiser/account/factor").status_code == 303
    assert noted(visit)[-1] == "organiser.factor_on"


@pytest.mark.parametrize("current", ["", "something else"])
def test_switching_it_on_needs_the_password(visit: Visit, client: FlaskClient, current: str) -> None:
    an_organiser(visit)
    sign_in(client)

    answer = post(client, "/organiser/account/factor/begin", current=current)

    assert answer.status_code == 422
    assert client.get("/organiser/account/factor").status_code == 303


def test_switching_it_off_needs_a_code(visit: Visit, client: FlaskClient) -> None:
    number = an_organiser(visit)
    app, _ = with_factor(visit, number)
    sign_in(client)
    enter_code(client, app.at(visit.now))
    visit.now += 2 * STEP

    wrong = post(client, "/organiser/account/factor/off", code="000000")
    still_on = look_at(visit, number).factor_confirmed_at is not None
    right = post(client, "/organiser/account/factor/off", code=app.at(visit.now))

    assert (wrong.status_code, still_on, right.status_code) == (422, True, 303)
    assert look_at(visit, number).factor_confirmed_at is None
    assert is_in(client)
    assert sign_in(visit.app.test_client()).headers["Location"] == "/organiser/"


def test_new_recovery_codes_need_a_code(visit: Visit, client: FlaskClient) -> None:
    app, old = with_factor(visit, an_organiser(visit))
    sign_in(client)
    enter_code(client, app.at(visit.now))

    wrong = post(client, "/organiser/account/factor/codes", code="nonsense")
    right = post(client, "/organiser/account/factor/codes", code=old[1])
    other = visit.app.test_client()
    sign_in(other)

    assert (wrong.status_code, right.status_code) == (422, 200)
    assert enter_code(other, old[2]).status_code == 422
    assert noted(visit).count("organiser.recovery_codes_renewed") == 1


def test_codes_never_stand_in_the_log(
    visit: Visit, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app, codes = with_factor(visit, an_organiser(visit))
    sign_in(client)
    enter_code(client, codes[0])

    assert [word for word in (PASSWORD, codes[0], app.secret, ANNA) if word in caplog.text] == []

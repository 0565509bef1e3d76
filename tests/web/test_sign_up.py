"""The sign-up form."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mailer.people import Suppression, SuppressionReason
from mailer.subscriptions import Consent, OwedLetter, SubscriptionState
from tests.web.visiting import GERMAN, SERIES, Visit, confirmed, sign_up


def test_sign_up_waits_for_confirmation(visit: Visit, client: FlaskClient) -> None:
    answer = sign_up(client, name="Anna Beispiel", language="en")

    found = visit.subscription()
    assert answer.status_code == 200
    assert found is not None
    assert (found.state, found.owed) == (SubscriptionState.PENDING, OwedLetter.CONFIRM)
    assert (found.asked_name, found.asked_language) == ("Anna Beispiel", "en")


def test_sign_up_keeps_the_wording_that_was_shown(visit: Visit, client: FlaskClient) -> None:
    sign_up(client, "a@example.net", consent="2026-11/en")
    sign_up(client, "b@example.net", consent="on")

    with visit.transaction() as session:
        assert session.scalars(select(Consent.wording).order_by(Consent.id)).all() == [
            "2026-11/en",
            "2026-11/de",
        ]


def test_sign_up_answers_everybody_with_the_same_bytes(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client, "known@example.net")
    with visit.transaction() as session:
        hidden = visit.house.pseudonym("blocked@example.net")  # type: ignore[arg-type]
        session.add(Suppression(pseudonym=hidden, reason=SuppressionReason.BLOCKED, created_at=visit.now))

    addresses = ("new@example.net", "known@example.net", "blocked@example.net", "new@example.net")
    answers = [sign_up(visit.app.test_client(), address) for address in addresses]

    assert {(answer.status_code, answer.data) for answer in answers} == {(200, answers[0].data)}
    assert {tuple(sorted(answer.headers.keys())) for answer in answers} == {
        tuple(sorted(answers[0].headers.keys()))
    }


def test_sign_up_works_from_another_site_without_cookie_and_token(visit: Visit) -> None:
    stranger = visit.app.test_client(use_cookies=False)

    answer = stranger.post(
        f"{SERIES}/subscribe",
        data={"email": "anna@example.net", "consent": "1"},
        headers={"Origin": "https://elsewhere.example", "Referer": "https://elsewhere.example/page"},
    )

    assert answer.status_code == 200
    assert visit.subscription() is not None


def test_sign_up_fills_the_hidden_field_for_nothing(visit: Visit, client: FlaskClient) -> None:
    answer = sign_up(client, website="https://spam.example")

    assert answer.data == sign_up(visit.app.test_client(), "b@example.net").data
    assert visit.subscription() is None


def test_sign_up_takes_an_umlaut_domain_as_its_a_label(visit: Visit, client: FlaskClient) -> None:
    sign_up(client, "anna@müller.example")

    assert visit.subscription("anna@xn--mller-kva.example") is not None


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "anna",
        "anna@",
        "@example.net",
        "anna@example",
        "anna@example.net, berta@example.net",
        "anna@example.net\r\nBcc: victim@example.net",
        "anna\n@example.net",
        "anna@example.net\x00",
        "änna@example.net",
        "a" * 10_000 + "@example.net",
        "<script>@example.net",
    ],
)
def test_sign_up_brings_the_form_back_with_a_sentence(visit: Visit, client: FlaskClient, typed: str) -> None:
    answer = sign_up(client, typed, name="Anna Beispiel")

    assert answer.status_code == 422
    assert 'aria-describedby="email-problem"' in answer.text
    assert 'value="Anna Beispiel"' in answer.text
    assert "<script>" not in answer.text
    assert visit.subscription() is None


def test_sign_up_without_consent_is_refused_with_a_sentence(client: FlaskClient) -> None:
    answer = client.post(f"{SERIES}/subscribe", data={"email": "anna@example.net"}, headers=GERMAN)

    assert answer.status_code == 422
    assert "Ohne Ihre Einwilligung dürfen wir Ihnen nicht schreiben." in answer.text
    assert 'value="anna@example.net"' in answer.text


def test_sign_up_names_every_field_to_mend(client: FlaskClient) -> None:
    answer = client.post(f"{SERIES}/subscribe", data={"name": "x" * 300}, headers=GERMAN)

    assert [f'href="#{field}"' in answer.text for field in ("email", "name", "consent")] == [True, True, True]


def test_sign_up_folds_line_breaks_and_control_characters_in_a_name(
    visit: Visit, client: FlaskClient
) -> None:
    sign_up(client, name="Anna\r\nBcc: x@example.net\x00\x1b[31m")

    found = visit.subscription()
    assert found is not None
    assert found.asked_name == "Anna Bcc: x@example.net [31m"


def test_sign_up_ignores_a_language_the_series_does_not_have(visit: Visit, client: FlaskClient) -> None:
    sign_up(client, language="klingon")

    found = visit.subscription()
    assert found is not None
    assert found.asked_language == "de"


def test_sign_up_of_an_enormous_form_is_refused(client: FlaskClient) -> None:
    answer = client.post(f"{SERIES}/subscribe", data={"email": "a" * 70_000}, headers=GERMAN)

    assert answer.status_code == 413
    assert "Das ist zu viel" in answer.text


def test_sign_up_after_the_end_points_to_the_archive(visit: Visit, client: FlaskClient) -> None:
    visit.now += timedelta(days=365)

    shown = client.get(f"{SERIES}/subscribe", headers=GERMAN)
    sent = sign_up(client)

    assert (shown.status_code, sent.status_code) == (409, 409)
    assert f'href="{SERIES}"' in sent.text
    assert visit.subscription() is None


def test_sign_up_to_an_unknown_series_is_a_404(client: FlaskClient) -> None:
    answer = client.post("/nix/subscribe", data={"email": "anna@example.net", "consent": "1"})

    assert answer.status_code == 404


def test_sign_up_proves_the_browser_without_naming_the_address(visit: Visit, client: FlaskClient) -> None:
    cookie = sign_up(client).headers["Set-Cookie"]

    assert "anna" not in cookie
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Path=/subscriptions/confirm"))


def test_the_same_form_twenty_times_at_once_makes_one_request_each(visit: Visit) -> None:
    """Double clicks and impatient programs: no answer may differ, and one person stays one person."""
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: sign_up(visit.app.test_client()), range(20)))

    found = visit.subscription()
    assert found is not None
    assert {(answer.status_code, answer.data) for answer in answers} == {(200, answers[0].data)}
    assert (found.state, found.request) == (SubscriptionState.PENDING, 20)


def test_signing_up_again_while_active_leaves_the_subscription_alone(
    visit: Visit, client: FlaskClient
) -> None:
    before = confirmed(visit, client)

    sign_up(visit.app.test_client(), language="en")

    after = visit.subscription()
    assert after is not None
    assert (after.state, after.request, after.confirmed_at) == (
        before.state,
        before.request,
        before.confirmed_at,
    )

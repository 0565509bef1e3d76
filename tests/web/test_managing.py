"""Somebody's own page, and the links to it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mailer import subscriptions
from mailer.subscriptions import OwedLetter, Subscription
from tests.web.visiting import GERMAN, Visit, confirmed, press, sign_up


def welcome_was_sent(visit: Visit) -> None:
    """Let the worker have written what was owed, two hours ago."""
    visit.now += timedelta(hours=2)
    with visit.transaction() as session:
        row = session.scalar(select(Subscription))
        assert row is not None
        row.owed = None


def test_page_does_not_show_the_address(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)

    page = client.get(visit.manage_url(), headers=GERMAN)

    assert (page.status_code, "anna@example.net" in page.text) == (200, False)


def test_language_pause_and_resume(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)
    url = visit.manage_url()

    press(client, url, do="language", language="en")
    paused = press(client, url, do="pause", until="2023-05-01")

    found = visit.subscription()
    assert found is not None
    with visit.transaction() as session:
        row = subscriptions.find_subscription(session, found.id)
        assert row is not None
        assert row.person.language == "en"
    assert found.paused_until == date(2023, 5, 1)
    assert "Bis zum 1.\u00a0Mai 2023 pausieren Ihre E-Mails." in paused.text

    press(client, url, do="resume")
    after = visit.subscription()
    assert after is not None
    assert after.paused_until is None


@pytest.mark.parametrize(
    "typed", ["", "morgen", "2023-02-30", "2020-01-01", "2023-03-27", "2999-01-01", "2023-05-01T00:00"]
)
def test_pause_until_a_bad_day_comes_back_with_a_sentence(
    visit: Visit, client: FlaskClient, typed: str
) -> None:
    confirmed(visit, client)

    answer = press(client, visit.manage_url(), do="pause", until=typed)

    found = visit.subscription()
    assert found is not None
    assert (answer.status_code, found.paused_until) == (422, None)
    assert "Bitte wählen Sie einen Tag nach heute" in answer.text


@pytest.mark.parametrize("fields", [{}, {"do": "erase"}, {"do": "language", "language": "xx"}])
def test_unknown_wishes_change_nothing(visit: Visit, client: FlaskClient, fields: dict[str, str]) -> None:
    confirmed(visit, client)

    assert press(client, visit.manage_url(), **fields).status_code == 422


def test_asking_for_what_is_stored_owes_a_fresh_link(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)
    welcome_was_sent(visit)

    answer = press(client, visit.manage_url(), do="access")

    found = visit.subscription()
    assert found is not None
    assert (answer.status_code, found.owed) == (200, OwedLetter.ACCESS)


def test_every_change_needs_the_csrf_token(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)

    assert client.post(visit.manage_url(), data={"do": "access"}).status_code == 400


def test_page_of_an_erased_subscription_is_a_404(visit: Visit, client: FlaskClient) -> None:
    assert client.get(f"/subscriptions/manage/{visit.link('manage', 4711)}").status_code == 404


def test_page_of_who_left_offers_no_pause(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)
    client.post(visit.leave_url())

    page = client.get(visit.manage_url(), headers=GERMAN).text

    assert ('value="pause"' in page, 'value="access"' in page) == (False, True)


def test_asking_for_the_link_answers_everybody_alike(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)
    welcome_was_sent(visit)

    known = press(client, "/subscriptions/link", email="anna@example.net")
    unknown = press(client, "/subscriptions/link", email="nobody@example.net")

    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    found = visit.subscription()
    assert found is not None
    assert found.owed is OwedLetter.ALREADY


def test_asking_for_the_link_with_a_bad_address_brings_the_form_back(client: FlaskClient) -> None:
    answer = press(client, "/subscriptions/link", email="anna")

    assert (answer.status_code, 'value="anna"' in answer.text) == (422, True)


def test_du_series_says_du(visit: Visit, client: FlaskClient) -> None:
    sign_up(client)
    with visit.transaction() as session:
        row = session.scalars(select(Subscription)).one()
        row.series.form_of_address = "du"

    page = client.get(visit.confirm_url(), headers=GERMAN).text

    assert "Dürfen wir dich erinnern?" in page

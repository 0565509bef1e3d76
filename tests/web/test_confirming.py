"""The link in the confirmation mail."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from mailer import subscriptions
from mailer.subscriptions import SubscriptionState
from tests.web.visiting import GERMAN, SERIES, Visit, confirmed, csrf_in, press, sign_up


def test_looking_at_the_confirmation_changes_nothing(visit: Visit, client: FlaskClient) -> None:
    sign_up(client)
    for method in ("GET", "HEAD", "GET"):
        assert client.open(visit.confirm_url(), method=method).status_code == 200

    found = visit.subscription()
    assert found is not None
    assert found.state is SubscriptionState.PENDING


def test_pressing_the_button_confirms_and_tells_what_comes_next(visit: Visit, client: FlaskClient) -> None:
    sign_up(client)

    answer = press(client, visit.confirm_url())

    found = visit.subscription()
    assert found is not None
    assert found.state is SubscriptionState.ACTIVE
    assert "Donnerstag, 30.\u00a0März 2023" in answer.text
    assert f"{SERIES}/wirtschaftskreislaeufe/event.ics" in answer.text


def test_confirming_twice_is_the_same_as_once(visit: Visit, client: FlaskClient) -> None:
    first = confirmed(visit, client)
    visit.now += timedelta(days=2)

    again = client.get(visit.confirm_url(), headers=GERMAN)

    assert (again.status_code, "Sie stehen auf der Liste" in again.text) == (200, True)
    after = visit.subscription()
    assert after is not None
    assert after.confirmed_at == first.confirmed_at


def test_page_submits_itself_only_in_the_browser_that_filled_in_the_form(
    visit: Visit, client: FlaskClient
) -> None:
    sign_up(client)
    here = client.get(visit.confirm_url()).text
    elsewhere = visit.app.test_client().get(visit.confirm_url()).text
    liar = visit.app.test_client()
    liar.set_cookie("asked", "0" * 64, path="/subscriptions/confirm")

    assert ("data-submits-itself" in here, "confirm.js" in here) == (True, True)
    assert ("data-submits-itself" in elsewhere, "<script" in elsewhere) == (False, False)
    assert "data-submits-itself" not in liar.get(visit.confirm_url()).text


def test_another_persons_form_does_not_make_the_page_submit_itself(visit: Visit, client: FlaskClient) -> None:
    sign_up(visit.app.test_client(), "berta@example.net")
    sign_up(client, "anna@example.net")

    assert "data-submits-itself" not in client.get(visit.confirm_url("berta@example.net")).text


def test_confirming_without_csrf_token_is_refused_helpfully(visit: Visit, client: FlaskClient) -> None:
    sign_up(client)
    url = visit.confirm_url()

    bare = client.post(url, headers=GERMAN)
    forged = client.post(url, data={"csrf_token": "forged"}, headers=GERMAN)

    found = visit.subscription()
    assert found is not None
    assert (bare.status_code, forged.status_code, found.state) == (400, 400, SubscriptionState.PENDING)
    assert f'href="{url}"' in bare.text


def test_token_of_another_browser_is_refused(visit: Visit, client: FlaskClient) -> None:
    sign_up(client)
    theirs = csrf_in(visit.app.test_client().get(visit.confirm_url()).text)
    client.get(visit.confirm_url())

    assert client.post(visit.confirm_url(), data={"csrf_token": theirs}).status_code == 400


def test_link_is_gone_after_seven_days(visit: Visit, client: FlaskClient) -> None:
    sign_up(client)
    page = client.get(visit.confirm_url()).text
    visit.now += timedelta(days=7, seconds=1)

    shown = client.get(visit.confirm_url(), headers=GERMAN)
    pressed = client.post(visit.confirm_url(), data={"csrf_token": csrf_in(page)}, headers=GERMAN)

    assert (shown.status_code, pressed.status_code) == (410, 410)
    assert f'href="{SERIES}"' in shown.text


def test_older_link_is_gone_once_a_newer_one_was_asked_for(visit: Visit, client: FlaskClient) -> None:
    sign_up(client)
    older = visit.confirm_url()
    sign_up(client)

    assert (client.get(older).status_code, client.get(visit.confirm_url()).status_code) == (410, 200)


def test_erased_request_is_a_404(visit: Visit, client: FlaskClient) -> None:
    answer = client.get(f"/subscriptions/confirm/{visit.link('confirm', 4711, 1)}", headers=GERMAN)

    assert (answer.status_code, 'class="ways"' in answer.text) == (404, True)


def test_old_link_does_not_bring_back_who_left(visit: Visit, client: FlaskClient) -> None:
    subscription = confirmed(visit, client)
    with visit.transaction() as session:
        subscriptions.leave(session, subscription.id, now=visit.now)

    answer = client.get(visit.confirm_url(), headers=GERMAN)

    assert (answer.status_code, "inzwischen abgemeldet" in answer.text) == (409, True)


def test_no_changed_character_of_a_token_passes(visit: Visit, client: FlaskClient) -> None:
    sign_up(client)
    url = visit.confirm_url()
    start = len("/subscriptions/confirm/")
    for place in range(start, len(url)):
        changed = url[:place] + ("A" if url[place] != "A" else "B") + url[place + 1 :]
        assert client.get(changed).status_code == 404, place


def test_tokens_of_other_purposes_and_nonsense_are_404s(visit: Visit, client: FlaskClient) -> None:
    sign_up(client)
    found = visit.subscription()
    assert found is not None
    leave = visit.link("leave", found.id)
    for token in (leave, "x", "%00", "%F0%9F%8D%8C", "a" * 5000, "..%2f..%2fetc", "-1"):
        for page in ("confirm", "manage", "access"):
            answer = client.get(f"/subscriptions/{page}/{token}", headers=GERMAN)
            assert answer.status_code == 404, (page, token[:20])
            assert "/subscriptions/link" in answer.text or len(token) < 3 or "%" in token

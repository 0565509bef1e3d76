"""The way out."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from mailer import privacy
from mailer.subscriptions import SubscriptionState
from tests.web.visiting import GERMAN, Visit, confirmed

ONE_CLICK = b"List-Unsubscribe=One-Click"
PRINTED = (  # RFC 8058 section 8.3, as printed there: its boundary lines lack two hyphens
    b"---FormBoundaryjWmhtjORrn\r\n"
    b'Content-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
    b"One-Click\r\n"
    b"---FormBoundaryjWmhtjORrn--\r\n"
)


def state_of(visit: Visit) -> SubscriptionState:
    found = visit.subscription()
    assert found is not None
    return found.state


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ONE_CLICK, "application/x-www-form-urlencoded"),
        (PRINTED, "multipart/form-data; boundary=---FormBoundaryjWmhtjORrn"),
        (
            b"--" + PRINTED.replace(b"\r\n---", b"\r\n-----"),
            "multipart/form-data; boundary=---FormBoundaryjWmhtjORrn",
        ),
        (PRINTED, "multipart/form-data"),
        (b"", ""),
        (b"\xff\xfe\x00", "application/json"),
    ],
)
def test_one_click_leaves_whatever_the_body_looks_like(
    visit: Visit, client: FlaskClient, body: bytes, kind: str
) -> None:
    confirmed(visit, client)
    mailer = visit.app.test_client(use_cookies=False)

    answer = mailer.post(visit.leave_url(), data=body, content_type=kind)

    assert (answer.status_code, state_of(visit)) == (200, SubscriptionState.LEFT)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_leaving_twice_is_the_same_as_once(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)
    url = visit.leave_url()

    answers = [client.post(url, data=ONE_CLICK, headers=GERMAN) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data == answers[1].data


def test_leaving_after_erasure_is_still_friendly(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)
    url = visit.leave_url()
    with visit.transaction() as session:
        privacy.erase(session, "anna@example.net", now=visit.now)  # type: ignore[arg-type]

    shown, pressed = client.get(url, headers=GERMAN), client.post(url, data=ONE_CLICK, headers=GERMAN)

    assert (shown.status_code, pressed.status_code) == (200, 200)
    assert "Keine E-Mails mehr" in pressed.text


def test_looking_changes_nothing(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)

    for _ in range(20):
        assert client.get(visit.leave_url()).status_code == 200

    assert state_of(visit) is SubscriptionState.ACTIVE


def test_page_names_the_series_and_does_not_look_like_the_confirmation(
    visit: Visit, client: FlaskClient
) -> None:
    confirmed(visit, client)
    page = client.get(visit.leave_url(), headers=GERMAN).text

    assert "Keine E-Mails mehr?" in page
    assert "Wandel. Machen. Vor Ort." in page
    assert 'name="do" value="pause"' in page
    assert "panel-yes" not in page


def test_preflight_of_a_web_mailer_is_answered(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)

    answer = client.options(visit.leave_url(), headers={"Origin": "https://web.example"})

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


def test_tampered_token_leaves_nobody(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)
    url = visit.leave_url()

    answer = client.post(url[:-1] + ("A" if url[-1] != "A" else "B"), data=ONE_CLICK, headers=GERMAN)

    assert (answer.status_code, state_of(visit)) == (404, SubscriptionState.ACTIVE)
    assert "/subscriptions/link" in answer.text


def test_link_of_a_test_copy_explains_itself(visit: Visit, client: FlaskClient) -> None:
    url = f"/subscriptions/unsubscribe/{visit.link('test', 0)}"

    for answer in (client.get(url, headers=GERMAN), client.post(url, headers=GERMAN)):
        assert (answer.status_code, "Probeexemplar" in answer.text) == (200, True)


def test_one_click_never_redirects_even_with_odd_slashes(visit: Visit, client: FlaskClient) -> None:
    confirmed(visit, client)
    url = visit.leave_url()

    answers = [client.post(odd, data=ONE_CLICK).status_code for odd in (url + "/", "/" + url)]

    assert [status for status in answers if 300 <= status < 400] == []

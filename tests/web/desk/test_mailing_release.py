"""A draft is let go: once, by who may, when it was asked for, after a dry run."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mailer import delivery
from mailer.core.types import EmailAddress
from mailer.delivery import Delivery
from mailer.mailings import MailingState
from mailer.organisers import Role
from mailer.people import SuppressionReason, suppress
from mailer.series import get_series
from mailer.subscriptions import Subscription
from tests.support.making import pseudonym
from tests.web.desk.writing import AT, MESSAGE, people, post, the_mailing, the_mailings, write
from tests.web.visiting import GERMAN, SERIES, Visit, csrf_in


@pytest.fixture
def sender(visit: Visit, signed_in: Callable[[Role], FlaskClient]) -> FlaskClient:
    """Somebody who may release, with a draft of an owner's to do it to, and three people on the list."""
    people(visit, 2)
    people(visit, 1, language="en", first=2)
    write(signed_in(Role.OWNER))
    return signed_in(Role.SENDER)


def release(client: FlaskClient, number: int, **fields: str) -> int:
    return post(client, f"{AT}/{number}/release", **{"edition": "0", "when": "now"} | fields).status_code


def test_release_says_its_consequence_in_numbers(visit: Visit, sender: FlaskClient) -> None:
    page = sender.get(f"{AT}/{the_mailing(visit).id}/release", headers=GERMAN).text

    assert "<strong>3</strong> Personen bekommen diese Nachricht." in page
    assert "Jeder Brief wurde zur Probe geschrieben" in page
    assert "An 3 Personen senden" in page
    assert the_mailing(visit).state is MailingState.DRAFT


def test_twenty_clicks_at_once_are_one_mailing(visit: Visit, sender: FlaskClient) -> None:
    number = the_mailing(visit).id
    token = csrf_in(sender.get("/organiser/", headers=GERMAN).text)
    cookie = sender.get_cookie("session")
    assert cookie is not None

    def click(_: int) -> int:
        client = visit.app.test_client()
        client.set_cookie("session", cookie.value)
        form = {"csrf_token": token, "edition": "0", "when": "now"}
        return client.post(f"{AT}/{number}/release", data=form).status_code

    with ThreadPoolExecutor(20) as clicks:
        statuses = set(clicks.map(click, range(20)))

    with visit.transaction() as session:
        written = delivery.open_mailings(session, now=visit.now)
    assert (statuses, the_mailing(visit).state, written) == ({303}, MailingState.SENDING, 3)


def test_twenty_clicks_on_send_now_are_one_mailing(visit: Visit, sender: FlaskClient) -> None:
    token = csrf_in(sender.get("/organiser/", headers=GERMAN).text)
    cookie = sender.get_cookie("session")
    assert cookie is not None
    form = {"csrf_token": token, "key": "k", "kind": "info", "event": "wirtschaftskreislaeufe"}

    def click(_: int) -> int:
        client = visit.app.test_client()
        client.set_cookie("session", cookie.value)
        return client.post(f"{AT}/send", data=form).status_code

    with ThreadPoolExecutor(20) as clicks:
        statuses = set(clicks.map(click, range(20)))

    assert statuses == {303}
    assert [m.kind.value for m in the_mailings(visit)] == ["message", "info"]


def test_draft_that_was_changed_meanwhile_is_not_released_unseen(visit: Visit, sender: FlaskClient) -> None:
    number = the_mailing(visit).id
    post(sender, f"{AT}/{number}/edit", **MESSAGE | {"edition": "0", "subject-de": "Anders"})

    answer = post(sender, f"{AT}/{number}/release", edition="0", when="now")

    assert answer.status_code == 409
    assert "Inzwischen hat jemand den Entwurf geändert." in answer.text
    assert the_mailing(visit).state is MailingState.DRAFT


def test_second_person_has_to_release_where_the_series_asks_for_it(
    visit: Visit, signed_in: Callable[[Role], FlaskClient], sender: FlaskClient
) -> None:
    with visit.transaction() as session:
        get_series(session, SERIES.strip("/")).second_release = True
    number = the_mailing(visit).id

    by_author = release(signed_in(Role.OWNER), number)
    state = the_mailing(visit).state
    by_another = release(sender, number)

    assert (by_author, state) == (409, MailingState.DRAFT)
    assert (by_another, the_mailing(visit).state) == (303, MailingState.RELEASED)


def test_who_changes_the_words_is_their_author_and_needs_another(visit: Visit, sender: FlaskClient) -> None:
    with visit.transaction() as session:
        get_series(session, SERIES.strip("/")).second_release = True
    number = the_mailing(visit).id
    post(sender, f"{AT}/{number}/edit", **MESSAGE | {"edition": "0", "subject-de": "Anders"})

    assert release(sender, number, edition="1") == 409
    assert the_mailing(visit).state is MailingState.DRAFT


def test_time_is_the_series_own(visit: Visit, sender: FlaskClient) -> None:
    number = the_mailing(visit).id

    release(sender, number, when="later", day="2023-04-03", clock="09:00")

    released = the_mailing(visit)
    assert released.due_at == datetime(2023, 4, 3, 7, 0, tzinfo=UTC)
    assert released.not_after == released.due_at + timedelta(days=4)
    with visit.transaction() as session:
        assert delivery.open_mailings(session, now=visit.now) == 0


@pytest.mark.parametrize(
    ("day", "clock", "sentence"),
    [
        ("2023-03-26", "09:00", "Dieser Zeitpunkt ist schon vorbei."),
        ("2024-12-01", "09:00", "Zu diesem Zeitpunkt ist die Reihe zu Ende"),
        ("", "09:00", "Bitte geben Sie Tag und Uhrzeit an"),
        ("9999-12-31", "23:59", "Bitte geben Sie Tag und Uhrzeit an"),
        ("heute", "neun", "Bitte geben Sie Tag und Uhrzeit an"),
    ],
)
def test_time_that_does_not_do_is_asked_back(
    visit: Visit, sender: FlaskClient, day: str, clock: str, sentence: str
) -> None:
    answer = post(
        sender,
        f"{AT}/{the_mailing(visit).id}/release",
        edition="0", when="later", day=day, clock=clock,
    )  # fmt: skip

    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert the_mailing(visit).state is MailingState.DRAFT


def test_hours_of_a_clock_change_are_asked_back(visit: Visit, sender: FlaskClient) -> None:
    visit.now = datetime(2023, 3, 20, tzinfo=UTC)
    with visit.transaction() as session:
        get_series(session, SERIES.strip("/")).closes_on = date(2023, 12, 31)
    url = f"{AT}/{the_mailing(visit).id}/release"
    later = {"edition": "0", "when": "later"}

    skipped = post(sender, url, **later, day="2023-03-26", clock="02:30")
    twice = post(sender, url, **later, day="2023-10-29", clock="02:30")
    second = post(sender, url, **later, day="2023-10-29", clock="02:30", which="second")

    assert (skipped.status_code, "Meinten Sie 03:30 Uhr?" in skipped.text) == (422, True)
    assert twice.status_code == 422
    assert re.findall(r'for="which-\w+">([^<]+)<', twice.text) == ["02:30 Uhr (MESZ)", "02:30 Uhr (MEZ)"]
    assert second.status_code == 303
    assert the_mailing(visit).due_at == datetime(2023, 10, 29, 1, 30, tzinfo=UTC)


def test_audience_of_nobody_is_refused(visit: Visit, owner: FlaskClient) -> None:
    write(owner)

    assert release(owner, the_mailing(visit).id) == 409
    assert the_mailing(visit).state is MailingState.DRAFT


def test_nothing_leaves_without_an_imprint(visit: Visit, sender: FlaskClient) -> None:
    with visit.transaction() as session:
        get_series(session, SERIES.strip("/")).imprint = {}

    page = sender.get(f"{AT}/{the_mailing(visit).id}/release", headers=GERMAN).text

    assert "Das Impressum fehlt." in page
    assert release(sender, the_mailing(visit).id) == 409


def test_what_waits_is_taken_back_until_it_opens(visit: Visit, sender: FlaskClient) -> None:
    number = the_mailing(visit).id
    release(sender, number, when="later", day="2023-04-03", clock="09:00")

    first = post(sender, f"{AT}/{number}/take-back").status_code
    state = the_mailing(visit).state
    release(sender, number, edition="1")
    with visit.transaction() as session:
        delivery.open_mailings(session, now=visit.now)
    late = post(sender, f"{AT}/{number}/take-back").status_code

    assert (first, state) == (303, MailingState.DRAFT)
    assert (late, the_mailing(visit).state) == (409, MailingState.SENDING)


def test_dry_run_names_whom_it_cannot_reach_and_counts_whom_it_leaves_out(
    visit: Visit, sender: FlaskClient
) -> None:
    people(visit, 3, first=3)
    with visit.transaction() as session:
        known = {str(one.person.address): one for one in session.scalars(select(Subscription))}
        known["p3@example.org"].person.address = EmailAddress("käthe bei@example.org")
        known["p4@example.org"].paused_until = date(2023, 5, 1)
        suppress(session, pseudonym(EmailAddress("p5@example.org")), SuppressionReason.BLOCKED, now=visit.now)

    page = sender.get(f"{AT}/{the_mailing(visit).id}/release", headers=GERMAN).text

    assert "<strong>4</strong> Personen bekommen diese Nachricht." in page
    assert "1 Person lässt sich nicht anschreiben" in page
    assert "käthe bei@example.org" in page
    assert re.findall(r"<dt>Ausgelassen: (\w+)</dt><dd>(\d+)</dd>", page) == [("pausiert", "1"), ("gesperrt", "1")]  # fmt: skip


def test_dry_run_says_whose_language_is_not_written(visit: Visit, owner: FlaskClient) -> None:
    people(visit, 1, language="en")
    write(owner, subject_en="", body_en="")

    page = owner.get(f"{AT}/{the_mailing(visit).id}/release", headers=GERMAN).text

    assert "<dt>Englisch</dt><dd>1 – nicht geschrieben; sie bekommen Deutsch</dd>" in page


def plain_part(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    return str(part.get_content()) if part else ""


def test_letters_carry_each_name_and_say_that_a_person_released_them(
    visit: Visit, sender: FlaskClient
) -> None:
    release(sender, the_mailing(visit).id)
    with visit.transaction() as session:
        delivery.open_mailings(session, now=visit.now)

    with visit.house.database.reading() as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.subscription_id)).all()
        sent = [visit.house.composer.compose(session, row, now=visit.now).content for row in rows]

    letters: list[EmailMessage] = [message_from_bytes(content, policy=default) for content in sent]
    texts = [plain_part(letter).splitlines()[0] for letter in letters]
    assert texts == ["Guten Tag Person 0,", "Guten Tag Person 1,", "Hello Person 2,"]
    assert [letter["Auto-Submitted"] for letter in letters] == [None] * 3
    assert letters[0]["Subject"] == "Neues aus Wandel. Machen. Vor Ort."

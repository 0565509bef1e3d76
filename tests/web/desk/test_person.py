"""One person of the list at the desk: what is told of her, and what is done for her."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import select

from mailer import delivery, privacy, series, subscriptions
from mailer.core.types import EmailAddress
from mailer.subscriptions import Newcomer, OwedLetter, SubscriptionState
from tests.support.making import pseudonym
from tests.web.desk.listed import PEOPLE, admit, audited, post, statements
from tests.web.visiting import Visit, confirmed, sign_up


def test_person_asks_as_often_for_300_mails_as_for_one(visit: Visit, sender: FlaskClient) -> None:
    (number,) = admit(visit, ("anna@example.net", "Anna"))
    write_letters(visit, number, 1)
    with statements(visit) as for_one:
        sender.get(f"{PEOPLE}/{number}")
    write_letters(visit, number, 299)
    with statements(visit) as for_many:
        page = sender.get(f"{PEOPLE}/{number}").text

    assert page.count("E-Mail: Erinnerung") == 300
    assert len(for_many) == len(for_one) < 16


def write_letters(visit: Visit, number: int, count: int) -> None:
    with visit.transaction() as session:
        known = session.scalar(select(sa.func.count()).select_from(delivery.Delivery)) or 0
        found = series.list_series(session)[0]
        for i in range(known, known + count):
            row = delivery.Delivery(
                key=f"test:{i}", kind="reminder", series_id=found.id, subscription_id=number,
                address=EmailAddress("anna@example.net"), language="de", facts={}, next_at=visit.now,
                not_after=visit.now, opened_at=visit.now, state=delivery.DeliveryState.SENT,
            )  # fmt: skip
            session.add(row)


def test_time_line_tells_steps_mails_with_their_answer_and_what_organisers_did(
    visit: Visit, client: FlaskClient, sender: FlaskClient
) -> None:
    found = confirmed(visit, client)
    with visit.transaction() as session:
        delivery.open_letters(session, now=visit.now)
        row = session.scalars(select(delivery.Delivery).where(delivery.Delivery.kind == "welcome")).one()
        row.state, row.code, row.reply = delivery.DeliveryState.FAILED, 550, "5.7.1 not wanted"
        row.reason, row.done_at = "refused", visit.now
    visit.now += timedelta(minutes=5)
    post(sender, f"{PEOPLE}/{found.id}/pause", until="2023-05-01")

    page = sender.get(f"{PEOPLE}/{found.id}").text

    told = ["Pausiert", "E-Mail: Begrüßung", "(abgelehnt)", "550 5.7.1 not wanted", "Einwilligung: bestätigt",
            "Einwilligung: Formular abgeschickt", "Wortlaut 2026-11/de"]  # fmt: skip
    assert [words for words in told if words not in page] == []


def test_each_act_is_done_written_down_and_told(visit: Visit, sender: FlaskClient) -> None:
    (number,) = admit(visit, ("anna@example.net", "Ana"))
    one = f"{PEOPLE}/{number}"

    told = [
        post(sender, f"{one}/correct", name="Anna  Müller", language="en"),
        post(sender, f"{one}/pause", until="2023-05-01"),
        post(sender, f"{one}/resume"),
        post(sender, f"{one}/remove"),
        post(sender, f"{one}/restore"),
        post(sender, f"{one}/block"),
    ]

    sentences = [
        "berichtigt.",
        "pausieren. Die Person",
        "ab sofort wieder",
        "innerhalb einer Stunde",
        "wie zuvor",
        "geht nichts mehr",
    ]
    assert [words for words, page in zip(sentences, told, strict=True) if words not in page] == []
    found = visit.subscription()
    assert found is not None
    assert found.state is SubscriptionState.LEFT
    assert [entry[:2] for entry in audited(visit) if entry[0].startswith("person.")] == [
        (f"person.{act}", str(number))
        for act in ("corrected", "paused", "resumed", "removed", "restored", "blocked")
    ]
    assert "example.net" not in str(audited(visit))


def test_act_that_a_rule_forbids_is_told_on_the_page(visit: Visit, sender: FlaskClient) -> None:
    (number,) = admit(visit, ("anna@example.net", "Anna"))
    post(sender, f"{PEOPLE}/{number}/remove")
    visit.now += timedelta(hours=2)

    page = post(sender, f"{PEOPLE}/{number}/restore")

    assert "Das lässt sich nicht mehr zurücknehmen" in page
    assert f'action="{PEOPLE}/{number}/restore"' not in page
    assert "person.restored" not in str(audited(visit))


def test_confirmation_mail_goes_out_anew_after_an_hour(
    visit: Visit, client: FlaskClient, sender: FlaskClient
) -> None:
    sign_up(client)
    with visit.transaction() as session:
        delivery.open_letters(session, now=visit.now)
    pending = visit.subscription()
    assert pending is not None
    one = f"{PEOPLE}/{pending.id}"

    early = post(sender, f"{one}/ask-again")
    visit.now += timedelta(hours=1)
    post(sender, f"{one}/ask-again")

    again = visit.subscription()
    assert "noch keine Stunde alt" in early
    assert again is not None
    assert again.owed is OwedLetter.CONFIRM


@pytest.mark.parametrize("until", ["", "morgen", "2023-03-27", "1999-01-01", "2099-01-01", "9999-99-99"])
def test_pause_until_no_day_to_come_is_asked_back(visit: Visit, sender: FlaskClient, until: str) -> None:
    (number,) = admit(visit, ("anna@example.net", "Anna"))

    page = post(sender, f"{PEOPLE}/{number}/pause", until=until)

    assert 'id="until-problem"' in page
    assert f'value="{until}"' in page


def test_name_that_is_too_long_comes_back(visit: Visit, sender: FlaskClient) -> None:
    (number,) = admit(visit, ("anna@example.net", "Anna"))

    page = post(sender, f"{PEOPLE}/{number}/correct", name="x" * 201, language="fr")

    assert 'id="name-problem"' in page
    assert 'id="language-problem"' in page
    assert "x" * 201 in page


def test_person_of_another_series_or_none_is_not_shown(visit: Visit, sender: FlaskClient) -> None:
    (number,) = admit(visit, ("anna@example.net", "Anna"))

    answers = [sender.get(f"{PEOPLE}/{number + 1}"), sender.get(f"/organiser/series/nix/people/{number}")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_erasing_asks_first_and_leaves_nothing(visit: Visit, sender: FlaskClient) -> None:
    (number,) = admit(visit, ("anna@example.net", "Anna"))
    write_letters(visit, number, 2)

    asked = sender.get(f"{PEOPLE}/{number}/erase").text
    there = visit.subscription()
    page = post(sender, f"{PEOPLE}/{number}/erase")

    assert "Nichts davon lässt sich zurückholen." in asked
    assert there is not None
    assert "gelöscht" in page
    assert visit.subscription() is None
    assert sender.get(f"{PEOPLE}/{number}").status_code == 404
    assert ("person.erased", str(number), {}) in audited(visit)


def test_who_was_erased_and_came_back_is_somebody_new(
    visit: Visit, client: FlaskClient, sender: FlaskClient
) -> None:
    admit(visit, ("anna@example.net", "Anna"))
    visit.now += timedelta(hours=1)
    with visit.transaction() as session:
        privacy.erase(session, EmailAddress("anna@example.net"), now=visit.now)
    visit.now += timedelta(hours=1)
    found = confirmed(visit, client)

    page = sender.get(f"{PEOPLE}/{found.id}").text

    assert page.count("Einwilligung: ") == 2
    assert "Ordner 3" not in page


def test_imported_consent_of_long_ago_is_told(visit: Visit, sender: FlaskClient) -> None:
    with visit.transaction() as session:
        found = series.list_series(session)[0]
        long_ago = Newcomer(EmailAddress("anna@example.net"), "", "de", visit.now - timedelta(days=300))
        subscriptions.admit(
            session, found, [long_ago], evidence="Ordner 3", pseudonym=pseudonym, now=visit.now
        )
    one = visit.subscription()
    assert one is not None

    assert "Nachweis: Ordner 3" in sender.get(f"{PEOPLE}/{one.id}").text

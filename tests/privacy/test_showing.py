"""What is stored about a person, for herself: everything, and nothing of anybody else."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from mailer import delivery, organisers, privacy, subscriptions
from mailer.core.types import EmailAddress
from mailer.mailings import MailingKind
from mailer.organisers import Role
from tests.privacy.living import ANNA, BERTA, MINUTE, a_whole_life, confirmed, send_everything
from tests.support.making import NOON, a_series, an_event, pseudonym

AT_NOON = "2023-01-02T11:00:00+00:00"
A_MINUTE_LATER = "2023-01-02T11:01:00+00:00"


def test_nothing_is_told_of_a_stranger(session: Session) -> None:
    confirmed(session, a_series(session))

    assert about(session, EmailAddress("carla@example.net")) == {}


def test_everything_is_told_of_a_subscriber(session: Session) -> None:
    series = a_series(session)
    confirmed(session, series)
    send_everything(session, now=NOON + MINUTE)

    assert about(session, ANNA) == {
        "person": {
            "address": "Anna@example.net",
            "name": "Anna Beispiel",
            "language": "de",
            "known_since": AT_NOON,
        },
        "subscriptions": [
            {
                "series": "wandel",
                "state": "active",
                "requested_at": AT_NOON,
                "asked_name": "Anna Beispiel",
                "asked_language": "de",
                "confirmed_at": A_MINUTE_LATER,
                "paused_until": None,
                "left_at": None,
                "ended_at": None,
                "bounced_at": None,
                "reminded_at": None,
                "access_asked_at": None,
                "told_of": [],
            }
        ],
        "registrations": [],
        "consent": [
            {"series": "wandel", "step": "asked", "wording": "2026-11/de", "evidence": "", "at": AT_NOON},
            {"series": "wandel", "step": "confirmed", "wording": "", "evidence": "", "at": A_MINUTE_LATER},
        ],
        "mails": [
            {
                "kind": kind,
                "series": "wandel",
                "event": None,
                "language": "de",
                "state": "sent",
                "reason": "",
                "opened_at": opened_at,
                "done_at": A_MINUTE_LATER,
                "answer": "250 2.0.0 Ok",
            }
            for kind, opened_at in (("confirm", AT_NOON), ("welcome", A_MINUTE_LATER))
        ],
        "suppression": None,
        "organiser": None,
    }


def test_every_list_letter_and_block_is_told(session: Session) -> None:
    a_whole_life(session)

    found = about(session, ANNA)

    assert [(row["series"], row["told_of"]) for row in found["subscriptions"]] == [
        ("wandel", ["boden"]),
        ("werkstatt", []),
    ]
    assert [(row["kind"], row["series"], row["event"]) for row in found["mails"]] == [
        ("confirm", "wandel", None),
        ("welcome", "wandel", None),
        ("confirm", "werkstatt", None),
        ("welcome", "werkstatt", None),
        ("info", "wandel", "boden"),
        ("already", "wandel", None),
        ("already", "werkstatt", None),
        ("info", "wandel", None),
    ]
    assert len(found["consent"]) == 4
    assert found["suppression"] == {"reason": "complaint", "since": "2023-01-02T11:05:00+00:00"}


def test_a_letter_is_found_under_any_spelling_of_its_address(session: Session) -> None:
    """A test copy to a spelling nobody signed up with was left out, though erasing found it."""
    series = a_series(session)
    delivery.open_test_copy(
        session,
        series,
        an_event(session, series),
        kind=MailingKind.MESSAGE,
        address=EmailAddress("ANNA@example.net"),
        language="de",
        subject={},
        body={},
        key="1",
        now=NOON,
    )

    assert [row["kind"] for row in about(session, EmailAddress("anna@example.net"))["mails"]] == ["message"]


def test_nothing_of_another_person_is_told(session: Session) -> None:
    a_whole_life(session)

    told = json.dumps(about(session, BERTA), ensure_ascii=False)

    assert "anna" not in told.lower()


def test_an_organiser_is_told_of_her_access(session: Session) -> None:
    anna = organisers.add(session, ANNA, language="en", role=Role.SENDER, name="Anna", now=NOON)
    organisers.come_in(anna, now=NOON)
    organisers.keep_password(anna, "what is kept of it", now=NOON)
    organisers.note(session, "organiser.signed_in", organiser_id=anna.id, by="link", now=NOON)
    organisers.note(session, "organiser.disabled", organiser_id=None, subject=ANNA, now=NOON + MINUTE)
    organisers.note(session, "organiser.disabled", organiser_id=None, subject="b@example.net", now=NOON)
    organisers.disable(session, ANNA, now=NOON + MINUTE)

    assert about(session, ANNA)["organiser"] == {
        "address": "Anna@example.net",
        "name": "Anna",
        "role": "sender",
        "language": "en",
        "known_since": AT_NOON,
        "first_signed_in_at": AT_NOON,
        "last_seen_at": AT_NOON,
        "password_set_at": AT_NOON,
        "second_factor_confirmed_at": None,
        "disabled_at": A_MINUTE_LATER,
        "log": [
            {"at": AT_NOON, "action": "organiser.signed_in", "series": "", "subject": ""},
            {"at": A_MINUTE_LATER, "action": "organiser.disabled", "series": "", "subject": ANNA},
        ],
    }


def test_what_happened_to_a_subscription_is_told(session: Session) -> None:
    subscription = confirmed(session, a_series(session))
    subscriptions.pause(session, subscription.id, date(2023, 6, 1), now=NOON)
    subscriptions.leave(session, subscription.id, now=NOON + timedelta(days=1))

    (told,) = about(session, ANNA)["subscriptions"]

    assert (told["state"], told["paused_until"], told["left_at"]) == (
        "left",
        "2023-06-01",
        "2023-01-03T11:00:00+00:00",
    )


def test_what_remains_after_erasure_can_still_be_shown(session: Session) -> None:
    a_whole_life(session)
    privacy.erase(session, ANNA, now=NOON + timedelta(days=1))

    found = about(session, ANNA)

    assert (found["person"], found["subscriptions"], found["mails"]) == (None, [], [])
    assert {row["step"] for row in found["consent"]} == {"asked", "confirmed", "left"}


def test_it_is_ready_for_json(session: Session) -> None:
    a_whole_life(session)

    found = about(session, ANNA)

    assert json.loads(json.dumps(found)) == found


def about(session: Session, address: EmailAddress) -> dict[str, Any]:
    return privacy.everything_about(session, address, pseudonym=pseudonym)

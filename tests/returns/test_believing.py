"""What is believed of a message, and what is not: forged reports, answers of machines, complaints, who leaves by mail."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from mailer import returns, subscriptions
from mailer.core.tokens import Links
from mailer.delivery import Delivery, DeliveryState
from mailer.people import Suppression
from mailer.returns import Kind, Outcome
from mailer.returns.reading import read
from tests.returns.conftest import LATER, Sent
from tests.support.returning import (
    Origin,
    absence,
    complaint,
    exchange_report,
    leaving,
    multipart,
    qmail_report,
    report,
)

UNPROVEN = Origin("b+000000000001" + "0" * 20, f"<{'1' * 32}@example.org>")


def test_forged_report_is_not_believed(sent: Sent) -> None:
    """Whoever knows an address can write a report about it, but not the mark of its letter."""
    mine = sent.origin()
    forged = Origin(mine.mark[:-1] + ("0" if mine.mark[-1] != "0" else "1"), UNPROVEN.message_id)
    other_house = Origin(
        "b+" + "0" * 11 + "1" + Links("x" * 32).mac("return-path", b"\0" * 5 + b"\1")[:10].hex(), ""
    )

    outcomes = [sent.take(report(one)).outcome for one in (forged, other_house, UNPROVEN)]

    assert outcomes == [Outcome.NOT_UNDERSTOOD] * 3
    assert (sent.subscription, sent.ledger[0]) == ("active", "sent")


def test_mark_of_one_letter_says_nothing_of_another(sent: Sent) -> None:
    berta = sent.origin("berta@example.net")

    sent.take(
        report(Origin(berta.mark, sent.origin().message_id, "anna@example.net"), final="berta@example.net")
    )

    assert sent.subscription == "active"
    assert sent.row("berta@example.net").state == "failed"


def test_letter_case_of_the_return_path_does_not_matter(sent: Sent) -> None:
    origin = sent.origin()

    assert sent.take(report(origin, to=origin.return_path.upper())).outcome is Outcome.ENDED


@pytest.mark.parametrize("field", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_mark_may_stand_where_the_receiving_server_writes_it(sent: Sent, field: str) -> None:
    origin = sent.origin()
    raw = f"{field}: {origin.return_path}\n".encode() + report(
        origin, to="postmaster@example.org", header="Subject: x"
    )

    assert sent.take(raw).outcome is Outcome.ENDED


def test_envelope_id_finds_the_letter_without_a_return_path(sent: Sent) -> None:
    origin = sent.origin()
    raw = report(
        origin, to="dialog@example.org", header="Subject: x", envelope_id=origin.mark.removeprefix("b+")
    )

    assert sent.take(raw).outcome is Outcome.ENDED


def test_enclosed_message_id_finds_the_letter_where_the_relay_wrote_another_return_path(sent: Sent) -> None:
    """It is under a key as well: nobody else can have made it for this address."""
    origin = sent.origin()
    bare = Origin("someone-else", origin.message_id)
    wrong = Origin("someone-else", sent.origin("berta@example.net").message_id)

    outcomes = [sent.take(exchange_report(one)).outcome for one in (wrong, bare)]

    assert outcomes == [Outcome.NOT_UNDERSTOOD, Outcome.ENDED]


def test_qmails_copy_finds_the_letter(sent: Sent) -> None:
    origin = sent.origin()
    raw = qmail_report(origin).replace(
        f"To: {origin.return_path}\nDate".encode(), b"To: dialog@example.org\nDate"
    )

    assert sent.take(raw).outcome is Outcome.ENDED


@pytest.mark.parametrize(
    "fields",
    [
        ("Auto-Submitted: auto-replied",),
        ("Auto-Submitted: auto-generated (vacation)", "X-Auto-Response-Suppress: All"),
        ("Precedence: bulk", "X-Autoreply: yes"),
        ("Precedence: auto_reply",),
        ("X-Autorespond: Abwesend",),
        ("List-Id: <liste.example.net>", "Precedence: list"),
    ],
)
def test_answers_of_machines_are_passed_over(sent: Sent, fields: tuple[str, ...]) -> None:
    taken = sent.take(absence(sent.origin(), *fields))

    assert (taken.kind, taken.outcome) == (Kind.AUTOMATIC, Outcome.PASSED_OVER)
    assert (sent.subscription, sent.ledger[0]) == ("active", "sent")


def test_receipt_is_no_report(sent: Sent) -> None:
    said = (
        "message/disposition-notification",
        "Final-Recipient: rfc822; anna@example.net\nDisposition: manual; deleted",
    )
    top = f"To: {sent.origin().return_path}\nSubject: Gelesen\n"

    taken = sent.take(multipart(top, "report; report-type=disposition-notification", [said]))

    assert (taken.kind, taken.outcome) == (Kind.AUTOMATIC, Outcome.PASSED_OVER)


def test_answer_of_a_machine_to_the_sender_is_known_by_what_it_answers(sent: Sent) -> None:
    origin = sent.origin()
    raw = absence(origin, "Auto-Submitted: auto-replied").replace(
        origin.return_path.encode(), b"dialog@example.org"
    )

    assert sent.take(raw).outcome is Outcome.PASSED_OVER


def test_what_a_person_wrote_is_for_a_person_to_read(sent: Sent) -> None:
    """Even to a return path: nothing is deleted that was not understood."""
    taken = sent.take(absence(sent.origin(), subject="Re: Morgen um 17:00 Uhr"))

    assert taken.outcome is Outcome.NOT_UNDERSTOOD


def test_answer_of_a_machine_that_is_not_to_us_is_for_a_person_to_read(sent: Sent) -> None:
    assert sent.take(absence(UNPROVEN, "Auto-Submitted: auto-replied")).outcome is Outcome.NOT_UNDERSTOOD


def test_complaint_takes_her_off_every_list_for_good(sent: Sent) -> None:
    taken = sent.take(complaint(sent.origin()))
    again = sent.take(complaint(sent.origin()))

    with sent.house.database.reading() as session:
        reasons = list(session.scalars(select(Suppression.reason)))
    assert [taken.outcome, again.outcome] == [Outcome.BLOCKED, Outcome.KNOWN]
    assert (sent.subscription, reasons) == ("left", ["complaint"])
    assert sent.ledger[0] == "sent", "it did arrive"


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "virus"])
def test_other_feedback_is_no_complaint(sent: Sent, kind: str) -> None:
    taken = sent.take(complaint(sent.origin(), kind=kind))

    assert taken.outcome is Outcome.PASSED_OVER
    assert sent.subscription == "active"


def test_forged_complaint_blocks_nobody(sent: Sent) -> None:
    taken = sent.take(complaint(UNPROVEN))

    assert (taken.outcome, sent.subscription) == (Outcome.NOT_UNDERSTOOD, "active")


def test_mailto_of_the_letter_ends_the_subscription(sent: Sent) -> None:
    """By the very subject that stands in List-Unsubscribe."""
    (letter,) = sent.house.mailbox.to("anna@example.net")
    subject = (
        str(letter.message["List-Unsubscribe"]).partition("?subject=")[2].rstrip("> ").replace("%20", " ")
    )

    taken = sent.take(leaving("", subject=subject))

    assert (taken.kind, taken.outcome) == (Kind.LEAVING, Outcome.LEFT)
    assert sent.subscription == "left"
    assert sent.take(leaving("", subject=subject)).outcome is Outcome.LEFT


def test_wish_to_leave_with_a_token_that_is_not_ours_is_for_a_person_to_read(sent: Sent) -> None:
    found = sent.house.subscription()
    assert found is not None
    tokens = [
        sent.house.parts.links.make("manage", found.id),
        Links("another house with a long secret").make("leave", found.id),
    ]

    assert [sent.take(leaving(token)).outcome for token in tokens] == [Outcome.NOT_UNDERSTOOD] * 2
    assert sent.subscription == "active"


def test_who_has_asked_anew_since_is_not_ended_by_an_old_report(sent: Sent) -> None:
    origin = sent.origin()
    found = sent.house.subscription()
    assert found is not None
    with sent.house.transaction() as session:
        subscriptions.leave(session, found.id, now=LATER)
        session.execute(
            update(subscriptions.Subscription)
            .where(subscriptions.Subscription.id == found.id)
            .values(state="active", requested_at=LATER)
        )

    taken = sent.take(report(origin), now=LATER + timedelta(hours=1))

    assert (taken.outcome, sent.subscription) == (Outcome.NOTED, "active")


def test_report_that_is_faster_than_our_own_record_waits_for_it(sent: Sent) -> None:
    """The relay took the letter, its answer is not written down yet, and the report is here."""
    with sent.house.transaction() as session:
        under_way = {"state": DeliveryState.SENDING, "done_at": None}
        session.execute(update(Delivery).where(Delivery.id == sent.row().id).values(**under_way))
    taken = sent.take(report(sent.origin()))
    before = sent.ledger[0]

    with sent.house.transaction() as session:
        recorded = {"state": DeliveryState.SENT, "done_at": LATER}
        session.execute(update(Delivery).where(Delivery.id == sent.row().id).values(**recorded))
        settled = returns.settle(session, now=LATER)

    assert (taken.outcome, before, settled, sent.ledger[0]) == (Outcome.ENDED, "sending", 1, "failed")


def test_nobody_on_a_list_is_needed_for_a_letter_to_come_back(sent: Sent) -> None:
    """A letter to organisers has a row, and nobody behind it."""
    with sent.house.transaction() as session:
        session.execute(update(Delivery).values(subscription_id=None, mailing_id=None))

    reported, complained = sent.take(report(sent.origin())), sent.take(complaint(sent.origin()))

    assert [reported.outcome, complained.outcome] == [Outcome.NOTED, Outcome.NOTED]
    assert sent.ledger[0] == "failed"


def test_later_letters_to_who_bounced_are_not_sent(sent: Sent) -> None:
    sent.take(report(sent.origin()))
    before = len(sent.house.mailbox.letters)

    sent.house.tick(sent.house.now + timedelta(days=40))

    assert {letter.to for letter in sent.house.mailbox.letters[before:]} <= {"berta@example.net"}


def test_log_names_nobody(sent: Sent, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="mailer")

    sent.take(report(sent.origin()))
    sent.take(complaint(sent.origin("berta@example.net")))

    assert "kind=report outcome=ended" in caplog.text
    assert "@" not in caplog.text
    assert sent.origin().mark not in caplog.text


def test_unreadable_messages_are_for_a_person_to_read() -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000))
    broken = [
        b"",
        b"\0\xff\xfe",
        b"Content-Type: multipart/report\n\n",
        b"Content-Type: multipart/mixed; boundary==\n\n--=\n",
        b"Subject: =?utf-8?b?!!!?=\nDate: =?x?q?y?=\nContent-Type: text/plain; charset=nonsense\n\n\xff",
        b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n!!!",
        nested,
    ]

    assert {read(one).kind for one in broken} <= {Kind.UNKNOWN, Kind.REPORT}

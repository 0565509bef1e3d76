"""From a report's words to what they mean: a table, without a database."""

from __future__ import annotations

from base64 import b64encode

import pytest

from mailer.core.types import EmailAddress
from mailer.returns import Kind, Verdict
from mailer.returns.judging import judge, own, reply_of
from mailer.returns.reading import read
from tests.support.returning import Origin, exim_report, multipart, old_exim_report, qmail_report, report

ANNA = EmailAddress("Anna@example.net")
ORIGIN = Origin("b+" + "0" * 32, f"<{'1' * 32}@example.org>")


def meant(raw: bytes) -> tuple[Verdict, str]:
    """What a report means for Anna, and the code it rests on."""
    found = read(raw)
    fate = own(found.fates, ANNA)
    assert found.kind is Kind.REPORT
    assert fate is not None
    return judge(fate, ANNA), fate.reply.enhanced


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("5.1.1", Verdict.GONE),
        ("5.1.2", Verdict.GONE),
        ("5.1.3", Verdict.GONE),
        ("5.1.6", Verdict.GONE),
        ("5.1.10", Verdict.GONE),
        ("5.2.1", Verdict.GONE),
        ("5.0.0", Verdict.REFUSED),
        ("5.1.0", Verdict.REFUSED),
        ("5.1.8", Verdict.REFUSED),
        ("5.1.100", Verdict.REFUSED),
        ("5.4.1", Verdict.REFUSED),
        ("5.4.4", Verdict.REFUSED),
        ("5.5.0", Verdict.REFUSED),
        ("5.2.2", Verdict.FOR_NOW),
        ("4.2.2", Verdict.FOR_NOW),
        ("4.4.7", Verdict.FOR_NOW),
        ("4.1.1", Verdict.FOR_NOW),
        ("5.7.1", Verdict.OUR_FAULT),
        ("5.7.26", Verdict.OUR_FAULT),
        ("5.7.515", Verdict.OUR_FAULT),
        ("5.2.3", Verdict.OUR_FAULT),
        ("5.3.4", Verdict.OUR_FAULT),
        ("5.6.1", Verdict.OUR_FAULT),
    ],
)
def test_every_code_has_its_meaning(status: str, verdict: Verdict) -> None:
    said = f"smtp; {status[0]}50 {status} no"

    assert meant(report(ORIGIN, status=status, diagnostic=said)) == (verdict, status)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_only_what_failed_counts(action: str) -> None:
    """Even where it carries the code of an address that does not exist."""
    assert meant(report(ORIGIN, action=action))[0] is Verdict.UNDER_WAY


@pytest.mark.parametrize(
    ("status", "quoted", "meaning"),
    [
        ("5.0.0", "550 5.1.1", (Verdict.GONE, "5.1.1")),
        ("5.0.0", "550 5.7.1", (Verdict.OUR_FAULT, "5.7.1")),
        ("5.0.0", "550", (Verdict.REFUSED, "5.0.0")),
        ("5.2.2", "550 5.1.1", (Verdict.FOR_NOW, "5.2.2")),
        ("4.0.0", "550 5.1.1", (Verdict.FOR_NOW, "4.0.0")),
    ],
)
def test_words_count_only_where_the_status_says_nothing(
    status: str, quoted: str, meaning: tuple[Verdict, str]
) -> None:
    assert meant(exim_report(ORIGIN, status=status, quoted=quoted)) == meaning


@pytest.mark.parametrize(
    ("why", "verdict"),
    [
        ("Sorry, no mailbox here by that name. (#5.1.1)", Verdict.GONE),
        ("192.0.2.25 does not like recipient.\nRemote host said: 550 5.1.1 <anna@example.net>: unknown", Verdict.GONE),
        ("Remote host said: 552 5.2.2 mailbox full", Verdict.FOR_NOW),
        ("Remote host said: 554 delivery error: this user has no account here", Verdict.REFUSED),
        ("I'm not going to try again; this message has been in the queue too long. (#4.4.7)", Verdict.FOR_NOW),
        ("Connected to 192.0.2.25 at port 587 but it hung up.", Verdict.REFUSED),
        ("Sorry, that did not work.", Verdict.REFUSED),
    ],
)  # fmt: skip
def test_prose_of_qmail_is_read(why: str, verdict: Verdict) -> None:
    assert meant(qmail_report(ORIGIN, why=why))[0] is verdict


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("550 5.1.1", Verdict.GONE), ("550", Verdict.REFUSED), ("550 5.7.1", Verdict.OUR_FAULT)],
)
def test_prose_of_exim_is_read(answer: str, verdict: Verdict) -> None:
    assert meant(old_exim_report(ORIGIN, answer=answer))[0] is verdict


def test_of_several_recipients_ours_counts() -> None:
    status = (
        "message/delivery-status",
        "Reporting-MTA: dns; relay.example.org\n\n"
        "Final-Recipient: rfc822; other@example.net\nAction: failed\nStatus: 5.1.1\n\n"
        "Final-Recipient: rfc822; anna@example.net\nAction: delayed\nStatus: 4.4.1\n",
    )

    assert meant(multipart("Subject: x\n", "report", [status]))[0] is Verdict.UNDER_WAY


@pytest.mark.parametrize(
    ("head", "coded"),
    [
        ("Content-Transfer-Encoding: base64", b64encode(b"Action: failed\nStatus: 5.1.1\n").decode()),
        ("Content-Transfer-Encoding: quoted-printable", "Action:=20failed\nStatus:=205.1.1"),
        ("X-None: 1", "Action: failed\nFinal-Recipient: utf-8; anna@example.net\nStatus: 5.1.1 (no such mailbox)"),
    ],
    ids=["base64", "quoted-printable", "plain"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["delivery-status", "global-delivery-status"])
def test_status_is_read_however_it_was_encoded(kind: str, head: str, coded: str) -> None:
    raw = multipart("Subject: x\n", "report", [(f"message/{kind}\n{head}", coded)])

    assert meant(raw) == (Verdict.GONE, "5.1.1")


def test_status_part_is_found_by_its_type_not_by_its_place() -> None:
    wanted = ("message/delivery-status", "Reporting-MTA: dns; x\n\nAction: failed\nStatus: 5.1.1\n")
    others = [("text/html", "<p>no</p>"), ("message/rfc822", "Subject: yours\n\nAction: failed\n")]

    assert meant(multipart("Subject: x\n", "mixed", [*others, wanted])) == (Verdict.GONE, "5.1.1")


def test_report_inside_the_letter_enclosed_is_none() -> None:
    """What a person forwards to us is for a person to read."""
    inner = multipart(
        "Subject: x\n", "report", [("message/delivery-status", "\nAction: failed\nStatus: 5.1.1\n")]
    )
    forwarded = multipart(
        "Subject: FW\n",
        "mixed",
        [("text/plain", "Siehe unten"), ("message/rfc822", inner.decode().replace("sep", "inner"))],
    )

    assert read(forwarded).kind is Kind.UNKNOWN


@pytest.mark.parametrize(
    ("status", "said", "reply"),
    [
        ("5.1.1", "smtp; 550 5.1.1 <a@b.example>: unknown", (550, "5.1.1 <…>: unknown")),
        ("5.1.1 (bad mailbox)", "", (550, "5.1.1")),
        ("", "smtp; 452 4.2.2 full", (452, "4.2.2 full")),
        ("", "smtp; 550 no such user", (550, "5.0.0 no such user")),
        ("4.4.7", "X-Postfix; delivery temporarily suspended", (450, "4.4.7 delivery temporarily suspended")),
        ("5.1.1", "smtp;550-5.1.1 no 550 5.1.1 such", (550, "5.1.1 no 550 5.1.1 such")),
        ("nonsense", "nonsense", (550, "5.0.0 nonsense")),
        ("5.2.2", "smtp; 452 4.2.2 over quota", (550, "5.2.2 4.2.2 over quota")),
    ],
)
def test_reply_reads_as_the_relay_would_have_said_it(status: str, said: str, reply: tuple[int, str]) -> None:
    found = reply_of(status, said)

    assert (found.code, found.without_addresses.strip()) == reply

"""Reports as the world's servers write them, and what follows from each for ledger and subscription."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from mailer.delivery import counts_by_state
from mailer.mailings import Mailing
from mailer.returns import Outcome, Verdict
from tests.returns.conftest import DUE, LATER, Sent
from tests.support.returning import (
    Origin,
    exchange_report,
    exim_report,
    gmail_report,
    old_exim_report,
    qmail_report,
    report,
)

GONE = [report, exchange_report, gmail_report, exim_report, old_exim_report, qmail_report]


@pytest.mark.parametrize("written", GONE)
def test_address_that_does_not_exist_ends_the_subscription_whoever_says_so(
    sent: Sent, written: Callable[[Origin], bytes]
) -> None:
    taken = sent.take(written(sent.origin()))

    assert (taken.outcome, taken.verdict) == (Outcome.ENDED, Verdict.GONE)
    assert taken.delivery_id == sent.row().id
    assert taken.status in ("5.1.1", "5.1.10")
    assert sent.subscription == "bounced"
    state, code, reply, reason = sent.ledger
    assert (state, code, reason) == ("failed", 550, "returned")
    assert reply.startswith(taken.status)
    assert "@" not in reply
    assert sent.row("berta@example.net").state == "sent"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [("5.0.0", Verdict.REFUSED), ("4.2.2", Verdict.FOR_NOW), ("5.7.26", Verdict.OUR_FAULT)],
)
def test_other_codes_are_noted_and_the_person_stays(sent: Sent, status: str, verdict: Verdict) -> None:
    said = f"smtp; {status[0]}50 {status} no"

    taken = sent.take(report(sent.origin(), status=status, diagnostic=said))

    assert (taken.outcome, taken.verdict, taken.status) == (Outcome.NOTED, verdict, status)
    assert sent.subscription == "active"
    assert sent.ledger == ("failed", int(f"{status[0]}50"), f"{status} no", "returned")


def test_what_has_not_failed_is_passed_over(sent: Sent) -> None:
    """Even where it carries the code of an address that does not exist."""
    taken = sent.take(report(sent.origin(), action="delayed"))

    assert (taken.outcome, taken.verdict) == (Outcome.PASSED_OVER, Verdict.UNDER_WAY)
    assert (sent.subscription, sent.ledger[0]) == ("active", "sent")


def test_refusal_ends_it_when_it_happens_on_a_second_day(sent: Sent) -> None:
    origin = sent.origin()
    first = sent.take(report(origin, status="5.0.0", number=1))
    same_day = sent.take(report(origin, status="5.0.0", number=2, date="Wed, 24 May 2023 14:00:00 +0200"))
    between = sent.subscription

    next_day = sent.take(
        report(origin, status="5.0.0", number=3, date="Thu, 25 May 2023 09:00:00 +0200"),
        now=LATER + timedelta(days=2),
    )

    assert [one.outcome for one in (first, same_day, next_day)] == [
        Outcome.NOTED,
        Outcome.NOTED,
        Outcome.ENDED,
    ]
    assert (between, sent.subscription) == ("active", "bounced")


def test_days_are_those_of_the_reports_though_all_are_read_at_once(sent: Sent) -> None:
    origin, end = sent.origin(), LATER + timedelta(days=9)
    sent.take(report(origin, status="5.0.0", number=1), now=end)

    taken = sent.take(
        report(origin, status="5.0.0", number=2, date="Mon, 29 May 2023 09:00:00 +0200"), now=end
    )

    assert taken.outcome is Outcome.ENDED


@pytest.mark.parametrize(
    "date", ["Fri, 1 Jan 2038 00:00:00 +0000", "Sat, 1 Jan 2022 00:00:00 +0000", "yesterday", ""]
)
def test_date_that_cannot_be_true_counts_as_now(sent: Sent, date: str) -> None:
    """Else one report with a date of its own choice would make two days of one."""
    origin = sent.origin()
    sent.take(report(origin, status="5.0.0", number=1))

    taken = sent.take(report(origin, status="5.0.0", number=2, date=date))

    assert taken.outcome is Outcome.NOTED


def test_same_report_twice_is_once(sent: Sent) -> None:
    raw = report(sent.origin())
    sent.take(raw)
    before = (sent.ledger, sent.house.subscription())

    again = sent.take(raw.replace(b"\n", b"\r\n"), now=LATER + timedelta(hours=1))

    found = sent.house.subscription()
    assert again.outcome is Outcome.KNOWN
    assert sent.ledger == before[0]
    assert found is not None
    assert before[1] is not None
    assert found.bounced_at == before[1].bounced_at
    assert counts(sent) == {"sent": 1, "failed": 1}


def test_report_without_an_id_is_known_by_its_words_whatever_stands_above_them(sent: Sent) -> None:
    raw = qmail_report(sent.origin())
    sent.take(raw)

    again = sent.take(b"Received: from here by there\r\n" + raw.replace(b"\n", b"\r\n"))

    assert again.outcome is Outcome.KNOWN


def test_mailing_counts_what_came_back_as_failed(sent: Sent) -> None:
    before = counts(sent)

    sent.take(report(sent.origin()))

    assert (before, counts(sent)) == ({"sent": 2}, {"sent": 1, "failed": 1})


def test_member_of_a_group_that_is_gone_says_nothing_of_the_group(sent: Sent) -> None:
    """The office's address exists; one of those it passes its mail on to does not."""
    taken = sent.take(report(sent.origin(), final="emil@inside.example.net"))

    assert (taken.outcome, taken.verdict) == (Outcome.NOTED, Verdict.PASSED_ON)
    assert (sent.subscription, sent.ledger[0]) == ("active", "sent")


def test_of_several_recipients_ours_counts(sent: Sent) -> None:
    origin = sent.origin()
    raw = report(origin, status="4.2.2").replace(
        b"\n\n--sep\nContent-Type: text/rfc822-headers",
        b"\n\nFinal-Recipient: rfc822; other@example.net\nAction: failed\nStatus: 5.1.1\n"
        b"\n--sep\nContent-Type: text/rfc822-headers",
    )

    assert sent.take(raw).verdict is Verdict.FOR_NOW


def test_old_letter_is_not_believed_to_come_back(sent: Sent) -> None:
    within = DUE + timedelta(days=29)
    beyond = DUE + timedelta(days=31)

    late = sent.take(report(sent.origin()), now=beyond)
    unchanged = (sent.subscription, sent.ledger[0])
    in_time = sent.take(report(sent.origin()), now=within)

    assert (late.outcome, unchanged) == (Outcome.TOO_OLD, ("active", "sent"))
    assert in_time.outcome is Outcome.ENDED


def counts(sent: Sent) -> dict[str, int]:
    """How many letters of the mailing stand where; without the empty states."""
    with sent.house.database.reading() as session:
        mailing = session.get_one(Mailing, sent.row().mailing_id)
        return {state: count for state, count in counts_by_state(session, mailing).items() if count}

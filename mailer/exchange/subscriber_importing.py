"""Subscribers from a list: looked at first, then taken; the good rows enter, each bad one is reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.core.types import Pseudonym
from mailer.exchange.problems import NoEvidence, Wrong
from mailer.exchange.subscriber_understanding import Named, Rejected, Understood, understand_list
from mailer.exchange.values import parse_line
from mailer.series import Series
from mailer.subscriptions import Admission, Newcomer, NotAdmitted

LONGEST_EVIDENCE = 500


@dataclass(frozen=True)
class Accepted:
    """A row that is taken over, and what becomes of it."""

    line: int
    newcomer: Newcomer
    outcome: Admission


@dataclass
class SubscriberReport:
    """What came of a list, or what would come of it. The rows that change nothing are counted in ``unchanged`` alone."""

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    """Every row that is not rejected, in the order of the file."""
    left_out: tuple[str, ...] = ()
    """Columns of the file that mean nothing to us."""


def import_subscribers(
    session: Session, series: Series, source: bytes, *, evidence: str, pseudonym: Pseudonym, now: datetime
) -> SubscriberReport:
    """Put the people of a CSV file on the series' list as active; no mail is sent to them.

    The file is as `understand_list` reads it. Importing the same file again changes nothing.
    ``evidence`` says where their consent can be looked up.

    Raises BadSubscriberFile, NoEvidence; then nobody was taken over, if the caller rolls back.
    """
    parse_evidence(evidence)
    understood = understand_list(series, source, now=now)
    return take_list(session, series, understood, evidence=evidence, pseudonym=pseudonym, now=now)


def judge_list(
    session: Session, series: Series, understood: Understood, *, pseudonym: Pseudonym, now: datetime
) -> SubscriberReport:
    """What would come of a list that was understood, if it were taken now. Writes nothing."""
    outcomes = subscriptions.judge(session, series, understood.newcomers, pseudonym=pseudonym, now=now)
    return _report(understood, outcomes)


def take_list(
    session: Session,
    series: Series,
    understood: Understood,
    *,
    evidence: str,
    pseudonym: Pseudonym,
    now: datetime,
) -> SubscriberReport:
    """Put the people of a list that was understood on the series' list. Raises NoEvidence."""
    outcomes = subscriptions.admit(
        session,
        series,
        understood.newcomers,
        evidence=parse_evidence(evidence),
        pseudonym=pseudonym,
        now=now,
    )
    return _report(understood, outcomes)


def parse_evidence(text: str) -> str:
    """Where the consent of imported people can be looked up, as it is kept. Raises NoEvidence."""
    try:
        return parse_line(text, longest=LONGEST_EVIDENCE, required=True)
    except Wrong:
        raise NoEvidence(most=LONGEST_EVIDENCE) from None


def _report(understood: Understood, outcomes: Sequence[Admission | NotAdmitted]) -> SubscriberReport:
    report = SubscriberReport(rejected=list(understood.rejected), left_out=understood.left_out)
    for named, outcome in zip(understood.good, outcomes, strict=True):
        _count(report, named, outcome)
    report.rejected.sort(key=lambda refused: refused.line)
    return report


def _count(report: SubscriberReport, named: Named, outcome: Admission | NotAdmitted) -> None:
    if isinstance(outcome, NotAdmitted):
        code = f"not_admitted_{outcome.details['reason']}"
        report.rejected.append(Rejected(named.line, named.email, code))
        return
    report.accepted.append(Accepted(named.line, named.newcomer, outcome))
    report.imported += outcome is Admission.IMPORTED
    report.updated += outcome is Admission.UPDATED
    report.unchanged += outcome is Admission.UNCHANGED

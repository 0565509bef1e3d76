"""Subscribers from a list: the good rows enter, each bad one is reported."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.core.addresses import mailbox_key
from mailer.core.clock import at_local
from mailer.core.i18n import Translator, choose_locale, translator
from mailer.core.types import Locale, Pseudonym
from mailer.exchange.problems import REASONS, NoEvidence, Wrong
from mailer.exchange.subscriber_reading import FORMULA, Row, read_list
from mailer.exchange.values import parse_line, parse_mail_address
from mailer.series import Series
from mailer.subscriptions import Admission, Newcomer, NotAdmitted

LONGEST_NAME = 200
LONGEST_EVIDENCE = 500


@dataclass(frozen=True)
class Rejected:
    """A row that was not taken over: where it begins, the address as written, and why."""

    line: int
    email: str
    code: str
    """The reason as a code, such as ``in_file_twice``."""
    details: dict[str, object] = field(default_factory=dict)

    def sentence(self, speaker: Translator) -> str:
        """The reason in the language of ``speaker``."""
        return speaker.say(REASONS + self.code, self.details)

    @property
    def reason(self) -> str:
        """The reason in English."""
        return self.sentence(translator("en"))


@dataclass
class SubscriberReport:
    """What came of a list. The rows that changed nothing are in none of the counts but ``unchanged``."""

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    left_out: tuple[str, ...] = ()
    """Columns of the file that mean nothing to us."""


def import_subscribers(
    session: Session, series: Series, source: bytes, *, evidence: str, pseudonym: Pseudonym, now: datetime
) -> SubscriberReport:
    """Put the people of a CSV file on the series' list as active; no mail is sent to them.

    Columns: ``email``, and where known ``name``, ``language`` and ``confirmed_at`` (ISO 8601, local
    to the series where it has no zone). Importing the same file again changes nothing.
    ``evidence`` says where their consent can be looked up.

    Raises BadSubscriberFile, NoEvidence; then nobody was taken over, if the caller rolls back.
    """
    evidence = _evidence(evidence)
    people = read_list(source)
    report = SubscriberReport(left_out=people.left_out)
    seen: set[str] = set()
    good: list[tuple[Row, Newcomer]] = []
    for row in people.rows:
        try:
            good.append((row, _understand(row, series, seen, now=now)))
        except Wrong as wrong:
            report.rejected.append(Rejected(row.line, row.shown_email, wrong.reason, wrong.details))
    outcomes = subscriptions.admit(
        session,
        series,
        [newcomer for _, newcomer in good],
        evidence=evidence,
        pseudonym=pseudonym,
        now=now,
    )
    for (row, _), outcome in zip(good, outcomes, strict=True):
        _count(report, row, outcome)
    report.rejected.sort(key=lambda refused: refused.line)
    return report


def _evidence(text: str) -> str:
    try:
        return parse_line(text, longest=LONGEST_EVIDENCE, required=True)
    except Wrong:
        raise NoEvidence(most=LONGEST_EVIDENCE) from None


def _count(report: SubscriberReport, row: Row, outcome: Admission | NotAdmitted) -> None:
    if isinstance(outcome, NotAdmitted):
        code = f"not_admitted_{outcome.details['reason']}"
        report.rejected.append(Rejected(row.line, row.shown_email, code))
        return
    report.imported += outcome is Admission.IMPORTED
    report.updated += outcome is Admission.UPDATED
    report.unchanged += outcome is Admission.UNCHANGED


def _understand(row: Row, series: Series, seen: set[str], *, now: datetime) -> Newcomer:
    """What a row says; ``seen`` keeps the mailboxes of the rows before. Raises Wrong."""
    if row.is_too_long:
        raise Wrong("too_many_cells")
    address = parse_mail_address(_cell(row, "email"))
    if mailbox_key(address) in seen:
        raise Wrong("in_file_twice")
    if _cell(row, "state").lower() not in ("", "active"):
        raise Wrong("not_active")
    person = Newcomer(
        address=address,
        name=parse_line(_cell(row, "name"), longest=LONGEST_NAME),
        language=_language(_cell(row, "language"), series),
        confirmed_at=_moment(_cell(row, "confirmed_at"), series.zone, now=now),
    )
    seen.add(mailbox_key(address))
    return person


def _cell(row: Row, column: str) -> str:
    """The cell without white space, and without the mark an export puts before what looks like a formula."""
    text = row.cells.get(column, "").strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _language(text: str, series: Series) -> Locale:
    if not text:
        return series.default_language
    named = re.fullmatch(r"([A-Za-z]{2})([-_].*)?", text)
    locale = choose_locale(named[1], series.languages) if named else None
    if locale is None:
        raise Wrong("not_one_of", allowed=", ".join(series.languages))
    return locale


def _moment(text: str, zone: ZoneInfo, *, now: datetime) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = at_local(moment.date(), moment.time(), zone)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Wrong("not_a_moment") from None
    if moment > now:
        raise Wrong("in_the_future")
    return moment

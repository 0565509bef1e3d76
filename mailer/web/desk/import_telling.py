"""What will become of an uploaded list, in words; and as it is kept until somebody says yes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from mailer.core import i18n
from mailer.exchange import HeldList, Rejected, SubscriberReport
from mailer.series import Series
from mailer.subscriptions import Admission
from mailer.web import languages
from mailer.web.desk.people_telling import tell_moment
from mailer.web.languages import gettext as _

MOST_SHOWN = 200
"""Lines of each table; the totals count all."""


@dataclass(frozen=True)
class TakenLine:
    """A line that will be taken over."""

    line: int
    address: str
    name: str
    language: str
    confirmed: str
    outcome: str
    badge: str


@dataclass(frozen=True)
class RefusedLine:
    """A line that will not, and why."""

    line: int
    email: str
    reason: str


@dataclass(frozen=True)
class Preview:
    """Everything the preview says."""

    imported: int
    updated: int
    unchanged: int
    rejected: int
    taken: tuple[TakenLine, ...]
    refused: tuple[RefusedLine, ...]
    taken_total: int
    left_out: str
    evidence: str
    ends: str


def as_kept(report: SubscriberReport) -> dict[str, Any]:
    """The numbers, and the lines that are shown: as plain words for the database."""
    return {
        "imported": report.imported,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": len(report.rejected),
        "left_out": list(report.left_out),
        "refused": [asdict(refused) for refused in report.rejected[:MOST_SHOWN]],
        "taken": [
            {
                "line": one.line,
                "address": one.newcomer.address,
                "name": one.newcomer.name,
                "language": one.newcomer.language,
                "confirmed_at": one.newcomer.confirmed_at.isoformat() if one.newcomer.confirmed_at else "",
                "outcome": one.outcome.value,
            }
            for one in report.accepted[:MOST_SHOWN]
        ],
    }


def tell_preview(found: Series, held: HeldList) -> Preview:
    kept = held.judgement
    counts = {name: kept[name] for name in ("imported", "updated", "unchanged", "rejected")}
    return Preview(
        **counts,
        taken=tuple(_tell_taken(found, one) for one in kept["taken"]),
        refused=tuple(_tell_refused(one) for one in kept["refused"]),
        taken_total=counts["imported"] + counts["updated"] + counts["unchanged"],
        left_out=", ".join(kept["left_out"]),
        evidence=held.evidence,
        ends=i18n.hour(held.ends_at, found.zone, languages.locale()),
    )


def tell_result(report: SubscriberReport) -> str:
    words = _("%(imported)s new, %(updated)s updated, %(unchanged)s unchanged, %(rejected)s refused.")
    return words % {
        "imported": report.imported,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": len(report.rejected),
    }


def _tell_taken(found: Series, one: dict[str, Any]) -> TakenLine:
    outcome = {
        Admission.IMPORTED: (_("new"), "good"),
        Admission.UPDATED: (_("updated"), "now"),
        Admission.UNCHANGED: (_("unchanged"), "quiet"),
    }[Admission(one["outcome"])]
    confirmed = datetime.fromisoformat(one["confirmed_at"]) if one["confirmed_at"] else None
    return TakenLine(
        one["line"],
        one["address"],
        one["name"],
        languages.NAMES.get(one["language"], one["language"]),
        tell_moment(found, confirmed) if confirmed else "",
        *outcome,
    )


def _tell_refused(one: dict[str, Any]) -> RefusedLine:
    return RefusedLine(one["line"], one["email"], Rejected(**one).sentence(languages.current()))

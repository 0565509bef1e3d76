"""Two outlooks on the same series, side by side."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from mailer.letters import nearness
from mailer.rehearsal.foreseeing import Foreseen, Outlook


class Difference(enum.StrEnum):
    """What becomes of a mail when things go otherwise."""

    SAME = "same"
    NEW = "new"  # it would not leave as things stand
    GONE = "gone"  # it would not leave any more, and nobody would expect it
    MISSED = "missed"  # it would be expected, and would not leave
    LATER = "later"
    EARLIER = "earlier"
    WORDS = "words"  # at the same moment, but it would speak otherwise of how near the dialogue is


@dataclass(frozen=True)
class Compared:
    """One mail, with what it was."""

    mail: Foreseen
    """As it would be; of one that is gone, as it was."""
    was: Foreseen | None
    """As things stand; absent for a new one."""
    difference: Difference


def compare(before: Outlook, after: Outlook, *, zone: ZoneInfo) -> list[Compared]:
    """Every mail of both, in the order in which they would leave."""
    known = {_key(mail): mail for mail in before.mails}
    compared = [_compare(mail, known.pop(_key(mail), None), zone) for mail in after.mails]
    compared += [Compared(mail, mail, Difference.GONE) for mail in known.values() if not mail.missed]
    return sorted(compared, key=lambda one: (one.mail.at, one.mail.due_at))


def _compare(mail: Foreseen, was: Foreseen | None, zone: ZoneInfo) -> Compared:
    if mail.missed:
        known = was is not None and bool(was.missed)
        return Compared(mail, was, Difference.SAME if known else Difference.MISSED)
    if was is None or was.missed:
        return Compared(mail, was, Difference.NEW)
    if mail.at != was.at:
        return Compared(mail, was, Difference.LATER if mail.at > was.at else Difference.EARLIER)
    if _nearness(mail, zone) != _nearness(was, zone):
        return Compared(mail, was, Difference.WORDS)
    return Compared(mail, was, Difference.SAME)


def _nearness(mail: Foreseen, zone: ZoneInfo) -> str:
    return "" if mail.starts_at is None else nearness(mail.starts_at, None, zone=zone, now=mail.at).value


def _key(mail: Foreseen) -> tuple[object, ...]:
    return mail.event_id, mail.kind, mail.rule

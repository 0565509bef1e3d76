"""What a report means for the address it is about. Pure."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailer.core.addresses import mailbox_key
from mailer.core.types import EmailAddress
from mailer.delivery import Reply

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


class Verdict(enum.StrEnum):
    GONE = "gone"  # the address does not exist: written to no more
    REFUSED = "refused"  # for good, but who knows why: counts when it happens on two days
    OUR_FAULT = "our_fault"  # because of who we are, or of the letter: her address is not to blame
    FOR_NOW = "for_now"  # a full mailbox, a server that was away: the address stays good
    PASSED_ON = "passed_on"  # another address failed, to which this one passes its mail on
    UNDER_WAY = "under_way"  # delayed, or arrived: nothing to note
    COMPLAINT = "complaint"  # its owner's provider reported it as spam


@dataclass(frozen=True)
class Fate:
    """What became of the letter on its way to one address, by a mail server's word."""

    action: str
    """``failed``, ``delayed``, ``delivered``, ``relayed`` or ``expanded`` (RFC 3464 section 2.3.3)."""
    reply: Reply
    """Code and words, the enhanced code first: as the relay would have said it at once."""
    to: str = ""
    """The address it is about, in lower case; empty where none is named."""


def own(fates: Sequence[Fate], address: EmailAddress | None) -> Fate | None:
    """The one among several that is about ``address``; else one that failed, else any; None of none."""
    key = mailbox_key(address) if address else None
    return min(fates, key=lambda fate: (fate.to != key, fate.action != "failed"), default=None)


def judge(fate: Fate, address: EmailAddress | None) -> Verdict:
    """What it means for the address we wrote to; that is absent after erasure.

    Strict on purpose: of a name that is cut off nobody hears again, a letter too much harms nobody.
    A mailbox of an office may stand for several people: that one of theirs is gone says nothing of it.

    Source: RFC 3463; RFC 3464 section 2.3.3 (only ``failed`` is final, and it may carry a 4.x.x).
    """
    if fate.action != "failed":
        return Verdict.UNDER_WAY
    if fate.to and address and fate.to != mailbox_key(address):
        return Verdict.PASSED_ON
    if fate.reply.temporary:
        return Verdict.FOR_NOW
    if fate.reply.says_no_such_address:
        return Verdict.GONE
    return _by_subject(fate.reply.enhanced)


def _by_subject(status: str) -> Verdict:
    if status == "5.2.2":  # mailbox full
        return Verdict.FOR_NOW
    if status in ("5.2.3", "5.3.4") or status.startswith(("5.6.", "5.7.")):  # too large, unreadable, unwanted
        return Verdict.OUR_FAULT
    return Verdict.REFUSED


def reply_of(status: str, said: str) -> Reply:
    """One reply out of a report's ``Status`` and ``Diagnostic-Code``, each of which may be missing.

    A status that says nothing but its class gives way to one in the server's words: Exim writes 5.0.0
    and quotes 550 5.1.1.
    """
    words = re.sub(r"^\s*[\w.-]+\s*;\s*", "", said)  # "smtp;"
    given = _STATUS.search(status)
    quoted = _STATUS.search(words[:80])
    best = given[0] if given else ""
    if quoted and (not best or best.endswith(".0.0")) and best[:1] in ("", quoted[0][:1]):
        best = quoted[0]
    code = re.match(r"[^\w]*([245]\d\d)\b", words)
    kind = best[:1] or (code[1][:1] if code else "5")
    best = best or f"{kind}.0.0"
    rest = re.sub(r"^[^\w]*[245]\d\d[ -]*", "", words)
    rest = re.sub(rf"^\(?#?{re.escape(best)}\)?\s*", "", rest)
    number = int(code[1]) if code and code[1][0] == kind else {"2": 250, "4": 450}.get(kind, 550)
    return Reply.of(number, f"{best} {rest}")

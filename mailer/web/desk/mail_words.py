"""What the desk calls mails: their kinds, how far they are, and why some did not leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailer.delivery import Answer
from mailer.web.languages import gettext as _


@dataclass(frozen=True)
class AnswerTold:
    """One answer of the relay, or a reason of ours, and of how many letters."""

    state: str
    said: str
    count: int
    is_wrong: bool


def kind_words(kind: str) -> str:
    """``Erinnerung``, ``Reminder``."""
    return {
        "confirm": _("Please confirm"),
        "welcome": _("Welcome"),
        "already": _("Already on the list"),
        "info": _("Announcement"),
        "reminder": _("Reminder"),
        "change": _("Notice of change"),
        "cancellation": _("Notice of cancellation"),
        "documentation": _("Documentation"),
        "farewell": _("Farewell"),
        "message": _("Message"),
    }.get(kind, kind)


def language_words(code: str) -> str:
    """``Deutsch``, ``Englisch``: a language as the reader calls it."""
    return {"de": _("German"), "en": _("English")}.get(code, code)


def state_words(state: str) -> str:
    """How far a mailing is: ``geht hinaus``, ``hinausgegangen``."""
    return {
        "draft": _("draft"),
        "released": _("about to leave"),
        "sending": _("leaving now"),
        "paused": _("held back"),
        "done": _("sent"),
        "cancelled": _("stopped"),
        "missed": _("missed"),
    }.get(state, state)


def reason_words(reason: str) -> str:
    """Why a mailing did not leave, as a sentence; a reason without one is shown as it is."""
    return {
        "too_late": _("It could not leave before its time had passed; perhaps the worker was not running."),
        "superseded": _("A later mail about the same dialogue was due as well and went out instead."),
        "moved": _("The dialogue was moved meanwhile."),
        "stopped by hand": _("An organiser stopped it."),
    }.get(reason, reason)


def count_words(counts: Mapping[str, int]) -> tuple[str, ...]:
    """How many letters of a mailing stand where, without what there is none of: ``180 verschickt``, ``2 gescheitert``."""
    told = {
        "sent": _("%(count)s sent"),
        "queued": _("%(count)s waiting"),
        "sending": _("%(count)s leaving"),
        "deferred": _("%(count)s tried again later"),
        "failed": _("%(count)s failed"),
        "skipped": _("%(count)s skipped"),
    }
    return tuple(text % {"count": counts[state]} for state, text in told.items() if counts.get(state))


def answer_words(answer: Answer) -> AnswerTold:
    """An answer with what it means; the relay's own words stay as they are."""
    state = {"failed": _("failed"), "deferred": _("tried again"), "skipped": _("skipped")}.get(
        answer.state, answer.state
    )
    reason = {
        "left": _("left the list before the mail went out"),
        "paused": _("pauses the mails"),
        "suppressed": _("must not be written to"),
        "moved": _("the dialogue was moved meanwhile"),
        "too late": _("was of no use any more"),
        "mailing cancelled": _("an organiser stopped the mailing"),
        "given up": _("given up after four days"),
        "cannot be rendered": _("the letter could not be written"),
    }.get(answer.text, answer.text)
    return AnswerTold(
        state, f"{answer.code} {reason}" if answer.code else reason, answer.count, answer.state == "failed"
    )

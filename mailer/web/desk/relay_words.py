"""What mail servers answer, and why letters stay here, in words that organisers understand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from mailer.core.i18n import translator
from mailer.core.types import Locale
from mailer.delivery import Answer

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


@dataclass(frozen=True)
class AnswerGroup:
    """One thing that was said of so many letters, and how it was worded."""

    sentence: str
    count: int
    state: str
    examples: tuple[str, ...]


def group_answers(answers: Iterable[Answer], locale: Locale) -> tuple[AnswerGroup, ...]:
    """Answers that mean the same stand together, the most frequent first."""
    groups: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        sentence = answer_words(answer.state, answer.code, answer.text, locale)
        groups.setdefault((answer.state, sentence), []).append(answer)
    told = (
        AnswerGroup(sentence, sum(one.count for one in group), state, _examples(group))
        for (state, sentence), group in groups.items()
    )
    return tuple(sorted(told, key=lambda group: -group.count))


@lru_cache(maxsize=4096)
def answer_words(state: str, code: int | None, text: str, locale: Locale) -> str:
    """The sentence behind one answer. Our own reasons have no code. Needs no request: reports are written line by line."""
    _ = translator(locale).gettext
    if code is None or code < 400:
        known = _own_reasons(locale).get(text)
        return known or (_("The mail server took them over.") if state == "sent" else text)
    return _by_enhanced_code(text, locale) or _by_code(code, locale)


def _own_reasons(locale: Locale) -> dict[str, str]:
    _ = translator(locale).gettext
    return {
        "left": _("They have left the list meanwhile."),
        "paused": _("They have paused the emails."),
        "ended": _("Their series was over by then."),
        "bounced": _("Their address no longer exists, as we had learnt before."),
        "pending": _("They have not confirmed yet."),
        "suppressed": _("Their address is blocked: we must not write to it."),
        "moved": _("The dialogue was moved before this could leave."),
        "dialogue cancelled": _("The dialogue was cancelled before this could leave."),
        "mailing cancelled": _("The mailing was stopped before this could leave."),
        "too late": _("It would have come too late to be of use."),
        "erased": _("Their data was erased meanwhile."),
        "given up": _("The mail server did not take them for days; we have given up."),
        "cannot be rendered": _("The letter could not be written. Please look at the preview."),
        "in doubt: sent again under its old Message-ID": _(
            "The connection broke at the last moment. They are sent again; mail programs show such a pair as one."
        ),
        "in doubt: held until somebody decides": _(
            "The connection broke at the last moment: nobody knows whether they arrived. Please decide."
        ),
        "the connection broke each time": _("The connection broke each time. We keep trying."),
    }


def _by_enhanced_code(text: str, locale: Locale) -> str:
    """By what RFC 3463 says, and large providers say beyond it."""
    _ = translator(locale).gettext
    found = _ENHANCED.search(text)
    if not found:
        return ""
    kind, subject, detail = found[1], int(found[2]), int(found[3])
    for_good = kind == "5"
    if subject == 7:
        return _about_security(for_good, detail, locale)
    exact = {
        (1, 1): _("The address does not exist."),
        (1, 2): _("The domain behind the @ does not exist or takes no mail."),
        (1, 10): _("The domain behind the @ does not exist or takes no mail."),
        (1, 3): _("The address is not written as addresses are."),
        (2, 1): _("The mailbox is closed."),
        (2, 2): _("The mailbox is full."),
        (2, 3): _("The letter is too large for the mailbox."),
        (3, 4): _("The letter is too large for the mail server."),
    }
    by_subject = {
        1: _("Something is wrong with the address."),
        2: _("Something is wrong with the mailbox."),
        3: _("The mail server cannot take mail at the moment."),
        4: _("The way to the recipients' mail server is disturbed."),
        5: _("The mail servers did not understand each other."),
        6: _("The mail server could not read the letter."),
    }
    return exact.get((subject, detail)) or by_subject.get(subject, "")


def _about_security(for_good: bool, detail: int, locale: Locale) -> str:
    _ = translator(locale).gettext
    if for_good and detail == 8:
        return _("The mail server refuses our login. The settings of the mail server need to be checked.")
    if detail in (9, 20, 21, 22, 23, 24, 25, 26, 27, 29, 30, 32, 515):
        return _(
            "Refused because the sender is not proven: SPF, DKIM or DMARC is missing. "
            "The system check says what to do."
        )
    if not for_good:
        return _("The recipients' mail server asks us to come back later. That is usual at the first letter.")
    return _("Refused as unwanted: by the rules of the recipients' mail server, or as suspected spam.")


def _by_code(code: int, locale: Locale) -> str:
    _ = translator(locale).gettext
    exact = {
        421: _("The mail server is busy and asked us to come back later."),
        450: _("The recipients' mail server asks us to come back later. That is usual at the first letter."),
        451: _("The recipients' mail server asks us to come back later. That is usual at the first letter."),
        452: _("The mailbox or the mail server has no room left at the moment."),
        530: _("The mail server wants us to sign in first. Its settings need to be checked."),
        535: _("The mail server refuses our login. The settings of the mail server need to be checked."),
        550: _("Refused: the address does not exist, or mail from us is not wanted there."),
        551: _("The address does not exist."),
        552: _("The mailbox is full."),
        553: _("The address is not written as addresses are."),
        554: _("Refused as unwanted: by the rules of the recipients' mail server, or as suspected spam."),
    }
    if code in exact:
        return exact[code]
    return _("Refused for now; we keep trying.") if code < 500 else _("Refused for good.")


def _examples(group: list[Answer]) -> tuple[str, ...]:
    worded = (f"{one.code} {one.text}" for one in group if one.code)
    return tuple(dict.fromkeys(worded))[:5]

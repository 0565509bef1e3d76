"""What reminder rules mean for the next dialogue, one sentence a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from mailer import exchange, mailings, series
from mailer.core import i18n
from mailer.core.clock import local_day
from mailer.exchange import RuleEntry
from mailer.mailings import Fate, Prospect
from mailer.reminders import ReminderRule
from mailer.series import Event, Series
from mailer.web import languages
from mailer.web.desk.clocks import both_clocks
from mailer.web.desk.rule_words import tell_rule
from mailer.web.desk.time_line import tell_people
from mailer.web.languages import gettext as _
from mailer.web.public.telling import words


@dataclass(frozen=True)
class Meaning:
    """A rule in words, and what it means."""

    rule: str
    sentence: str


@dataclass(frozen=True)
class RulesShown:
    """What there is to say of rules as they are typed."""

    typed: tuple[Meaning, ...]
    inherited: tuple[Meaning, ...]
    """Of the series' rules, where they stand for the dialogue."""
    dropped: tuple[str, ...]
    """Rules that are stored and not among those typed."""


@dataclass(frozen=True)
class RemindedDialogue:
    """A dialogue to come, and whether it has rules of its own."""

    title: str
    url: str
    has_own: bool


def tell_rules(
    session: Session,
    found: Series,
    event: Event | None,
    entries: Sequence[RuleEntry] | None,
    *,
    now: datetime,
) -> RulesShown:
    """What ``entries`` would mean for the next dialogue, or for ``event``; None are the series' rules there."""
    about = event or mailings.next_reminded(found, now=now)
    standing = (exchange.rules_entered(session, found) or ()) if entries is None else tuple(entries)
    owner = None if entries is None else event
    rules = exchange.proposed_rules(session, found, owner, standing, now=now)
    meanings = tuple(_tell_each(session, found, about, rules, now=now))
    gone = [rule for rule in exchange.rules_entered(session, found, event) or () if rule not in standing]
    return RulesShown(
        typed=() if entries is None else meanings,
        inherited=meanings if entries is None else (),
        dropped=tuple(tell_rule(ReminderRule(**vars(entry))) for entry in gone),
    )


def tell_entries(entries: Sequence[RuleEntry] | None) -> str:
    """Rules in words, one a line; for the comparison of what two people wrote."""
    if entries is None:
        return _("The reminders of the series count.")
    told = [tell_rule(ReminderRule(**vars(entry))) for entry in entries]
    return "\n".join(told) or _("Nobody is reminded.")


def tell_reminded(found: Series, *, now: datetime) -> tuple[RemindedDialogue, ...]:
    """The dialogues to come, each with the page of its own rules."""
    return tuple(
        RemindedDialogue(
            words(found, event.title),
            url_for("reminder_rules.show_of_event", slug=found.slug, event=event.slug),
            event.own_rules,
        )
        for event in series.upcoming(found, now)
    )


def _tell_each(
    session: Session, found: Series, about: Event | None, rules: Sequence[ReminderRule], *, now: datetime
) -> Iterator[Meaning]:
    if about is None or not about.is_dated:
        why = (
            _("No dialogue with a fixed date is coming up that this counts for: nothing is sent for now.")
            if about is None
            else _("The date of this dialogue does not stand yet: nothing is sent for now.")
        )
        yield from (Meaning(tell_rule(rule), why) for rule in rules)
        return
    facts = {"title": words(found, about.title), "day": _tell_day(found, about)}
    for rule, prospect in zip(rules, mailings.prospects(session, about, rules, now=now), strict=True):
        when = "" if prospect.leaves_at is None else _tell_when(found, prospect.leaves_at)
        people = tell_people(prospect.recipients)
        yield Meaning(tell_rule(rule), _sentence(prospect, now) % {**facts, "when": when, "people": people})


def _sentence(prospect: Prospect, now: datetime) -> str:
    is_now = prospect.leaves_at is not None and prospect.leaves_at <= now
    return {
        Fate.COMES: _("For the dialogue “%(title)s” on %(day)s this means: %(when)s, to %(people)s."),
        Fate.AT_ONCE: _(
            "For the dialogue “%(title)s” on %(day)s its time has come: it leaves at once, to %(people)s."
        )
        if is_now
        else _(
            "For the dialogue “%(title)s” on %(day)s its time has come: it waits until %(when)s, then goes to %(people)s."
        ),
        Fate.PAST: _(
            "For the dialogue “%(title)s” on %(day)s that was %(when)s: it is past, and nothing is sent."
        ),
        Fate.SENT: _(
            "For the dialogue “%(title)s” on %(day)s it has gone out already; nobody is told twice."
        ),
        Fate.SUPERSEDED: _(
            "For the dialogue “%(title)s” on %(day)s a later reminder is due as well: only that one leaves."
        ),
        Fate.NEVER: _("For the dialogue “%(title)s” on %(day)s it would come too late: nothing is sent."),
        Fate.NOBODY: _(
            "For the dialogue “%(title)s” on %(day)s this means: %(when)s, to those registered; so far that is nobody."
        ),
    }[prospect.fate]


def _tell_day(found: Series, about: Event) -> str:
    return i18n.day(local_day(about.starts_at, found.zone), languages.locale()) if about.starts_at else ""


def _tell_when(found: Series, moment: datetime) -> str:
    """``Donnerstag, 14. September 2023, 09:00 Uhr (MESZ)``, and by the organiser's own clock where it differs."""
    when = both_clocks(moment, found)
    return ", ".join(part for part in (when.day, when.hour, when.own) if part)

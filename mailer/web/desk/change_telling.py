"""A change of a dialogue in words, before and while its guests are told: from what to what, to how many, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.core import i18n
from mailer.core.clock import local_day
from mailer.mailings import Consequences, MovedReminder, PendingChange
from mailer.series import Change, EventFormat, EventState, Facts, Series
from mailer.web import languages
from mailer.web.desk.dialogue_telling import choices
from mailer.web.desk.mail_words import kind_words
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext
from mailer.web.public.telling import words


@dataclass(frozen=True)
class ChangedFact:
    """One thing guests know of a dialogue: how they know it, and how it is going to be."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Foretold:
    """What saving would bring, ready to be read."""

    changed: tuple[ChangedFact, ...]
    reach: str
    """Who is told, and when: one sentence."""
    what: str
    """What they are told: one sentence."""
    reminders: str
    """How many reminders move along; empty where none does."""
    moved: tuple[ChangedFact, ...]
    seats: str
    """Who of those registered takes part another way then; empty where nobody does."""
    is_at_once: bool
    """Whether there is no quiet period to wait for."""


@dataclass(frozen=True)
class ToldOf:
    """One of several dialogues that change at once."""

    title: str
    brief: str
    """``17:00 Uhr → 18:00 Uhr``."""
    foretold: Foretold


@dataclass(frozen=True)
class PendingLine:
    """A change that waits for the end of its quiet period."""

    slug: str
    title: str
    brief: str
    """``17:00 Uhr → 18:00 Uhr``."""
    reach: str
    may_tell_now: bool


def tell_pending(
    found: Series, waiting: Sequence[PendingChange], *, may_tell_now: bool, now: datetime
) -> list[PendingLine]:
    """What is gathered, as a page shows it."""
    return [
        PendingLine(
            slug=one.event.slug,
            title=words(found, one.event.title),
            brief=tell_briefly(found, one.before, one.after),
            reach=_tell_waiting(found, one, now=now),
            may_tell_now=may_tell_now,
        )
        for one in waiting
    ]


def tell_consequences(
    found: Series, seen: Consequences, *, quiet: timedelta, now: datetime
) -> Foretold | None:
    """None where nobody has to be told."""
    if seen.change is None or seen.due_at is None:
        return None
    changed = tell_changed(found, seen.before, seen.after)
    return Foretold(
        changed=changed[:1] if seen.change is Change.CANCELLED else changed,
        reach=tell_reach(found, seen.recipients, seen.due_at, quiet=quiet, now=now),
        what=tell_what(seen.change),
        reminders=" ".join(_tell_reminders(seen.reminders)),
        moved=tuple(_tell_moved(found, one) for one in seen.reminders),
        seats=_tell_seats(seen),
        is_at_once=seen.due_at <= now,
    )


def tell_changed(found: Series, before: Facts, after: Facts) -> tuple[ChangedFact, ...]:
    """What differs, each with both sides."""
    states, formats = dict(choices()["state"]), dict(choices()["format"])
    both = [
        ChangedFact(_("State"), states[before.state], states[after.state]),
        ChangedFact(_("When"), _tell_when(found, before), _tell_when(found, after)),
        ChangedFact(_("Kind of place"), formats[before.format], formats[after.format]),
        ChangedFact(_("Place"), before.place or _("(empty)"), after.place or _("(empty)")),
    ]
    return tuple(one for one in both if one.before != one.after)


def tell_briefly(found: Series, before: Facts, after: Facts) -> str:
    """``17:00 Uhr → 18:00 Uhr``: where only the hour of the start is another, the days are left out."""
    start, then = before.starts_at, after.starts_at
    same_day = (
        start and then and start != then and local_day(start, found.zone) == local_day(then, found.zone)
    )
    as_before = (before.state, before.format, before.place) == (after.state, after.format, after.place)
    if start and then and same_day and as_before:
        return f"{_clock(found, start)} → {_clock(found, then)}"
    changed = tell_changed(found, before, after)
    if after.state is EventState.CANCELLED:
        changed = changed[:1]
    return "; ".join(f"{one.before} → {one.after}" for one in changed)


def tell_reach(found: Series, count: int, due_at: datetime, *, quiet: timedelta, now: datetime) -> str:
    """``214 Personen erfahren es um 17:25 Uhr (15 Minuten Ruhezeit).``"""
    if due_at <= now:
        told = ngettext("%(count)s person is told at once.", "%(count)s people are told at once.", count)
    elif due_at < now + quiet:
        told = ngettext(
            "%(count)s person is told at %(clock)s already, for the dialogue begins soon.",
            "%(count)s people are told at %(clock)s already, for the dialogue begins soon.",
            count,
        )
    else:
        told = ngettext(
            "%(count)s person is told at %(clock)s (quiet period: %(minutes)s minutes).",
            "%(count)s people are told at %(clock)s (quiet period: %(minutes)s minutes).",
            count,
        )
    facts = {"count": count, "clock": tell_due(found, due_at, now=now), "minutes": _minutes(quiet)}
    return told % facts


def _tell_waiting(found: Series, one: PendingChange, *, now: datetime) -> str:
    told = ngettext(
        "%(count)s person is told at %(clock)s; until then you can change it again.",
        "%(count)s people are told at %(clock)s; until then you can change it again.",
        one.recipients,
    )
    return told % {"count": one.recipients, "clock": tell_due(found, one.due_at, now=now)}


def tell_due(found: Series, due_at: datetime, *, now: datetime) -> str:
    """``17:25 Uhr``, with the day where that is not today."""
    if local_day(due_at, found.zone) == local_day(now, found.zone):
        return _clock(found, due_at)
    return f"{_clock(found, due_at)} ({i18n.day_in_year(due_at, found.zone, languages.locale())})"


def tell_what(change: Change) -> str:
    """What a change is to whom it is told."""
    return {
        Change.DATE_SET: _(
            "The date is set: everybody on the list who does not know it yet gets it with the calendar entry."
        ),
        Change.MOVED: _(
            "Everybody who knows of the dialogue gets a notice of change with the new calendar entry."
        ),
        Change.UNSETTLED: _(
            "Everybody who knows of the dialogue hears that its date does not stand any more."
        ),
        Change.CANCELLED: _(
            "Everybody who knows of the dialogue gets a cancellation that takes it out of the calendar."
        ),
        Change.REINSTATED: _(
            "Everybody who knows of the dialogue hears that it takes place after all, with the calendar entry."
        ),
    }[change]


def _tell_seats(seen: Consequences) -> str:
    """What becomes of seats the dialogue is no longer held for."""
    count = seen.to_follow
    if not count:
        return ""
    if seen.after.format is EventFormat.ONLINE:
        told = ngettext(
            "%(count)s person registered on site, or waiting for a place there, takes part online from the mail on.",
            "%(count)s people registered on site, or waiting for a place there, take part online from the mail on.",
            count,
        )
    else:
        told = ngettext(
            "%(count)s person registered online takes part on site from the mail on; where places are counted,"
            " she waits for one and is asked as soon as it is her turn.",
            "%(count)s people registered online take part on site from the mail on; where places are counted,"
            " they wait for one and are asked as soon as it is their turn.",
            count,
        )
    return told % {"count": count}


def _tell_reminders(moved: Sequence[MovedReminder]) -> Iterator[str]:
    along = sum(one.before is not None and one.after is not None for one in moved)
    gone = sum(one.after is None for one in moved)
    new = sum(one.before is None for one in moved)
    if along:
        yield ngettext(
            "%(count)s reminder that has not left yet moves along.",
            "%(count)s reminders that have not left yet move along.",
            along,
        ) % {"count": along}
    if gone:
        yield ngettext(
            "%(count)s reminder that has not left yet is not sent.",
            "%(count)s reminders that have not left yet are not sent.",
            gone,
        ) % {"count": gone}
    if new:
        yield ngettext("%(count)s reminder is added.", "%(count)s reminders are added.", new) % {"count": new}


def _tell_moved(found: Series, one: MovedReminder) -> ChangedFact:
    return ChangedFact(
        kind_words(one.kind.value),
        _("(new)") if one.before is None else _tell_moment(found, one.before),
        _("is not sent") if one.after is None else _tell_moment(found, one.after),
    )


def _tell_when(found: Series, facts: Facts) -> str:
    locale = languages.locale()
    if facts.starts_at is None or facts.ends_at is None:
        return i18n.month_name(facts.month, locale) if facts.month else _("(empty)")
    if local_day(facts.starts_at, found.zone) != local_day(facts.ends_at, found.zone):
        return f"{_tell_moment(found, facts.starts_at)} – {_tell_moment(found, facts.ends_at)}"
    day = i18n.long_day(facts.starts_at, found.zone, locale)
    return f"{day}, {i18n.hours(facts.starts_at, facts.ends_at, found.zone, locale)}"


def _tell_moment(found: Series, moment: datetime) -> str:
    return f"{i18n.long_day(moment, found.zone, languages.locale())}, {_clock(found, moment)}"


def _clock(found: Series, moment: datetime) -> str:
    return i18n.hour(moment, found.zone, languages.locale())


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)

"""What the templates of a letter may name: facts of its series, events and occasion, none of them about the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from mailer.core import i18n
from mailer.core.clock import local_day
from mailer.core.i18n import Translator
from mailer.core.types import Form
from mailer.letters import facts, placeholders
from mailer.letters.addresses import desk_url
from mailer.letters.changes import of_change
from mailer.letters.cleaning import plain_line
from mailer.letters.facts import EventFacts, View
from mailer.letters.looks import look_of
from mailer.letters.orders import AccountNews, LetterKind, Missed, Order
from mailer.organisers import AccountChange
from mailer.outcomes import Level
from mailer.registrations import seat_wording
from mailer.series import Event, next_event, upcoming
from mailer.subscriptions import consent_wording

HOUSE_ZONE = ZoneInfo("Europe/Berlin")
"""The zone of letters that belong to no series; its name stands beside every hour they tell."""


@dataclass(frozen=True)
class MissedFacts:
    kind: str
    title: str
    """Of the event; of the series for what concerns all of it."""
    series_title: str
    due: str
    reason: str


@dataclass(frozen=True)
class AccountFacts:
    subject: str
    sentence: str
    when: str


def form_of(order: Order) -> Form:
    """How the letter addresses its reader; organisers are addressed with *Sie*."""
    return order.series.form_of_address if order.series else "sie"


def event_of(order: Order) -> Event | None:
    """The event a letter is about. A welcome finds the next one by itself."""
    if order.event is None and order.kind is LetterKind.WELCOME and order.series is not None:
        return order.told[0] if order.told else next_event(order.series, order.now)
    return order.event


def gather(order: Order, speak: Translator) -> dict[str, object]:
    """Every name a template may use, for every kind; letters to organisers know no series."""
    known: dict[str, object] = {
        "language": order.language,
        "test": order.test,
        "link": order.link,
        "valid_until": _moment(order.valid_until, order, speak) if order.valid_until else "",
        "desk_url": desk_url(order.base_url),
        "wording": (consent_wording if order.kind is LetterKind.CONFIRM else seat_wording)(order.language)[1],
        "look": look_of(order.series),
        "missed": [_missed(one, speak) for one in order.missed],
        "account": order.account and _account(order.account, speak),
    }
    if order.series is None:
        return known | {"series": None, "event": None, "change": None, "seat": None}
    return known | _of_series(order, View(speak, order.series, order.base_url, order.now))


def _of_series(order: Order, view: View) -> dict[str, object]:
    event = event_of(order)
    shown = list(order.told) or ([event] if event else [])
    return {
        "series": facts.of_series(view),
        "event": _of_event(order, view, event) if event else None,
        "seat": order.seat,
        "events": [facts.of_event(view, each) for each in shown],
        "change": of_change(view, event, order.change, order.before) if event and order.change else None,
        "in_full": bool(order.told),
        "later": [
            facts.of_event(view, each) for each in upcoming(view.series, order.now) if each not in shown
        ],
        "held": _held(view),
        "conditions": _conditions(order, view),
        **_message(order, view, event),
    }


def _of_event(order: Order, view: View, event: Event) -> EventFacts:
    """The event as its reader takes part in it: who has a seat on site needs no link, who has one online has her own."""
    found = facts.of_event(view, event)
    if order.seat is None:
        return found
    if order.seat.on_site:
        where = plain_line(event.place) or view.speak.gettext("on site")
        return replace(found, where=where, join_url="")
    where = "" if order.seat.join_url else view.speak.gettext("online")
    return replace(found, where=where, arrival="", join_url=order.seat.join_url)


def _message(order: Order, view: View, event: Event | None) -> dict[str, str]:
    """The organisers' own words with their placeholders filled in; of the reader's name only a stand-in."""
    known = placeholders.fillings(view, event)
    has_name = bool(plain_line(order.recipient.name))
    body = view.words(order.body)
    return {
        "subject_words": placeholders.line_with(view.words(order.subject), known),
        "body_text": placeholders.text_with(body, known, has_name=has_name),
        "body_html": placeholders.html_with(body, known, has_name=has_name),
    }


def _held(view: View) -> list[EventFacts]:
    over = [e for e in view.series.events if not e.is_cancelled and e.over_at(view.zone) <= view.now]
    return [facts.of_event(view, event) for event in over]


def _conditions(order: Order, view: View) -> Mapping[str, Sequence[str]]:
    """The conditions' texts under the name of their level, the municipality's first."""
    _ = view.speak.gettext
    names = {
        Level.MUNICIPALITY: _("Municipalities"),
        Level.STATE_AND_FEDERAL: _("Federal states and federation"),
    }
    texts = {
        name: [view.line(condition.text) for condition in order.conditions if condition.level is level]
        for level, name in names.items()
    }
    return {name: found for name, found in texts.items() if found}


def _moment(moment: datetime, order: Order, speak: Translator) -> str:
    """``26 January 2023, 17:00 (CET)``: a day, an hour and whose hour it is."""
    zone = order.series.zone if order.series else HOUSE_ZONE
    return _in_zone(moment, zone, speak)


def _in_zone(moment: datetime, zone: ZoneInfo, speak: Translator) -> str:
    day = i18n.day(local_day(moment, zone), speak.locale)
    clock = i18n.zone_name(moment, zone, speak.locale)
    return f"{day}, {i18n.hour(moment, zone, speak.locale)} ({clock})"


def _account(news: AccountNews, speak: Translator) -> AccountFacts:
    _ = speak.gettext
    told = {
        AccountChange.PASSWORD: (
            _("Your password was changed"),
            _("The password of your account at the organisers’ desk was changed."),
        ),
        AccountChange.FACTOR_ON: (
            _("Second factor switched on"),
            _("From now on, signing in at the organisers’ desk also asks you for a code."),
        ),
        AccountChange.FACTOR_OFF: (
            _("Second factor switched off"),
            _("Signing in at the organisers’ desk no longer asks you for a code."),
        ),
        AccountChange.FACTOR_DROPPED: (
            _("Second factor switched off"),
            _("Somebody who looks after the team took the second factor off your account."),
        ),
        AccountChange.RECOVERY_CODES: (
            _("New recovery codes"),
            _("New recovery codes were made for your account; the earlier ones no longer count."),
        ),
    }
    subject, sentence = told[news.change]
    return AccountFacts(subject, sentence, _in_zone(news.at, HOUSE_ZONE, speak))


def _missed(one: Missed, speak: Translator) -> MissedFacts:
    _ = speak.gettext
    kinds = {
        LetterKind.INFO: _("Announcement"),
        LetterKind.REMINDER: _("Reminder"),
        LetterKind.CHANGE: _("Notice of change"),
        LetterKind.CANCELLATION: _("Notice of cancellation"),
        LetterKind.DOCUMENTATION: _("Documentation"),
        LetterKind.FAREWELL: _("Farewell"),
        LetterKind.MESSAGE: _("Message"),
    }
    reasons = {
        "too_late": _("It could not leave before its time had passed; perhaps the worker was not running."),
        "relay_away": _("The mail server took nothing from us while it was still of use."),
        "superseded": _("A later mail about the same dialogue was due as well and went out instead."),
        "moved": _("The dialogue was moved meanwhile."),
    }
    series_title = plain_line(one.series_title)
    return MissedFacts(
        kind=kinds.get(one.kind, one.kind.value),
        title=plain_line(one.event_title) or series_title,
        series_title=series_title,
        due=_in_zone(one.due_at, one.zone, speak),
        reason=reasons.get(one.reason, plain_line(one.reason)),
    )

"""The list of people in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from mailer.core import i18n
from mailer.series import Series
from mailer.subscriptions import Listed, Look, Page, SubscriptionState
from mailer.web import languages
from mailer.web.languages import gettext as _


@dataclass(frozen=True)
class Tab:
    """One state to look at, and how many are in it."""

    label: str
    number: int
    url: str
    is_here: bool


@dataclass(frozen=True)
class PersonLine:
    """One person of the list, as a row."""

    url: str
    address: str
    name: str
    language: str
    state: str
    badge: str
    """The look of the state: the end of a class name."""
    notes: tuple[str, ...]
    since: str


@dataclass(frozen=True)
class PeoplePage:
    """Everything the page says."""

    slug: str
    tabs: tuple[Tab, ...]
    total: int
    words: str
    state: str
    states: tuple[tuple[str, str], ...]
    language: str
    languages: tuple[tuple[str, str], ...]
    is_narrowed: bool
    rows: tuple[PersonLine, ...]
    newer_url: str
    older_url: str


BADGES = {
    SubscriptionState.ACTIVE: "good",
    SubscriptionState.PENDING: "now",
    SubscriptionState.BOUNCED: "wrong",
    SubscriptionState.LEFT: "quiet",
    SubscriptionState.ENDED: "quiet",
}


def tell_people(
    found: Series, look: Look, counts: Mapping[SubscriptionState, int], page: Page, *, now: datetime
) -> PeoplePage:
    labels = state_labels()
    return PeoplePage(
        slug=found.slug,
        tabs=tuple(_tell_tabs(found, look, counts)),
        total=sum(counts.values()),
        words=look.words,
        state=look.state.value if look.state else "",
        states=(("", _("all states")), *((state.value, label) for state, label in labels.items())),
        language=look.language or "",
        languages=(("", _("all languages")), *language_options(found)),
        is_narrowed=bool(look.words or look.state or look.language),
        rows=tuple(_tell_line(found, listed, now=now) for listed in page.rows),
        newer_url="" if page.newer_than is None else _url(found, look, newer=page.newer_than),
        older_url="" if page.older_than is None else _url(found, look, older=page.older_than),
    )


def state_labels() -> dict[SubscriptionState, str]:
    """The states in the order in which organisers look for them."""
    return {
        SubscriptionState.ACTIVE: _("active"),
        SubscriptionState.PENDING: _("not yet confirmed"),
        SubscriptionState.LEFT: _("left"),
        SubscriptionState.BOUNCED: _("undeliverable"),
        SubscriptionState.ENDED: _("ended"),
    }


def language_options(found: Series) -> tuple[tuple[str, str], ...]:
    return tuple((code, languages.NAMES.get(code, code)) for code in found.languages)


def tell_moment(found: Series, moment: datetime) -> str:
    """Day and hour by the clock of the series."""
    day = i18n.day(moment.astimezone(found.zone).date(), languages.locale())
    return f"{day}, {i18n.hour(moment, found.zone, languages.locale())}"


def _tell_tabs(found: Series, look: Look, counts: Mapping[SubscriptionState, int]) -> list[Tab]:
    everybody = Tab(
        _("everybody"), sum(counts.values()), url_for(".index", slug=found.slug), look.state is None
    )
    states = [
        Tab(
            label,
            counts[state],
            url_for(".index", slug=found.slug, state=state.value),
            look.state is state,
        )
        for state, label in state_labels().items()
    ]
    return [everybody, *states]


def _tell_line(found: Series, listed: Listed, *, now: datetime) -> PersonLine:
    day = listed.since.astimezone(found.zone).date()
    return PersonLine(
        url=url_for(".show", slug=found.slug, number=listed.id),
        address=listed.address,
        name=listed.name,
        language=languages.NAMES.get(listed.language, listed.language),
        state=state_labels()[listed.state],
        badge=BADGES[listed.state],
        notes=tuple(_tell_notes(found, listed, now=now)),
        since=i18n.day(day, languages.locale()),
    )


def _tell_notes(found: Series, listed: Listed, *, now: datetime) -> list[str]:
    notes = [_("address blocked")] if listed.is_suppressed else []
    if listed.paused_until and listed.paused_until > now.astimezone(found.zone).date():
        day = i18n.day(listed.paused_until, languages.locale())
        notes.append(_("paused until %(day)s") % {"day": day})
    return notes


def _url(found: Series, look: Look, *, newer: int | None = None, older: int | None = None) -> str:
    return url_for(
        ".index",
        slug=found.slug,
        state=look.state.value if look.state else None,
        language=look.language,
        sought=1 if look.words else None,
        newer=newer,
        older=older,
    )

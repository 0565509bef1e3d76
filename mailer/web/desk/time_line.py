"""The mails of a series on one line: what left, what leaves, what would leave if things went otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from sqlalchemy.orm import Session

from mailer import delivery, letters, mailings
from mailer.context import parts
from mailer.mailings import Mailing, MailingId, MailingKind, MailingState, Planned
from mailer.series import Event, Series
from mailer.web import languages
from mailer.web.desk.clocks import BothClocks, both_clocks
from mailer.web.desk.guarding import signed_in
from mailer.web.desk.mail_words import count_words, kind_words, reason_words, state_words
from mailer.web.languages import NAMES, ngettext
from mailer.web.public.telling import words

STANDS_READY = (MailingState.DRAFT, MailingState.RELEASED, MailingState.PAUSED)
COUNTED_AHEAD = 10
"""How many mailings that wait for their time are counted before they open: those of organisers are few."""

_BADGES = {
    "sending": "badge-now",
    "done": "badge-good",
    "missed": "badge-wrong",
    "cancelled": "badge-wrong",
    "draft": "badge-quiet",
}


@dataclass(frozen=True)
class Line:
    """One mail on the line."""

    when: BothClocks
    kind: str
    about: str
    """The dialogue's question; the organisers' subject of a message; empty for the farewell."""
    recipients: str
    """``214 Personen``; empty where nobody knows yet."""
    languages: str
    """``180 Deutsch, 34 English``."""
    state: str = ""
    badge: str = ""
    counts: tuple[str, ...] = ()
    reason: str = ""
    speaks: str = ""
    """How it names the dialogue's day: ``morgen um 17:00 Uhr``."""
    preview_url: str = ""
    mailing_url: str = ""
    is_past: bool = False
    is_next: bool = False
    is_wrong: bool = False
    mark: str = ""
    """In a scenario: what is otherwise, such as ``neu``."""
    mark_class: str = ""
    was: str = ""
    """In a scenario: when it leaves as things stand."""


@dataclass(frozen=True)
class TimeLine:
    past: tuple[Line, ...]
    coming: tuple[Line, ...]
    drafts: tuple[Line, ...] = field(default=())
    """Written, but nobody has let them go: they have no time yet."""


def tell_time_line(session: Session, found: Series, *, now: datetime) -> TimeLine:
    """Every mail of the series. A constant number of queries."""
    rows = mailings.list_mailings(session, found)
    counts = delivery.counts_of_several(session, rows)
    planned = mailings.upcoming_mailings(session, found, now=now, quiet=parts().quiet)
    return line_of(session, found, rows=rows, counts=counts, planned=planned, now=now)


def line_of(
    session: Session,
    found: Series,
    *,
    rows: Sequence[Mailing],
    counts: Mapping[MailingId, Mapping[str, int]],
    planned: Sequence[Planned],
    now: datetime,
) -> TimeLine:
    """The time line of mailings and of mails to come that were looked up already."""
    list(found.events)  # all at once: each mailing then finds its own at hand
    waiting = [row for row in rows if row.opened_at is None and row.state in STANDS_READY]
    past = [tell_mailing(found, row, counts[row.id]) for row in rows if row not in waiting]
    by_hand = [
        (row.due_at, _tell_waiting(session, found, row, is_counted=place < COUNTED_AHEAD, now=now))
        for place, row in enumerate(one for one in waiting if one.state is not MailingState.DRAFT)
    ]
    drafts = [_tell_draft(found, row) for row in waiting if row.state is MailingState.DRAFT]
    itself = [(one.due_at, tell_planned(found, one)) for one in planned]
    coming = [line for _, line in sorted([*itself, *by_hand], key=lambda entry: entry[0])]
    return TimeLine(tuple(past), tuple(_with_next(coming)), tuple(drafts))


def tell_mailing(found: Series, row: Mailing, counts: Mapping[str, int]) -> Line:
    """A mailing that opened, or never will."""
    at = row.opened_at or row.finished_at or row.due_at
    return Line(
        when=both_clocks(row.due_at if row.state is MailingState.MISSED else at, found),
        kind=kind_words(row.kind.value),
        about=_about(found, row.event, row),
        recipients=tell_people(row.recipients) if row.opened_at else "",
        languages=tell_languages(found, row.languages),
        state=state_words(row.state.value),
        badge=_BADGES.get(row.state.value, ""),
        counts=count_words(counts),
        reason=reason_words(row.reason) if row.reason else "",
        preview_url=_preview_url(found, row.event, row.kind, at),
        mailing_url=mailing_url(found, row),
        is_past=True,
        is_wrong=row.state is MailingState.MISSED or bool(counts.get("failed")),
    )


def tell_planned(found: Series, planned: Planned) -> Line:
    """A mail that leaves by itself."""
    starts_at = planned.window.starts_at if planned.window else None
    return Line(
        when=both_clocks(planned.due_at, found),
        kind=kind_words(planned.kind.value),
        about=words(found, planned.event.title) if planned.event else "",
        recipients=tell_people(planned.recipients),
        languages=tell_languages(found, planned.languages),
        speaks=tell_nearness(found, planned.kind, starts_at, planned.due_at),
        preview_url=_preview_url(found, planned.event, planned.kind, planned.due_at),
    )


def tell_people(number: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", number) % {"count": number}


def tell_languages(found: Series, readers: Mapping[str, int]) -> str:
    """``180 Deutsch, 34 English``; empty when there is nobody. Whose language it does not speak read its first."""
    counts: Counter[str] = Counter()
    for code, count in readers.items():
        counts[code if code in found.languages else found.default_language] += count
    most_first = sorted(counts.items(), key=lambda entry: -entry[1])
    return ", ".join(f"{count} {NAMES.get(code, code)}" for code, count in most_first if count)


def tell_nearness(found: Series, kind: MailingKind, starts_at: datetime | None, at: datetime) -> str:
    """How a mail that leaves ``at`` speaks of the dialogue's day; empty for those that look back."""
    if starts_at is None or starts_at <= at or kind not in (MailingKind.INFO, MailingKind.REMINDER):
        return ""
    return letters.in_words(starts_at, None, zone=found.zone, now=at, speak=languages.current())


def mailing_url(found: Series, row: Mailing) -> str:
    """The page of a mailing; empty where there is none."""
    return url_if_there("desk_mailings.show", slug=found.slug, number=row.id)


def url_if_there(endpoint: str, **values: Any) -> str:
    """The address of a page of the desk; empty where the house has none of that name, or it is not hers to open."""
    view = current_app.view_functions.get(endpoint)
    role = getattr(view, "needs_role", None)
    return url_for(endpoint, **values) if role is not None and signed_in().may(role) else ""


def _tell_waiting(session: Session, found: Series, row: Mailing, *, is_counted: bool, now: datetime) -> Line:
    """A mailing that somebody let go for a later time, or holds back."""
    reached = mailings.count_reached(session, row, now=max(now, row.due_at)) if is_counted else None
    return Line(
        when=both_clocks(row.due_at, found),
        kind=kind_words(row.kind.value),
        about=_about(found, row.event, row),
        recipients="" if reached is None else tell_people(reached),
        languages="",
        state=state_words(row.state.value),
        badge=_BADGES.get(row.state.value, ""),
        reason=reason_words(row.reason) if row.reason else "",
        mailing_url=mailing_url(found, row),
    )


def _tell_draft(found: Series, row: Mailing) -> Line:
    return Line(
        when=both_clocks(row.created_at, found),
        kind=kind_words(row.kind.value),
        about=_about(found, row.event, row),
        recipients="",
        languages="",
        state=state_words(row.state.value),
        badge="badge-quiet",
        mailing_url=mailing_url(found, row),
    )


def _about(found: Series, event: Event | None, row: Mailing) -> str:
    return words(found, row.subject) or (words(found, event.title) if event else "")


def _preview_url(found: Series, event: Event | None, kind: MailingKind, at: datetime) -> str:
    if kind is MailingKind.MESSAGE or (event is None and kind is not MailingKind.FAREWELL):
        return ""
    return url_for(
        "previews.show",
        slug=found.slug,
        event=event.slug if event else None,
        kind=kind.value,
        at=f"{at:%Y-%m-%dT%H:%MZ}",
    )


def _with_next(coming: Sequence[Line]) -> list[Line]:
    return [replace(line, is_next=place == 0) for place, line in enumerate(coming)]

"""What organisers should know before it is too late, each with what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from mailer import checkup, delivery, series, subscriptions
from mailer.checkup import Level
from mailer.context import parts
from mailer.core.clock import at_local, month_bounds, utcnow
from mailer.mailings import Mailing, MailingState, Planned
from mailer.reminders import LATE_AFTER
from mailer.series import Event, Series
from mailer.web import languages
from mailer.web.desk.mail_words import kind_words, reason_words
from mailer.web.desk.time_line import url_if_there
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext
from mailer.web.public.dates import tell_when
from mailer.web.public.telling import words

OF_SENDING = ("database", "worker", "relay", "clock")
"""Areas of the system check without which no mail leaves."""

OF_RETURNS = "returns"
"""What is put aside there waits for a person, so that it is told as well."""

DATE_NEEDED = timedelta(days=28)
"""How long before a dialogue its date should stand: the announcement leaves two weeks before."""

WEEK = timedelta(days=7)
FEW = 3
"""So many addresses may fail in a week without anything to it."""

STEEPLY = 1.5
"""Rising is what is half as much again as the week before."""

MISSED_LATELY = timedelta(days=14)


@dataclass(frozen=True)
class Concern:
    """One thing that is wrong, or soon will be."""

    sentence: str
    advice: str
    url: str = ""
    """Where to mend it; empty where the desk has no page for that."""
    label: str = ""


def of_the_house() -> list[Concern]:
    """What keeps mails of every series from leaving, and what came back that a person must read."""
    house = parts()
    found = checkup.look_at_house(house.config, house.database, clock=utcnow())
    url = url_if_there("checkup.show")
    told = [
        checkup.told(finding, languages.current())
        for finding in found
        if (finding.level is Level.MEND and finding.area in OF_SENDING)
        or (finding.level is not Level.GOOD and finding.area == OF_RETURNS)
    ]
    return [Concern(one.sentence, one.advice, url, _("To the system check")) for one in told]


def of_series(
    session: Session, found: Series, *, planned: Sequence[Planned], rows: Sequence[Mailing], now: datetime
) -> list[Concern]:
    """What is wrong with one series. ``planned`` and ``rows`` are its mails to come and its mailings."""
    return [
        *_overdue(found, planned, rows, now=now),
        *_missed(found, rows, now=now),
        *_undated(found, now=now),
        *_bouncing(session, found, now=now),
    ]


def _overdue(
    found: Series, planned: Sequence[Planned], rows: Sequence[Mailing], *, now: datetime
) -> Iterator[Concern]:
    late = [one.kind.value for one in planned if one.due_at <= now - LATE_AFTER]
    late += [
        row.kind.value
        for row in rows
        if row.state is MailingState.RELEASED and row.opened_at is None and row.due_at <= now - LATE_AFTER
    ]
    if late:
        told = ngettext(
            "%(count)s mail is overdue: %(kinds)s.", "%(count)s mails are overdue: %(kinds)s.", len(late)
        )
        kinds = ", ".join(dict.fromkeys(kind_words(kind) for kind in late))
        yield Concern(
            told % {"count": len(late), "kinds": kinds},
            _(
                "It leaves as soon as the worker runs, as long as it is still useful. If the worker runs, look into its log."
            ),
            url_for("plan.show", slug=found.slug),
            _("To the plan"),
        )


def _missed(found: Series, rows: Sequence[Mailing], *, now: datetime) -> Iterator[Concern]:
    for row in rows:
        lately = row.finished_at is not None and row.finished_at > now - MISSED_LATELY
        if row.state is MailingState.MISSED and lately and row.reason != "superseded":
            about = words(found, row.event.title) if row.event else words(found, found.title)
            yield Concern(
                _("A mail did not leave: %(kind)s, “%(about)s”.")
                % {"kind": kind_words(row.kind.value), "about": about},
                " ".join([reason_words(row.reason), _("If the news is still useful, send it by hand.")]),
                url_if_there("desk_mailings.index", slug=found.slug) or url_for("plan.show", slug=found.slug),
                _("To the mailings")
                if url_if_there("desk_mailings.index", slug=found.slug)
                else _("To the plan"),
            )


def _undated(found: Series, *, now: datetime) -> Iterator[Concern]:
    for event in series.upcoming(found, now):
        begins = event.starts_at or _first_moment(found, event)
        if event.is_dated or begins > now + DATE_NEEDED:
            continue
        when = tell_when(event, found, languages.locale()).words
        yield Concern(
            _("The date of “%(title)s” does not stand yet (%(when)s).")
            % {"title": words(found, event.title), "when": when},
            _(
                "Without a fixed date nobody is reminded and no calendar entry is sent. Set the date, or move the month."
            ),
            mend_event_url(found, event),
            _("Set the date"),
        )


def _bouncing(session: Session, found: Series, *, now: datetime) -> Iterator[Concern]:
    lately = _troubles(session, found, now - WEEK, now)
    before = _troubles(session, found, now - 2 * WEEK, now - WEEK)
    if lately > FEW and lately > before * STEEPLY:
        yield Concern(
            _("More mails come back: %(lately)s in the last seven days, %(before)s in the seven before.")
            % {"lately": lately, "before": before},
            _(
                "Read the relay’s answers below. If they speak of spam or policy, look at SPF, DKIM and DMARC of the sender."
            ),
            url_for("series_overview.show", slug=found.slug, _anchor="answers"),
            _("To the answers"),
        )


def mend_event_url(found: Series, event: Event) -> str:
    """The page on which a dialogue is edited; else the list of dialogues; empty where there is none."""
    return url_if_there("dialogue_editing.show", slug=found.slug, event=event.slug) or url_if_there(
        "dialogues.index", slug=found.slug
    )


def _troubles(session: Session, found: Series, since: datetime, until: datetime) -> int:
    """Letters that failed; where they were none of a mailing, addresses that turned out not to exist."""
    failed = delivery.failed_between(session, found, since, until)
    return max(failed, subscriptions.bounced_between(session, found, since, until))


def _first_moment(found: Series, event: Event) -> datetime:
    first, _last = month_bounds(event.month or "1970-01")
    return at_local(first, datetime.min.time(), found.zone)

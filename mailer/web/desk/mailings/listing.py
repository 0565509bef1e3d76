"""The mailings of a series: drafts, what waits, what goes out, what came of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from mailer import delivery, letters, mailings
from mailer.context import parts
from mailer.mailings import Mailing, MailingState, Origin
from mailer.organisers import Role
from mailer.series import Series
from mailer.web.desk.clocks import BothClocks, both_clocks
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs
from mailer.web.desk.mail_words import kind_words, reason_words, state_words
from mailer.web.desk.mailings.entrance import bp
from mailer.web.languages import gettext as _
from mailer.web.public.telling import words

PAGE = 30

GROUPS: Mapping[str, tuple[MailingState, ...]] = {
    "draft": (MailingState.DRAFT,),
    "waiting": (MailingState.RELEASED,),
    "under-way": (MailingState.SENDING, MailingState.PAUSED),
    "done": (MailingState.DONE,),
    "cancelled": (MailingState.CANCELLED,),
    "missed": (MailingState.MISSED,),
}

BADGES = {
    MailingState.SENDING: "badge-now",
    MailingState.PAUSED: "badge-now",
    MailingState.DONE: "badge-good",
    MailingState.MISSED: "badge-wrong",
    MailingState.DRAFT: "badge-quiet",
    MailingState.CANCELLED: "badge-quiet",
}


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    number: int
    is_here: bool


@dataclass(frozen=True)
class Line:
    """One mailing in the list."""

    number: int
    url: str
    title: str
    """A message's subject; what other mailings are called."""
    about: str
    state: str
    badge: str
    when: BothClocks
    who: str
    """Who wrote or released it; empty for what a rule released."""
    by_rule: bool
    recipients: int
    sent: int
    failed: int
    reason: str


@bp.get("")
@needs(Role.EDITOR)
def index(slug: str) -> str:
    """The latest first; a constant number of queries."""
    asked = request.args.get("state", "")
    group = asked if asked in GROUPS else ""
    states = GROUPS[group] if group else tuple(MailingState)
    with parts().database.reading() as session:
        found = open_series(session, slug)
        numbers = mailings.count_by_state(session, found)
        before = request.args.get("before", type=int)
        page = mailings.page_of_mailings(session, found, states=states, before=before, most=PAGE + 1)
        shown = page[:PAGE]
        return render_template(
            "desk/mailings/index.html",
            slug=slug,
            tabs=_tabs(slug, group, numbers),
            lines=_lines(session, found, shown),
            later_url=url_for(".index", slug=slug, state=group or None, before=shown[-1].id)
            if len(page) > PAGE
            else "",
            first_url=url_for(".index", slug=slug, state=group or None) if before else "",
            group=group,
        )


def title_of(mailing: Mailing) -> str:
    """A message is called by its subject, others by their kind."""
    about = words(mailing.series, mailing.event.title) if mailing.event else ""
    subject = words(mailing.series, mailing.subject)
    shown = letters.with_titles(subject, dialogue=about, series=words(mailing.series, mailing.series.title))
    return shown or kind_words(mailing.kind.value)


def badge_of(mailing: Mailing) -> str:
    return BADGES.get(mailing.state, "")


def _tabs(slug: str, group: str, numbers: Mapping[MailingState, int]) -> tuple[Tab, ...]:
    labels = {
        "draft": _("Drafts"),
        "waiting": _("Waiting"),
        "under-way": _("Under way"),
        "done": _("Sent"),
        "cancelled": _("Stopped"),
        "missed": _("Missed"),
    }
    every = Tab(_("All"), url_for(".index", slug=slug), sum(numbers.values()), not group)
    return (
        every,
        *(
            Tab(
                labels[name],
                url_for(".index", slug=slug, state=name),
                sum(numbers[state] for state in states),
                name == group,
            )
            for name, states in GROUPS.items()
        ),
    )


def _lines(session: Session, found: Series, page: Sequence[Mailing]) -> tuple[Line, ...]:
    counts = delivery.counts_of_several(session, page)
    return tuple(_line(found, mailing, counts[mailing.id]) for mailing in page)


def _line(found: Series, mailing: Mailing, counts: Mapping[str, int]) -> Line:
    who = mailing.releaser or mailing.author
    return Line(
        number=mailing.id,
        url=url_for(".show", slug=found.slug, number=mailing.id),
        title=title_of(mailing),
        about=words(found, mailing.event.title) if mailing.event else "",
        state=state_words(mailing.state.value),
        badge=badge_of(mailing),
        when=both_clocks(mailing.opened_at or mailing.due_at, found),
        who=(who.name or who.address) if who else "",
        by_rule=mailing.origin is Origin.RULE,
        recipients=mailing.recipients,
        sent=counts["sent"],
        failed=counts["failed"],
        reason=reason_words(mailing.reason) if mailing.reason else "",
    )

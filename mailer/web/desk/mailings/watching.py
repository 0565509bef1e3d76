"""A mailing under way: how far it is, how fast, what mail servers say; a fragment of the page follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template, url_for
from sqlalchemy.orm import Session

from mailer import delivery
from mailer.context import parts
from mailer.core import i18n
from mailer.core.clock import utcnow
from mailer.core.i18n import translator
from mailer.core.types import Locale
from mailer.mailings import Mailing, MailingKind, MailingState, Origin
from mailer.organisers import Organiser, Role
from mailer.web import languages
from mailer.web.desk.clocks import BothClocks, both_clocks
from mailer.web.desk.guarding import needs, signed_in
from mailer.web.desk.mail_words import kind_words, reason_words, state_words
from mailer.web.desk.mailings import typed
from mailer.web.desk.mailings.entrance import bp, mailing_of
from mailer.web.desk.mailings.listing import badge_of, title_of
from mailer.web.desk.relay_words import AnswerGroup, group_answers
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext
from mailer.web.public.telling import words

MOVING = (MailingState.RELEASED, MailingState.SENDING, MailingState.PAUSED)
"""While a mailing is in one of these the page looks again by itself."""


@dataclass(frozen=True)
class Count:
    state: str
    label: str
    number: int
    url: str


@dataclass(frozen=True)
class Standing:
    """What the fragment shows."""

    state: str
    badge: str
    reason: str
    total: int
    ended: int
    """Letters of which nothing is left to do."""
    summary: str
    counts: tuple[Count, ...]
    rate: str
    ends: str
    relay: str
    """What is in the way at the relay; empty while the road is open."""
    held: int
    is_moving: bool
    can_pause: bool
    can_resume: bool
    can_stop: bool
    can_retry: bool
    can_take_back: bool
    base: str
    """The address of the mailing's page; the others' stand below it."""
    lang: str
    """``lang=en`` where the page was asked for in a language, to be kept in its links; empty otherwise."""


@bp.get("/<int:number>/progress")
@needs(Role.EDITOR)
def progress(slug: str, number: int) -> str:
    """The part of the page that moves, looked at every two seconds."""
    with parts().database.reading() as session:
        mailing = mailing_of(session, slug, number)
        standing = tell_standing(session, mailing)
        return render_template(
            "desk/mailings/_progress.html", slug=slug, number=number, standing=standing, **_may()
        )


@bp.get("/<int:number>/answers")
@needs(Role.EDITOR)
def answers(slug: str, number: int) -> str:
    """What mail servers answered, in plain words: looked at less often, for it is counted row by row."""
    with parts().database.reading() as session:
        mailing = mailing_of(session, slug, number)
        groups = _answers(session, mailing)
        return render_template(
            "desk/mailings/_answers.html",
            slug=slug,
            number=number,
            answers=groups,
            is_moving=mailing.state in MOVING,
        )


def page(session: Session, mailing: Mailing) -> str:
    found = mailing.series
    by_rule = mailing.origin is Origin.RULE
    return render_template(
        "desk/mailings/watch.html",
        slug=found.slug,
        number=mailing.id,
        title=title_of(mailing),
        kind=kind_words(mailing.kind.value),
        about=words(found, mailing.event.title) if mailing.event else "",
        audience=typed.audience_words(mailing.audience, mailing.audience_language)
        if mailing.kind is MailingKind.MESSAGE
        else "",
        due=both_clocks(mailing.due_at, found),
        opened=_clock(mailing, mailing.opened_at),
        finished=_clock(mailing, mailing.finished_at),
        author=_name(mailing.author),
        releaser=_("a rule") if by_rule else _name(mailing.releaser) or _("Command line"),
        reason=reason_words(mailing.reason) if mailing.state is MailingState.MISSED else "",
        standing=tell_standing(session, mailing),
        answers=_answers(session, mailing),
        is_moving=mailing.state in MOVING,
        **_may(),
    )


def tell_standing(session: Session, mailing: Mailing) -> Standing:
    """How far the mailing is. A few small queries: it is asked every two seconds by everybody who watches."""
    clock = utcnow()
    stands = delivery.standing(session, mailing, clock=clock)
    counts, state = stands.counts, mailing.state
    total = sum(counts.values())
    ended = counts["sent"] + counts["failed"] + counts["skipped"]
    unopened = mailing.opened_at is None
    base, _mark, lang = url_for(".show", slug=mailing.series.slug, number=mailing.id).partition("?")
    return Standing(
        state=state_words(state.value),
        badge=badge_of(mailing),
        reason=reason_words(mailing.reason) if state is MailingState.PAUSED and mailing.reason else "",
        total=total,
        ended=ended,
        summary=_summary(mailing, counts["sent"], total),
        counts=_counts(base, lang, counts),
        rate=_rate(stands.rate),
        ends=_ends(mailing, stands.ends_at - clock if stands.ends_at else None),
        relay=_relay(session) if state is MailingState.SENDING and not stands.rate else "",
        held=delivery.count_held(session, mailing) if counts["sending"] else 0,
        is_moving=state in MOVING,
        can_pause=state in (MailingState.RELEASED, MailingState.SENDING),
        can_resume=state is MailingState.PAUSED,
        can_stop=state in MOVING,
        can_retry=counts["failed"] > 0 and state in (MailingState.SENDING, MailingState.DONE),
        can_take_back=unopened
        and mailing.kind is MailingKind.MESSAGE
        and state in (MailingState.RELEASED, MailingState.PAUSED),
        base=base,
        lang=lang,
    )


def count_labels(locale: Locale) -> dict[str, str]:
    """The six states people see, as a list's headings."""
    _ = translator(locale).gettext
    return {
        "sent": _("taken over"),
        "queued": _("waiting"),
        "sending": _("on their way"),
        "deferred": _("later again"),
        "failed": _("failed"),
        "skipped": _("left out"),
    }


def _counts(base: str, lang: str, counts: Mapping[str, int]) -> tuple[Count, ...]:
    return tuple(
        Count(state, label, counts[state], f"{base}/recipients?state={state}&{lang}".rstrip("&"))
        for state, label in count_labels(languages.locale()).items()
    )


def _summary(mailing: Mailing, sent: int, total: int) -> str:
    if mailing.opened_at is None:
        if mailing.state is MailingState.RELEASED:
            now = parts().now()
            if mailing.due_at <= now:
                return _("It begins within seconds, as soon as a worker looks.")
            return _("It waits for its time.")
        return _("Nothing of it has left.")
    return ngettext(
        "%(sent)s of %(count)s letter taken over by the mail server",
        "%(sent)s of %(count)s letters taken over by the mail server",
        total,
    ) % {"sent": sent, "count": total}


def _rate(rate: float) -> str:
    if rate <= 0:
        return ""
    shown = f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
    return _("%(rate)s letters a second") % {
        "rate": shown.replace(".", ",") if languages.locale() == "de" else shown
    }


def _ends(mailing: Mailing, left: timedelta | None) -> str:
    if left is None or mailing.state is not MailingState.SENDING:
        return ""
    if left < timedelta(minutes=1):
        return _("done in less than a minute")
    moment = utcnow() + left
    minutes = max(1, round(left / timedelta(minutes=1)))
    words = ngettext(
        "done in about %(count)s minute, at %(hour)s", "done in about %(count)s minutes, at %(hour)s", minutes
    )
    zone = mailing.series.zone
    return words % {"count": minutes, "hour": i18n.hour(moment, zone, languages.locale())}


def _relay(session: Session) -> str:
    closed = delivery.closed_route(session)
    if closed is None:
        return ""
    facts = {"relay": parts().transport.relay, "cause": closed.cause}
    return languages.current().say(closed.code, facts)


def _answers(session: Session, mailing: Mailing) -> tuple[AnswerGroup, ...]:
    if mailing.opened_at is None:
        return ()
    return group_answers(delivery.answers(session, mailing), languages.locale())


def _may() -> dict[str, bool]:
    return {"may_steer": signed_in().may(Role.SENDER)}


def _clock(mailing: Mailing, moment: datetime | None) -> BothClocks | None:
    return both_clocks(moment, mailing.series) if moment else None


def _name(who: Organiser | None) -> str:
    return (who.name or who.address) if who else ""

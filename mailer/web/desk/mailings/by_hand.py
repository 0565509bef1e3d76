"""An announcement, a reminder or a documentation is sent by hand, ahead of its rule or where no rule asks for it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import flash, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import mailings, series
from mailer.context import parts
from mailer.core.errors import MailerError
from mailer.mailings import MailingKind
from mailer.organisers import Role
from mailer.series import Event, Series
from mailer.web import languages
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note, signed_in
from mailer.web.desk.mail_words import kind_words
from mailer.web.desk.mailings.entrance import bp, to_mailing
from mailer.web.desk.mailings.writing import LONGEST_KEY
from mailer.web.languages import gettext as _
from mailer.web.public.dates import tell_when
from mailer.web.public.telling import words

KINDS = (MailingKind.INFO, MailingKind.REMINDER, MailingKind.DOCUMENTATION)


@bp.get("/send")
@needs(Role.SENDER)
def choose(slug: str) -> str:
    """Which mail about which dialogue; once both are chosen, what sending it now means."""
    with parts().database.reading() as session:
        found = open_series(session, slug)
        kind, event = _asked(session, found, request.args)
        return _page(session, found, kind, event, again=bool(request.args.get("again")))


@bp.post("/send")
@needs(Role.SENDER)
def send(slug: str) -> AnyResponse:
    """Let it go. The form's key makes two clicks one mailing."""
    house = parts()
    with house.database.transaction() as session:
        found = open_series(session, slug)
        kind, event = _asked(session, found, request.form)
        released = mailings.release(
            session,
            found,
            event,
            kind=kind,
            key=f"{signed_in().id}:{request.form.get('key', '')[:LONGEST_KEY]}",
            again=bool(request.form.get("again")),
            releaser=signed_in().id,
            now=house.now(),
        )
        note(
            session,
            "mailing.sent_by_hand",
            series=slug,
            subject=released.id,
            kind=kind.value,
            event=event.slug if event else "",
        )
    flash(_("The mailing is released. It leaves within seconds."), "done")
    return to_mailing(slug, released.id)


def _asked(session: Session, found: Series, sent: Mapping[str, str]) -> tuple[MailingKind, Event | None]:
    """Raises UnknownEvent."""
    kind = next((one for one in KINDS if one.value == sent.get("kind")), MailingKind.INFO)
    event = series.get_event(session, found, sent["event"]) if sent.get("event") else None
    return kind, event


def _page(session: Session, found: Series, kind: MailingKind, event: Event | None, *, again: bool) -> str:
    now = parts().now()
    problem, reached, everybody = "", 0, 0
    if event is not None:
        problem = _hindrance(found, event, kind)
        if not problem:
            reached = mailings.reached_by_hand(session, event, kind=kind, again=again, now=now)
            everybody = mailings.count(session, mailings.subscribers(found, now=now))
    return render_template(
        "desk/mailings/by_hand.html",
        slug=found.slug,
        kind=kind.value,
        kind_words=kind_words(kind.value),
        kinds=[(one.value, kind_words(one.value)) for one in KINDS],
        event=event.slug if event else "",
        event_title=words(found, event.title) if event else "",
        events=[(one.slug, f"{words(found, one.title)} ({_date(one, found)})") for one in found.events],
        problem=problem,
        reached=reached,
        told=everybody - reached,
        again=again,
        key=secrets.token_hex(8),
        preview_url=url_for("previews.show", slug=found.slug, event=event.slug, kind=kind.value)
        if event and not problem
        else "",
    )


def _hindrance(found: Series, event: Event, kind: MailingKind) -> str:
    """Why this mail makes no sense about this dialogue now; empty when it does."""
    try:
        mailings.check_by_hand(found, event, kind=kind, now=parts().now())
        mailings.check_imprint(found)
    except MailerError as error:
        return languages.current().sentence(error)
    return ""


def _date(event: Event, found: Series) -> str:
    return tell_when(event, found, languages.locale()).words

"""One mailing: as a draft its words and what to do with them, later how far it is; and its letter as somebody gets it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import delivery, mailings
from mailer.context import parts
from mailer.core.errors import MailerError, NotFound
from mailer.core.types import Locale
from mailer.delivery import Preview
from mailer.mailings import Mailing, MailingState
from mailer.organisers import Role
from mailer.people import Person
from mailer.subscriptions import Subscription
from mailer.web import languages
from mailer.web.desk.guarding import needs, signed_in
from mailer.web.desk.letters_shown import tell_letter, tell_tabs
from mailer.web.desk.mail_words import language_words
from mailer.web.desk.mailings import typed, watching
from mailer.web.desk.mailings.entrance import bp, open_mailing
from mailer.web.desk.mailings.listing import title_of
from mailer.web.framed import answer_as_file, answer_in_frame
from mailer.web.public.telling import markdown, words

OFFERED = 12
"""Readers offered by name; anybody else's address can be typed."""


class NotOnThisList(NotFound):
    """Nobody with this address is on the list of the series."""

    code = "not_on_this_list"


class NoEntry(NotFound):
    """The letter carries no calendar entry."""

    code = "no_entry"


@dataclass(frozen=True)
class Written:
    """One language of a message."""

    name: str
    code: str
    subject: str
    body: str
    fallback: str
    """Whose words its readers get instead; empty where there are some."""


@bp.get("/<int:number>")
@needs(Role.EDITOR)
def show(slug: str, number: int) -> str:
    with parts().database.reading() as session:
        mailing = open_mailing(session, slug, number)
        if mailing.state is not MailingState.DRAFT:
            return watching.page(session, mailing)
        return _draft_page(session, mailing)


@bp.get("/<int:number>/preview")
@needs(Role.EDITOR)
def preview(slug: str, number: int) -> str:
    """The letter in every language, as a sample or, for who may see them, as somebody on the list."""
    with parts().database.reading() as session:
        mailing = open_mailing(session, slug, number)
        try:
            shown, reader, problem = *_written(session, mailing), ""
        except NotOnThisList as error:
            shown, reader = _written(session, mailing, who="")
            problem = languages.current().sentence(error)
        language, who = shown.letter.language, reader.person.address if reader else ""
        codes = mailing.series.languages
        urls = {code: _url("preview", mailing, code, who) for code in codes}
        return render_template(
            "desk/mailings/preview.html",
            slug=slug,
            number=number,
            title=title_of(mailing),
            language=language,
            who=who if not problem else request.args.get("who", "")[:254],
            problem=problem,
            offered=_offered(session, mailing) if signed_in().may(Role.SENDER) else (),
            may_choose=signed_in().may(Role.SENDER),
            letter=tell_letter(
                shown,
                tabs=tell_tabs(codes, language, urls),
                frame_url=_url("preview_html", mailing, language, who),
                message_url=_url("preview_message", mailing, language, who),
                calendar_url=_url("preview_entry", mailing, language, who),
            ),
        )


@bp.get("/<int:number>/preview/html")
@needs(Role.EDITOR)
def preview_html(slug: str, number: int) -> Response:
    with parts().database.reading() as session:
        return answer_in_frame(_written(session, open_mailing(session, slug, number))[0].letter.html)


@bp.get("/<int:number>/preview/message.eml")
@needs(Role.EDITOR)
def preview_message(slug: str, number: int) -> Response:
    with parts().database.reading() as session:
        shown, _reader = _written(session, open_mailing(session, slug, number))
        return answer_as_file(shown.message, "message/rfc822", f"{number}.eml")


@bp.get("/<int:number>/preview/entry.ics")
@needs(Role.EDITOR)
def preview_entry(slug: str, number: int) -> Response:
    with parts().database.reading() as session:
        letter = _written(session, open_mailing(session, slug, number))[0].letter
        if letter.calendar is None:
            raise NoEntry(mailing=number)
        return answer_as_file(letter.calendar, "text/calendar", letter.filename)


def _draft_page(session: Session, mailing: Mailing) -> str:
    house = parts()
    reached = mailings.count_reached(session, mailing, now=house.now())
    author = mailing.author
    found = mailing.series
    return render_template(
        "desk/mailings/draft.html",
        slug=found.slug,
        number=mailing.id,
        title=title_of(mailing),
        written=[_language(mailing, code) for code in found.languages],
        about=words(found, mailing.event.title) if mailing.event else "",
        audience=typed.audience_words(mailing.audience, mailing.audience_language),
        reached=reached,
        with_calendar=mailing.with_calendar and mailing.event is not None and mailing.event.is_dated,
        author=(author.name or author.address) if author else "",
        needs_second=mailings.needs_second_person(mailing, signed_in().id),
        may_release=signed_in().may(Role.SENDER),
        hindrance=_hindrance(session, mailing),
        own_address=signed_in().address,
        languages=[(code, language_words(code)) for code in found.languages],
        key=secrets.token_hex(8),
        errors={},
    )


def _hindrance(session: Session, mailing: Mailing) -> str:
    """Why it could not be let go as it is; empty when it could."""
    try:
        mailings.check_draft(session, mailing, due_at=None, now=parts().now())
    except MailerError as error:
        return languages.current().sentence(error)
    return ""


def _language(mailing: Mailing, code: str) -> Written:
    has_words = bool(mailing.subject.get(code) and mailing.body.get(code))
    others = [one for one in mailing.series.languages if one != code and mailing.body.get(one)]
    return Written(
        name=language_words(code),
        code=code,
        subject=mailing.subject.get(code, ""),
        body=markdown(mailing.body.get(code, "")),
        fallback=language_words(others[0]) if others and not has_words else "",
    )


def _written(session: Session, mailing: Mailing, *, who: str | None = None) -> tuple[Preview, Subscription | None]:  # fmt: skip
    """The letter the address of the page asks for, and as whom. Raises NotOnThisList."""
    asked = (request.args.get("who", "") if who is None else who).strip()
    reader = _reader(session, mailing, asked) if asked and signed_in().may(Role.SENDER) else None
    wanted = request.args.get("language", "") or (reader.person.language if reader else "")
    code = wanted if wanted in mailing.series.languages else mailing.series.default_language
    language: Locale = "en" if code == "en" else "de"
    now = max(parts().now(), mailing.opened_at or mailing.due_at)
    row = delivery.specimen_of_mailing(mailing, language=language, subscription=reader, now=now)
    return delivery.preview(session, parts().composer, row, now=now), reader


def _reader(session: Session, mailing: Mailing, address: str) -> Subscription:
    found: Subscription | None = session.scalar(
        select(Subscription)
        .join(Person, Person.id == Subscription.person_id)
        .where(Subscription.series_id == mailing.series_id, Person.mailbox == address.lower()[:254])
    )
    if found is None:
        raise NotOnThisList(mailing=mailing.id)
    return found


def _offered(session: Session, mailing: Mailing) -> list[str]:
    reached = mailings.audience_of(mailing, now=parts().now()).limit(OFFERED).subquery()
    return list(
        session.scalars(
            select(Person.address)
            .join(Subscription, Subscription.person_id == Person.id)
            .join(reached, reached.c.id == Subscription.id)
        )
    )


def _url(endpoint: str, mailing: Mailing, language: str, who: str) -> str:
    values: dict[str, Any] = {"slug": mailing.series.slug, "number": mailing.id}
    return url_for(f".{endpoint}", language=language, who=who or None, **values)

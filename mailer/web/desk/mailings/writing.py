"""A message is written, changed, thrown away."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import Response, flash, make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import mailings
from mailer.context import parts
from mailer.mailings import Draft, DraftChanged, Mailing, MailingState, WrongState
from mailer.organisers import Role
from mailer.series import Series
from mailer.web.desk.differences import tell_differences
from mailer.web.desk.editions import edition_seen
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note, signed_in
from mailer.web.desk.mail_words import language_words
from mailer.web.desk.mailings import typed
from mailer.web.desk.mailings.entrance import (
    LARGEST_MESSAGE,
    bp,
    named_event,
    open_mailing,
    to_list,
    to_mailing,
)
from mailer.web.languages import gettext as _
from mailer.web.public.telling import words

LONGEST_KEY = 40


@bp.get("/new")
@needs(Role.EDITOR)
def new(slug: str) -> str:
    """An empty form. Its key makes two clicks one draft."""
    with parts().database.reading() as session:
        found = open_series(session, slug)
        event = named_event(session, found, request.args.get("event", ""))
        draft = Draft({}, {}, event=event)
        return _page(session, found, draft, key=secrets.token_hex(8))


@bp.post("/new")
@needs(Role.EDITOR, largest=LARGEST_MESSAGE)
def create(slug: str) -> AnyResponse:
    house = parts()
    key = f"{signed_in().id}:{request.form.get('key', '')[:LONGEST_KEY]}"
    with house.database.transaction() as session:
        found = open_series(session, slug)
        draft = typed.read_draft(session, found, request.form)
        if request.form.get("do") == "preview":
            key = request.form.get("key", "")
            return make_response(_page(session, found, draft, key=key, shows_preview=True))
        errors = typed.problems_of(found, draft)
        if errors:
            return _again(session, found, draft, errors, key=request.form.get("key", ""))
        written = mailings.write_draft(session, found, draft, key=key, author=signed_in().id, now=house.now())
        note(session, "mailing.drafted", series=slug, subject=written.id)
    flash(_("The draft is saved. Nothing has been sent yet."), "done")
    return to_mailing(slug, written.id)


@bp.get("/<int:number>/edit")
@needs(Role.EDITOR)
def edit(slug: str, number: int) -> str:
    with parts().database.reading() as session:
        mailing = open_mailing(session, slug, number)
        _refuse_unless_draft(mailing)
        return _page(session, mailing.series, mailings.draft_of(mailing), mailing=mailing)


@bp.post("/<int:number>/edit")
@needs(Role.EDITOR, largest=LARGEST_MESSAGE)
def change(slug: str, number: int) -> AnyResponse:
    """Whoever comes second is shown what the first one wrote; saving once more is then meant."""
    edition = edition_seen()
    with parts().database.transaction() as session:
        mailing = open_mailing(session, slug, number)
        _refuse_unless_draft(mailing)
        draft = typed.read_draft(session, mailing.series, request.form)
        if request.form.get("do") == "preview":
            page = _page(session, mailing.series, draft, mailing=mailing, edition=edition, shows_preview=True)
            return make_response(page)
        errors = typed.problems_of(mailing.series, draft)
        if errors:
            return _again(session, mailing.series, draft, errors, mailing=mailing, edition=edition)
        try:
            mailings.change_draft(
                session, mailing.series, number, draft, edition=edition, author=signed_in().id
            )
        except DraftChanged:
            return _second(session, mailing, draft)
        note(session, "mailing.changed", series=slug, subject=number)
    flash(_("The draft is saved. Nothing has been sent yet."), "done")
    return to_mailing(slug, number)


@bp.post("/<int:number>/delete")
@needs(Role.EDITOR)
def throw_away(slug: str, number: int) -> AnyResponse:
    with parts().database.transaction() as session:
        open_mailing(session, slug, number)
        mailings.delete_draft(session, number)
        note(session, "mailing.deleted", series=slug, subject=number)
    flash(_("The draft is deleted."), "done")
    return to_list(slug)


@bp.get("/audience")
@needs(Role.EDITOR)
def audience(slug: str) -> str:
    """How many each audience reaches, for another dialogue than the page was made with."""
    with parts().database.reading() as session:
        found = open_series(session, slug)
        draft = typed.read_draft(session, found, request.args)
        form = _form(session, found, draft)
        return render_template("desk/mailings/_audience.html", form=form, errors={})


def _form(session: Session, found: Series, draft: Draft) -> typed.MessageForm:
    sizes = mailings.audience_sizes(session, found, draft.event, now=parts().now())
    audiences = typed.tell_audiences(found, draft.event, sizes)
    return typed.tell_form(found, draft, audiences, found.events)


def _page(
    session: Session,
    found: Series,
    draft: Draft,
    errors: Mapping[str, str] | None = None,
    *,
    key: str = "",
    mailing: Mailing | None = None,
    edition: int | None = None,
    second: object = None,
    shows_preview: bool = False,
) -> str:
    number = mailing.id if mailing else 0
    return render_template(
        "desk/mailings/write.html",
        slug=found.slug,
        form=_form(session, found, draft),
        errors=dict(errors or {}),
        key=key,
        number=number,
        edition=mailing.edition if mailing and edition is None else edition,
        second=second,
        shows_preview=shows_preview,
        back_url=url_for(".show", slug=found.slug, number=number)
        if mailing
        else url_for(".index", slug=found.slug),
    )


def _again(
    session: Session, found: Series, draft: Draft, errors: Mapping[str, str], **place: object
) -> Response:
    page = _page(session, found, draft, errors, **place)  # type: ignore[arg-type]
    return make_response(page, 422)


def _second(session: Session, mailing: Mailing, draft: Draft) -> Response:
    """The form as it was typed, and beside it what somebody else made of the draft meanwhile."""
    stored = mailings.draft_of(mailing)
    who = mailing.author
    pairs = [
        (f"{label} ({language_words(code)})", old.get(code, ""), typed_words.get(code, ""))
        for code in mailing.series.languages
        for label, old, typed_words in (
            (_("Subject"), stored.subject, draft.subject),
            (_("Text"), stored.body, draft.body),
        )
    ]
    pairs += [
        (_("Dialogue"), _title(mailing.series, stored), _title(mailing.series, draft)),
        (_("Goes to"), _audience(stored), _audience(draft)),
        (_("Calendar entry"), _yes(stored), _yes(draft)),
    ]
    second = {"who": (who.name or who.address) if who else "", "differences": tell_differences(pairs)}
    page = _page(session, mailing.series, draft, mailing=mailing, second=second)
    return make_response(page, 409)


def _title(found: Series, draft: Draft) -> str:
    return words(found, draft.event.title) if draft.event else _("none")


def _audience(draft: Draft) -> str:
    return typed.audience_words(draft.audience, draft.audience_language)


def _yes(draft: Draft) -> str:
    return _("attached") if draft.with_calendar else _("not attached")


def _refuse_unless_draft(mailing: Mailing) -> None:
    if mailing.state is not MailingState.DRAFT:
        raise WrongState(mailing=mailing.id, state=mailing.state.value)

"""One person of the list: what we know, what happened, and what organisers may do for her."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import privacy, subscriptions
from mailer.context import parts
from mailer.core.errors import Refused
from mailer.core.i18n import choose_locale
from mailer.organisers import Role
from mailer.series import Series
from mailer.subscriptions import Subscription
from mailer.web import languages
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note
from mailer.web.desk.people import bp
from mailer.web.desk.person_telling import tell_person
from mailer.web.languages import gettext as _
from mailer.web.public.forms import LONGEST_NAME, clean

FARTHEST = timedelta(days=5 * 366)
"""Nobody pauses for longer: a slip of the pen, or leaving."""


Act = Callable[[Session, Subscription, datetime], None]
"""What an organiser does for one person, and the line in the log that goes with it."""


@bp.get("/<int:number>")
@needs(Role.SENDER)
def show(slug: str, number: int) -> str:
    with parts().database.reading() as session:
        return _page(session, slug, number, {}, {})


@bp.post("/<int:number>/correct")
@needs(Role.SENDER)
def correct(slug: str, number: int) -> AnyResponse:
    """Name and language, as she wants them."""
    name = clean(request.form.get("name", ""))
    with parts().database.transaction() as session:
        found = open_series(session, slug)
        language = choose_locale(request.form.get("language"), found.languages)
        errors = {}
        if len(name) > LONGEST_NAME:
            errors["name"] = _("Please shorten the name to 200 characters.")
        if language is None:
            errors["language"] = _("Please choose one of the languages of the series.")
        if errors or language is None:
            return make_response(_page(session, slug, number, errors, {"name": name[:1000]}), 422)
        subscription = subscriptions.get_listed(session, found, number)
        subscriptions.correct(session, subscription.id, name=name, language=language)
        note(session, "person.corrected", series=slug, subject=number)
    flash(_("Name and language are corrected."), "done")
    return _back(slug, number)


@bp.post("/<int:number>/ask-again")
@needs(Role.SENDER)
def ask_again(slug: str, number: int) -> AnyResponse:
    def act(session: Session, one: Subscription, now: datetime) -> None:
        subscriptions.ask_again(session, one.id, now=now)
        note(session, "person.asked_again", series=slug, subject=number)

    return _do(slug, number, act, _("The email that asks for confirmation goes out once more."))


@bp.post("/<int:number>/pause")
@needs(Role.SENDER)
def pause(slug: str, number: int) -> AnyResponse:
    """No mails before the day that was typed."""
    typed = request.form.get("until", "").strip()
    with parts().database.transaction() as session:
        found = open_series(session, slug)
        subscription = subscriptions.get_listed(session, found, number)
        until, problem = _read_day(typed, found, now=parts().now())
        if until is None:
            errors = {"until": problem}
            return make_response(_page(session, slug, number, errors, {"until": clean(typed)[:40]}), 422)
        subscriptions.pause(session, subscription.id, until, now=parts().now())
        note(session, "person.paused", series=slug, subject=number, until=until.isoformat())
    flash(_("The mails pause. The person can end that at any time, and so can you."), "done")
    return _back(slug, number)


@bp.post("/<int:number>/resume")
@needs(Role.SENDER)
def resume(slug: str, number: int) -> AnyResponse:
    def act(session: Session, one: Subscription, _now: datetime) -> None:
        subscriptions.resume(session, one.id)
        note(session, "person.resumed", series=slug, subject=number)

    return _do(slug, number, act, _("The mails come again from now on."))


@bp.post("/<int:number>/remove")
@needs(Role.SENDER)
def remove(slug: str, number: int) -> AnyResponse:
    def act(session: Session, one: Subscription, now: datetime) -> None:
        subscriptions.remove(session, one.id, now=now)
        note(session, "person.removed", series=slug, subject=number)

    return _do(
        slug,
        number,
        act,
        _(
            "The person is off the list and gets no more mails. If that was a mistake, take it back within the hour."
        ),
    )


@bp.post("/<int:number>/restore")
@needs(Role.SENDER)
def restore(slug: str, number: int) -> AnyResponse:
    def act(session: Session, one: Subscription, now: datetime) -> None:
        subscriptions.restore(session, one.id, now=now)
        note(session, "person.restored", series=slug, subject=number)

    return _do(slug, number, act, _("The removal is taken back: the person is on the list as before."))


@bp.get("/<int:number>/block")
@needs(Role.SENDER)
def ask_block(slug: str, number: int) -> str:
    """Say what blocking does, before it is done."""
    return _ask(slug, number, "block")


@bp.post("/<int:number>/block")
@needs(Role.SENDER)
def block(slug: str, number: int) -> AnyResponse:
    def act(session: Session, one: Subscription, now: datetime) -> None:
        subscriptions.block(session, one.person.address, pseudonym=parts().pseudonym, now=now)
        note(session, "person.blocked", series=slug, subject=number)

    return _do(slug, number, act, _("The address is blocked: nothing goes there any more."))


@bp.get("/<int:number>/erase")
@needs(Role.SENDER)
def ask_erase(slug: str, number: int) -> str:
    """Say what erasing does, before it is done."""
    return _ask(slug, number, "erase")


@bp.post("/<int:number>/erase")
@needs(Role.SENDER)
def erase(slug: str, number: int) -> AnyResponse:
    """Erase everything that names the person, on every list. Nothing brings it back."""
    now = parts().now()
    with parts().database.transaction() as session:
        found = open_series(session, slug)
        address = subscriptions.get_listed(session, found, number).person.address
        privacy.erase(session, address, now=now)
        note(session, "person.erased", series=slug, subject=number)
    flash(_("Everything that names the person is erased."), "done")
    return redirect(url_for(".index", slug=slug), 303)


def _do(slug: str, number: int, act: Act, words: str) -> AnyResponse:
    """Do it, and say so; a rule that forbids it is told on the page where it was asked for."""
    try:
        with parts().database.transaction() as session:
            found = open_series(session, slug)
            act(session, subscriptions.get_listed(session, found, number), parts().now())
    except Refused as refused:
        flash(languages.current().sentence(refused), "wrong")
    else:
        flash(words, "done")
    return _back(slug, number)


def _back(slug: str, number: int) -> AnyResponse:
    return redirect(url_for(".show", slug=slug, number=number), 303)


def _ask(slug: str, number: int, act: str) -> str:
    with parts().database.reading() as session:
        found = open_series(session, slug)
        subscription = subscriptions.get_listed(session, found, number)
        person = tell_person(session, found, subscription, pseudonym=parts().pseudonym, now=parts().now())
        return render_template(f"desk/person_{act}.html", person=person, slug=slug)


def _page(session: Session, slug: str, number: int, errors: dict[str, str], typed: dict[str, str]) -> str:
    found = open_series(session, slug)
    subscription = subscriptions.get_listed(session, found, number)
    person = tell_person(session, found, subscription, pseudonym=parts().pseudonym, now=parts().now())
    return render_template("desk/person.html", person=person, slug=slug, errors=errors, typed=typed)


def _read_day(typed: str, found: Series, *, now: datetime) -> tuple[date | None, str]:
    """The day until which the mails pause, or what is wrong with it."""
    today = now.astimezone(found.zone).date()
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None, _("Please enter a day, such as 2027-05-20.")
    if not today < day <= today + FARTHEST:
        return None, _("Please enter a day to come, within the next five years.")
    return day, ""

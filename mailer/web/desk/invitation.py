"""Behind an invitation: who was invited says how she is called, and may choose a password."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mailer import organisers
from mailer.context import parts
from mailer.core.errors import Invalid
from mailer.core.i18n import choose_locale
from mailer.core.types import Locale
from mailer.organisers import Organiser
from mailer.web import languages
from mailer.web.desk import sessions
from mailer.web.desk.known_browsers import remember_browser
from mailer.web.desk.own_name import read_name
from mailer.web.languages import gettext as _

bp = Blueprint("invitation", __name__, url_prefix="/organiser/invitation")


@bp.get("/<token>")
def show(token: str) -> str:
    """Show the form. A GET uses nothing up: mail scanners follow links."""
    invited, _link_id = _find(token)
    return _form(token, invited, {}, name=invited.name, language=languages.locale())


@bp.post("/<token>")
def accept(token: str) -> AnyResponse:
    house = parts()
    invited, link_id = _find(token)
    typed, errors = read_name(request.form.get("name", ""))
    language = choose_locale(request.form.get("language")) or invited.language
    password = request.form.get("password", "")
    try:
        if password:
            organisers.check_password(password, address=invited.address, name=typed)
    except Invalid as problem:
        errors["password"] = languages.current().sentence(problem)
    if errors:
        return make_response(_form(token, invited, errors, name=typed, language=language), 422)
    hashed = organisers.hash_password(password) if password else ""
    with house.database.transaction() as session:
        organiser = organisers.accept_invitation(session, link_id, now=house.now())
        organiser.name, organiser.language = typed, language
        if hashed:
            organisers.keep_password(organiser, hashed, now=house.now())
        sessions.start(session, organiser, came_by="invitation", now=house.now())
        organisers.note(
            session, "organiser.signed_in", organiser_id=organiser.id, by="invitation", now=house.now()
        )
    flash(_("Welcome! This is where everything about the series is done."), "done")
    response = redirect(url_for("overview.show"), 303)
    remember_browser(response, organiser)
    return response


def _find(token: str) -> tuple[Organiser, int]:
    """Who is invited, and by which link; the page speaks her language from here on."""
    (link_id,) = parts().links.read("invitation", token)
    with parts().database.reading() as session:
        invited = organisers.find_invited(session, link_id, now=parts().now())
    languages.speak(prefer=invited.language)
    return invited, link_id


def _form(token: str, invited: Organiser, errors: dict[str, str], *, name: str, language: Locale) -> str:
    return render_template(
        "desk/invitation.html",
        action=url_for(".accept", token=token),
        address=invited.address,
        role=invited.role.value,
        errors=errors,
        name=name,
        chosen_languages=languages.choices(language),
    )

"""One's own account: name, language and password, and a fresh link to prove who one is."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import delivery, organisers
from mailer.context import parts
from mailer.core.errors import Invalid
from mailer.core.i18n import choose_locale
from mailer.organisers import AccountChange, Organiser, Role
from mailer.web import languages
from mailer.web.desk import sessions
from mailer.web.desk.clocks import own_zone, zone_names
from mailer.web.desk.guarding import needs, note, signed_in
from mailer.web.desk.moments import house_zone
from mailer.web.desk.own_name import read_name
from mailer.web.desk.proving import WrongPassword, proof_needed, prove
from mailer.web.desk.session_telling import tell_sessions
from mailer.web.languages import gettext as _
from mailer.web.limits import may_write_to

bp = Blueprint("account", __name__, url_prefix="/organiser/account")


@bp.get("")
@needs(Role.EDITOR)
def show() -> str:
    return page({})


@bp.post("/self")
@needs(Role.EDITOR)
def change_self() -> AnyResponse:
    """Keep name and language."""
    name, errors = read_name(request.form.get("name", ""))
    language = choose_locale(request.form.get("language")) or signed_in().language
    if errors:
        return make_response(page(errors, name=name), 422)
    with parts().database.transaction() as session:
        organiser = organisers.get_organiser(session, signed_in().id)
        organiser.name, organiser.language = name, language
        note(session, "organiser.renamed", subject=name)
    languages.speak(prefer=language)
    flash(_("Saved."), "done")
    return redirect(url_for(".show"), 303)


@bp.post("/password")
@needs(Role.EDITOR)
def change_password() -> AnyResponse:
    """A new password, for who proves who she is; her other browsers are signed out."""
    who, house = signed_in(), parts()
    password = request.form.get("password", "")
    try:
        prove()
        organisers.check_password(password, address=who.address, name=who.name)
    except WrongPassword as wrong:
        return make_response(page({"current": languages.current().sentence(wrong)}), 422)
    except Invalid as problem:
        return make_response(page({"password": languages.current().sentence(problem)}), 422)
    hashed = organisers.hash_password(password)
    with house.database.transaction() as session:
        organiser = organisers.get_organiser(session, who.id)
        organisers.keep_password(organiser, hashed, now=house.now())
        organisers.forget_links_of(session, organiser)
        sessions.end_others(session, who.id)
        sessions.renew(session)
        note(session, "organiser.password_changed")
        delivery.open_account_notice(session, organiser, AccountChange.PASSWORD, now=house.now())
    flash(_("The new password counts. Your other browsers were signed out."), "done")
    return redirect(url_for(".show"), 303)


@bp.post("/link")
@needs(Role.EDITOR)
def mail_link() -> AnyResponse:
    """Have a fresh link mailed to oneself: it proves who one is where there is no password to ask for."""
    house = parts()
    if may_write_to(signed_in().address, "signin"):
        with house.database.transaction() as session:
            organiser = organisers.get_organiser(session, signed_in().id)
            organisers.open_link(session, organiser, to_mail=True, now=house.now())
    flash(_("A link is on its way to you. Open it in this browser, then come back to this page."), "done")
    return redirect(url_for(".show"), 303)


def page(errors: dict[str, str], *, name: str | None = None) -> str:
    """The whole page, with what is wrong in one of its forms."""
    with parts().database.reading() as session:
        organiser = organisers.get_organiser(session, signed_in().id)
        return render_template(
            "desk/account.html",
            errors=errors,
            name=organiser.name if name is None else name,
            proof=proof_needed(),
            **_facts(session, organiser),
        )


def _facts(session: Session, organiser: Organiser) -> dict[str, object]:
    return {
        "address": organiser.address,
        "role": organiser.role.value,
        "chosen_languages": languages.choices(organiser.language),
        "has_password": bool(organiser.password_hash),
        "has_factor": organiser.factor_confirmed_at is not None,
        "recovery_codes_left": organisers.count_recovery_codes(session, organiser),
        "zones": zone_names(),
        "own_zone": str(own_zone() or ""),
        "open_sessions": tell_sessions(
            sessions.list_open(session, organiser.id, now=parts().now()), zone=house_zone(session)
        ),
    }

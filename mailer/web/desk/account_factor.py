"""One's own second factor: setting it up, switching it off, new recovery codes."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import delivery, organisers
from mailer.context import parts
from mailer.organisers import AccountChange, Organiser, Role, WrongCode
from mailer.web import languages
from mailer.web.attempts import Attempt, begin_attempt
from mailer.web.desk import account, sessions
from mailer.web.desk.guarding import needs, note, signed_in
from mailer.web.desk.proving import WrongPassword, prove
from mailer.web.languages import gettext as _
from mailer.web.qr_code import draw_qr

bp = Blueprint("account_factor", __name__, url_prefix="/organiser/account/factor")


@bp.post("/begin")
@needs(Role.EDITOR)
def begin() -> AnyResponse:
    """Prepare a secret, for who proves who she is."""
    try:
        prove()
    except WrongPassword as wrong:
        return make_response(account.page({"factor_current": languages.current().sentence(wrong)}), 422)
    with parts().database.transaction() as session:
        organisers.begin_factor(organisers.get_organiser(session, signed_in().id))
    return redirect(url_for(".show"), 303)


@bp.get("")
@needs(Role.EDITOR)
def show() -> AnyResponse:
    """The QR code of the secret that waits to be confirmed."""
    with parts().database.reading() as session:
        organiser = organisers.get_organiser(session, signed_in().id)
    if organiser.factor_confirmed_at is not None or not organiser.factor_salt:
        return redirect(url_for("account.show"), 303)
    return make_response(_set_up_page(organiser, ""))


@bp.post("")
@needs(Role.EDITOR)
def confirm() -> AnyResponse:
    """Switch it on with the first code, and show the recovery codes: now and never again."""
    house, key = parts(), parts().links.key("factor")
    attempt = begin_attempt("code", str(signed_in().id))
    typed = request.form.get("code", "")
    try:
        with house.database.transaction() as session:
            organiser = organisers.get_organiser(session, signed_in().id)
            codes = organisers.confirm_factor(session, organiser, typed, key=key, now=house.now())
            sessions.end_others(session, organiser.id)
            sessions.renew(session)
            attempt.succeeded(session)
            note(session, "organiser.factor_on")
            delivery.open_account_notice(session, organiser, AccountChange.FACTOR_ON, now=house.now())
    except WrongCode as wrong:
        with house.database.reading() as session:
            organiser = organisers.get_organiser(session, signed_in().id)
        return make_response(_set_up_page(organiser, languages.current().sentence(wrong)), 422)
    return make_response(render_template("desk/recovery_codes.html", codes=codes, is_new=True))


@bp.post("/off")
@needs(Role.EDITOR)
def switch_off() -> AnyResponse:
    """Ask for it no more, for who has a code of it."""
    attempt = begin_attempt("code", str(signed_in().id))
    try:
        with parts().database.transaction() as session:
            organiser = _prove_factor(session, attempt)
            organisers.drop_factor(session, organiser)
            sessions.renew(session)
            note(session, "organiser.factor_off")
            delivery.open_account_notice(session, organiser, AccountChange.FACTOR_OFF, now=parts().now())
    except WrongCode as wrong:
        return _refuse(wrong)
    flash(_("The second factor is off. Signing in asks for no code any more."), "done")
    return redirect(url_for("account.show"), 303)


@bp.post("/codes")
@needs(Role.EDITOR)
def renew_codes() -> AnyResponse:
    """Ten new recovery codes, for who has a code of the second factor."""
    attempt = begin_attempt("code", str(signed_in().id))
    try:
        with parts().database.transaction() as session:
            organiser = _prove_factor(session, attempt)
            codes = organisers.renew_recovery_codes(session, organiser, key=parts().links.key("factor"))
            note(session, "organiser.recovery_codes_renewed")
            delivery.open_account_notice(session, organiser, AccountChange.RECOVERY_CODES, now=parts().now())
    except WrongCode as wrong:
        return _refuse(wrong)
    return make_response(render_template("desk/recovery_codes.html", codes=codes, is_new=False))


def _prove_factor(session: Session, attempt: Attempt) -> Organiser:
    """Use up the code in the form. Raises WrongCode, FactorOff."""
    house = parts()
    organiser = organisers.get_organiser(session, signed_in().id)
    typed = request.form.get("code", "")
    organisers.accept_code(session, organiser, typed, key=house.links.key("factor"), now=house.now())
    attempt.succeeded(session)
    return organiser


def _refuse(wrong: WrongCode) -> AnyResponse:
    house = parts()
    with house.database.transaction() as session:
        note(session, "organiser.factor_failed")
    return make_response(account.page({"code": languages.current().sentence(wrong)}), 422)


def _set_up_page(organiser: Organiser, error: str) -> str:
    key = parts().links.key("factor")
    secret = organisers.secret_for(organiser, key)
    issuer = f"Zeitnah ({urlsplit(parts().config.base_url).hostname})"
    return render_template(
        "desk/factor.html",
        qr=draw_qr(organisers.address_for_app(organiser, key, issuer=issuer)),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        error=error,
    )

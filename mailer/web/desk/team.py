"""The team: who may sign in, in which role; inviting, and letting somebody in no more."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import delivery, organisers
from mailer.context import parts
from mailer.core.addresses import BadAddress, parse_address
from mailer.core.errors import Refused
from mailer.core.i18n import choose_locale
from mailer.core.types import EmailAddress
from mailer.organisers import AccountChange, KnownOrganiser, Organiser, Role
from mailer.web import languages
from mailer.web.desk.guarding import needs, note, signed_in
from mailer.web.desk.moments import house_zone
from mailer.web.desk.team_telling import tell_member, tell_roles
from mailer.web.languages import gettext as _
from mailer.web.public.forms import clean, explain_bad_address

bp = Blueprint("team", __name__, url_prefix="/organiser/team")


class NotYourself(Refused):
    """Nobody changes her own role or locks herself out: a colleague must want it too."""

    code = "not_yourself"


@bp.get("")
@needs(Role.OWNER)
def index() -> str:
    return _page({}, {})


@bp.post("/invite")
@needs(Role.OWNER)
def invite() -> AnyResponse:
    """Invite an address; the next tick mails the link."""
    house, form = parts(), request.form
    try:
        address = _read_address()
        with house.database.transaction() as session:
            role, language = _read_role(), choose_locale(form.get("language")) or "de"
            invited = organisers.invite(session, address, role=role, language=language, now=house.now())
            organisers.open_invitation(session, invited, now=house.now())
            note(session, "organiser.invited", subject=address, role=role.value)
    except BadAddress:
        return _refuse(explain_bad_address(form.get("email", "")))
    except KnownOrganiser as known:
        return _refuse(languages.current().sentence(known))
    flash(_("The invitation to %(address)s is on its way.") % {"address": address}, "done")
    return redirect(url_for(".index"), 303)


@bp.post("/<int:number>/invite")
@needs(Role.OWNER)
def invite_again(number: int) -> AnyResponse:
    """Mail a new invitation; the earlier one counts no more."""
    house = parts()
    with house.database.transaction() as session:
        invited = organisers.get_organiser(session, number)
        if invited.joined_at is None:
            organisers.open_invitation(session, invited, now=house.now())
            note(session, "organiser.invited_again", subject=invited.address)
    flash(_("The invitation to %(address)s is on its way.") % {"address": invited.address}, "done")
    return redirect(url_for(".index"), 303)


@bp.post("/<int:number>/role")
@needs(Role.OWNER)
def change_role(number: int) -> AnyResponse:
    """Another role; she signs in anew, so that no session is older than what it may do."""
    role = _read_role()
    with parts().database.transaction() as session:
        member = _member(session, number)
        before = member.role
        if role is not before:
            organisers.change_role(session, member, role)
            note(
                session,
                "organiser.role_changed",
                subject=member.address,
                before=before.value,
                role=role.value,
            )
    flash(_("The new role counts. %(who)s has to sign in anew.") % {"who": _called(member)}, "done")
    return redirect(url_for(".index"), 303)


@bp.post("/<int:number>/disable")
@needs(Role.OWNER)
def disable(number: int) -> AnyResponse:
    """Let her in no more, from this moment on."""
    house = parts()
    with house.database.transaction() as session:
        member = _member(session, number)
        organisers.disable(session, member.address, now=house.now())
        note(session, "organiser.disabled", subject=member.address)
    flash(_("%(who)s can no longer sign in.") % {"who": _called(member)}, "done")
    return redirect(url_for(".index"), 303)


@bp.post("/<int:number>/enable")
@needs(Role.OWNER)
def enable(number: int) -> AnyResponse:
    with parts().database.transaction() as session:
        member = _member(session, number)
        organisers.enable(member)
        note(session, "organiser.enabled", subject=member.address)
    flash(_("%(who)s may sign in again.") % {"who": _called(member)}, "done")
    return redirect(url_for(".index"), 303)


@bp.post("/<int:number>/factor")
@needs(Role.OWNER)
def drop_factor(number: int) -> AnyResponse:
    """For a colleague who has lost her phone and her recovery codes; she signs in anew."""
    with parts().database.transaction() as session:
        member = _member(session, number)
        organisers.drop_factor(session, member)
        organisers.sign_out_everywhere(member)
        note(session, "organiser.factor_dropped", subject=member.address)
        delivery.open_account_notice(session, member, AccountChange.FACTOR_DROPPED, now=parts().now())
    flash(_("Signing in asks %(who)s for no code any more.") % {"who": _called(member)}, "done")
    return redirect(url_for(".index"), 303)


def _member(session: Session, number: int) -> Organiser:
    """Somebody else of the team. Raises UnknownOrganiser, NotYourself."""
    if number == signed_in().id:
        raise NotYourself()
    return organisers.get_anybody(session, number)


def _called(member: Organiser) -> str:
    return member.name or member.address


def _read_address() -> EmailAddress:
    return parse_address(request.form.get("email", ""), reserved=parts().config.in_development)


def _read_role() -> Role:
    """What was chosen; whatever else was sent is the smallest role."""
    sent = request.form.get("role", "")
    return Role(sent) if sent in list(Role) else Role.EDITOR


def _refuse(problem: str) -> AnyResponse:
    form = request.form
    typed = {
        "email": clean(form.get("email", ""))[:1000],
        "role": _read_role().value,
        "language": choose_locale(form.get("language")) or "de",
    }
    return make_response(_page({"email": problem}, typed), 422)


def _page(errors: dict[str, str], typed: dict[str, str]) -> str:
    house, locale = parts(), languages.locale()
    with house.database.reading() as session:
        zone = house_zone(session)
        members = [
            tell_member(one, own_id=signed_in().id, zone=zone, now=house.now(), locale=locale)
            for one in organisers.list_organisers(session)
        ]
    return render_template(
        "desk/team.html",
        members=members,
        roles=tell_roles(),
        errors=errors,
        typed=typed or {"email": "", "role": Role.EDITOR.value, "language": locale},
    )

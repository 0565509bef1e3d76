"""Addresses that must not be written to: to block one, and to let it go again. Whose they are nobody can read."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mailer import people, subscriptions
from mailer.context import parts
from mailer.core.addresses import BadAddress, parse_address
from mailer.core.errors import MailerError
from mailer.core.types import EmailAddress
from mailer.organisers import Role
from mailer.web import languages
from mailer.web.desk.frame import open_series
from mailer.web.desk.guarding import needs, note
from mailer.web.desk.people import bp
from mailer.web.desk.people_telling import tell_moment
from mailer.web.languages import gettext as _
from mailer.web.languages import ngettext
from mailer.web.public.forms import clean, explain_bad_address

MOST_SHOWN = 100


@bp.get("/blocked")
@needs(Role.SENDER)
def blocked(slug: str) -> str:
    return _page(slug, {}, {})


@bp.post("/blocked/add")
@needs(Role.SENDER)
def block_typed(slug: str) -> AnyResponse:
    """Block an address, whether or not anybody knows it."""
    address = _read("block")
    if address is None:
        return _again(slug, "block", explain_bad_address(request.form.get("block", "")))
    house = parts()
    with house.database.transaction() as session:
        open_series(session, slug)
        lists = subscriptions.block(session, address, pseudonym=house.pseudonym, now=house.now())
        note(session, "address.blocked", series=slug, lists=lists)
    words = ngettext(
        "The address is blocked. It was taken off one list.",
        "The address is blocked. It was taken off %(count)s lists.",
        lists,
    )
    flash(words % {"count": lists} if lists else _("The address is blocked. It stood on no list."), "done")
    return redirect(url_for(".blocked", slug=slug), 303)


@bp.post("/blocked/lift")
@needs(Role.SENDER)
def unblock_typed(slug: str) -> AnyResponse:
    """Let an address be written to again; nobody comes back onto a list by that."""
    address = _read("unblock")
    if address is None:
        return _again(slug, "unblock", explain_bad_address(request.form.get("unblock", "")))
    house = parts()
    try:
        with house.database.transaction() as session:
            open_series(session, slug)
            people.lift(session, house.pseudonym(address))
            note(session, "address.unblocked", series=slug)
    except (people.NotBlocked, people.Complained) as problem:
        return _again(slug, "unblock", _sentence(problem))
    flash(_("The address is not blocked any more. The person can sign up again."), "done")
    return redirect(url_for(".blocked", slug=slug), 303)


def _read(field: str) -> EmailAddress | None:
    try:
        return parse_address(request.form.get(field, ""), reserved=parts().config.in_development)
    except BadAddress:
        return None


def _again(slug: str, field: str, problem: str) -> AnyResponse:
    typed = {field: clean(request.form.get(field, ""))[:1000]}
    return make_response(_page(slug, {field: problem}, typed), 422)


def _page(slug: str, errors: dict[str, str], typed: dict[str, str]) -> str:
    reasons = {
        people.SuppressionReason.BLOCKED: _("by the organisers"),
        people.SuppressionReason.COMPLAINT: _("reported as spam"),
    }
    with parts().database.reading() as session:
        found = open_series(session, slug)
        count, latest = people.list_suppressions(session, most=MOST_SHOWN)
        rows = [(tell_moment(found, one.created_at), reasons[one.reason]) for one in latest]
        return render_template(
            "desk/blocked.html", slug=slug, count=count, rows=rows, errors=errors, typed=typed
        )


def _sentence(problem: MailerError) -> str:
    return languages.current().sentence(problem)

"""A test copy of a message: to whoever is signed in, or to an address she types."""

from __future__ import annotations

import secrets

from flask import flash, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from mailer import delivery
from mailer.context import parts
from mailer.core.addresses import BadAddress, parse_address
from mailer.core.types import EmailAddress, Locale
from mailer.mailings import Mailing
from mailer.organisers import Role
from mailer.web.desk.guarding import needs, note, signed_in
from mailer.web.desk.mail_words import language_words
from mailer.web.desk.mailings.entrance import bp, open_mailing, to_mailing
from mailer.web.desk.mailings.writing import LONGEST_KEY
from mailer.web.languages import gettext as _
from mailer.web.limits import TooOften, may_write_to
from mailer.web.public.forms import explain_bad_address


@bp.get("/<int:number>/copy")
@needs(Role.EDITOR)
def ask_copy(slug: str, number: int) -> str:
    """The form alone, for another address than one's own."""
    with parts().database.reading() as session:
        return _page(open_mailing(session, slug, number), typed=signed_in().address)


@bp.post("/<int:number>/copy")
@needs(Role.EDITOR)
def send_copy(slug: str, number: int) -> AnyResponse:
    """Queue the copy. To strangers' mailboxes only a few an hour can be sent."""
    house = parts()
    typed = request.form.get("to", "") or signed_in().address
    with house.database.reading() as session:
        mailing = open_mailing(session, slug, number)
        try:
            address = parse_address(typed, reserved=house.config.in_development)
        except BadAddress:
            page = _page(mailing, typed=typed[:254], errors={"to": explain_bad_address(typed)})
            return make_response(page, 422)
    if address != signed_in().address and not may_write_to(address, "test-copy"):
        raise TooOften(seconds=3600)
    with house.database.transaction() as session:
        mailing = open_mailing(session, slug, number)
        _open(session, mailing, address)
        note(session, "mailing.tested", series=slug, subject=number)
    flash(_("The test copy to %(address)s is on its way.") % {"address": address}, "done")
    return to_mailing(slug, number)


def _open(session: Session, mailing: Mailing, address: EmailAddress) -> None:
    wanted = request.form.get("language", "")
    code = wanted if wanted in mailing.series.languages else mailing.series.default_language
    language: Locale = "en" if code == "en" else "de"
    delivery.open_test_copy(
        session,
        mailing.series,
        mailing.event,
        kind=mailing.kind,
        address=address,
        language=language,
        subject=mailing.subject,
        body=mailing.body,
        name=signed_in().name,
        with_calendar=mailing.with_calendar,
        key=f"{mailing.id}:{signed_in().id}:{language}:{request.form.get('key', '')[:LONGEST_KEY]}",
        now=parts().now(),
    )


def _page(mailing: Mailing, *, typed: str, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "desk/mailings/copy.html",
        slug=mailing.series.slug,
        number=mailing.id,
        to=typed,
        languages=[(code, language_words(code)) for code in mailing.series.languages],
        language=mailing.series.default_language,
        key=secrets.token_hex(8),
        errors=errors or {},
    )

"""What is stored about a person: to read, to take along, to erase. Behind a fresh link only."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, make_response, render_template, request, url_for
from sqlalchemy.orm import Session

from mailer import privacy, subscriptions
from mailer.context import parts
from mailer.core.errors import Refused
from mailer.core.types import EmailAddress
from mailer.web import languages
from mailer.web.public.managing import UnknownWish
from mailer.web.public.stored_telling import tell_stored

bp = Blueprint("stored", __name__)

URL = "/subscriptions/access/<token>"

LINK_COUNTS_FOR = timedelta(hours=1)
"""The mail with this link may lie open somewhere: an hour is enough to read on from it."""


class AccessTooOld(Refused):
    """The link to what is stored was used after LINK_COUNTS_FOR."""

    code = "access_too_old"


@bp.get(URL)
def show(token: str) -> str:
    house = parts()
    with house.database.reading() as session:
        address = _whose(session, token, now=house.now())
        sections = tell_stored(privacy.everything_about(session, address, pseudonym=house.pseudonym))
    return render_template("public/stored.html", sections=sections, action=url_for(".act", token=token))


@bp.post(URL)
def act(token: str) -> Response:
    """Hand it over as JSON (``do=download``), or erase it (``do=erase`` with the box ticked)."""
    house = parts()
    wish = request.form.get("do", "")
    if wish not in ("download", "erase"):
        raise UnknownWish
    if wish == "download":
        with house.database.reading() as session:
            address = _whose(session, token, now=house.now())
            return _as_file(privacy.everything_about(session, address, pseudonym=house.pseudonym))
    with house.database.transaction() as session:
        address = _whose(session, token, now=house.now())
        if not request.form.get("sure"):
            return _ask_again(session, address, token)
        privacy.erase(session, address, now=house.now())
    return make_response(render_template("public/erased.html"))


def _whose(session: Session, token: str, *, now: datetime) -> EmailAddress:
    """Raises BadToken, AccessTooOld, UnknownRequest."""
    subscription_id, minute = parts().links.read("access", token)
    found = subscriptions.find_subscription(session, subscription_id)
    if found is None:
        raise subscriptions.UnknownRequest(subscription=subscription_id)
    languages.speak_for(found.series)
    if now - datetime.fromtimestamp(minute * 60, UTC) > LINK_COUNTS_FOR:
        raise AccessTooOld(subscription=subscription_id)
    return found.person.address


def _ask_again(session: Session, address: EmailAddress, token: str) -> Response:
    sections = tell_stored(privacy.everything_about(session, address, pseudonym=parts().pseudonym))
    page = render_template(
        "public/stored.html", sections=sections, action=url_for(".act", token=token), not_sure=True
    )
    return make_response(page, 422)


def _as_file(everything: object) -> Response:
    response = make_response(json.dumps(everything, ensure_ascii=False, indent=2) + "\n")
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="zeitnah.json"'
    return response

"""What is stored about a person: to read, to take along, to erase. Behind a fresh link only."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, make_response, render_template, request, url_for
from sqlalchemy.orm import Session

from mailer import privacy, registrations, subscriptions
from mailer.context import parts
from mailer.core.errors import Refused
from mailer.core.types import EmailAddress
from mailer.registrations import Registration
from mailer.subscriptions import Subscription
from mailer.web import languages
from mailer.web.public.managing import UnknownWish
from mailer.web.public.stored_telling import tell_stored

bp = Blueprint("stored", __name__)

URL = "/subscriptions/access/<token>"
SEAT_URL = "/registrations/access/<token>"
OF_LIST, OF_SEAT = "access", "access-seat"
"""What the two links were made for."""

LINK_COUNTS_FOR = timedelta(hours=1)
"""The mail with this link may lie open somewhere: an hour is enough to read on from it."""


class AccessTooOld(Refused):
    """The link to what is stored was used after LINK_COUNTS_FOR."""

    code = "access_too_old"


@bp.get(URL, defaults={"purpose": OF_LIST})
@bp.get(SEAT_URL, defaults={"purpose": OF_SEAT})
def show(token: str, purpose: str) -> str:
    house = parts()
    with house.database.reading() as session:
        address = _whose(session, token, purpose, now=house.now())
        sections = tell_stored(privacy.everything_about(session, address, pseudonym=house.pseudonym))
    action = url_for(".act", token=token, purpose=purpose)
    return render_template("public/stored.html", sections=sections, action=action)


@bp.post(URL, defaults={"purpose": OF_LIST})
@bp.post(SEAT_URL, defaults={"purpose": OF_SEAT})
def act(token: str, purpose: str) -> Response:
    """Hand it over as JSON (``do=download``), or erase it (``do=erase`` with the box ticked)."""
    house = parts()
    wish = request.form.get("do", "")
    if wish not in ("download", "erase"):
        raise UnknownWish
    if wish == "download":
        with house.database.reading() as session:
            address = _whose(session, token, purpose, now=house.now())
            return _as_file(privacy.everything_about(session, address, pseudonym=house.pseudonym))
    with house.database.transaction() as session:
        address = _whose(session, token, purpose, now=house.now())
        if not request.form.get("sure"):
            return _ask_again(session, address, url_for(".act", token=token, purpose=purpose))
        privacy.erase(session, address, now=house.now())
    return make_response(render_template("public/erased.html"))


def _whose(session: Session, token: str, purpose: str, *, now: datetime) -> EmailAddress:
    """Raises BadToken, AccessTooOld, UnknownRequest, UnknownRegistration."""
    number, minute = parts().links.read(purpose, token)
    found = (_subscription if purpose == OF_LIST else registrations.get_registration)(session, number)
    languages.speak_for(found.event.series if isinstance(found, Registration) else found.series)
    if now - datetime.fromtimestamp(minute * 60, UTC) > LINK_COUNTS_FOR:
        raise AccessTooOld(number=number)
    return found.person.address


def _subscription(session: Session, number: int) -> Subscription:
    found = subscriptions.find_subscription(session, number)
    if found is None:
        raise subscriptions.UnknownRequest(subscription=number)
    return found


def _ask_again(session: Session, address: EmailAddress, action: str) -> Response:
    sections = tell_stored(privacy.everything_about(session, address, pseudonym=parts().pseudonym))
    page = render_template("public/stored.html", sections=sections, action=action, not_sure=True)
    return make_response(page, 422)


def _as_file(everything: object) -> Response:
    response = make_response(json.dumps(everything, ensure_ascii=False, indent=2) + "\n")
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="zeitnah.json"'
    return response

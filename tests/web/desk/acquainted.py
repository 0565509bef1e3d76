"""Organisers with a password, a second factor or an invitation, and what a browser does with them."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mailer import organisers
from mailer.core.types import EmailAddress
from mailer.organisers import AuditEntry, Organiser, Role
from tests.web.visiting import GERMAN, Visit, csrf_in, press

ANNA = EmailAddress("anna@example.org")
PASSWORD = "viel Regen am Dienstag"
STEP = timedelta(seconds=30)


@cache
def hashed(password: str) -> str:
    return organisers.hash_password(password)


def an_organiser(
    visit: Visit, *, address: EmailAddress = ANNA, role: Role = Role.OWNER, password: str = PASSWORD
) -> int:
    """One who has joined, with a password unless it is empty; her number."""
    with visit.transaction() as session:
        organiser = organisers.add(session, address, role=role, now=visit.now)
        organisers.come_in(organiser, now=visit.now)
        if password:
            organisers.keep_password(organiser, hashed(password), now=visit.now)
        return int(organiser.id)


def with_factor(visit: Visit, number: int) -> tuple[pyotp.TOTP, list[str]]:
    """Switch her second factor on a while ago: her app, and her recovery codes."""
    key, before = visit.house.links.key("factor"), visit.now - 20 * STEP
    with visit.transaction() as session:
        organiser = organisers.get_organiser(session, number)
        organisers.begin_factor(organiser)
        app = pyotp.TOTP(organisers.secret_for(organiser, key))
        codes = organisers.confirm_factor(session, organiser, app.at(before), key=key, now=before)
    return app, codes


def invitation_url(visit: Visit, *, address: EmailAddress = ANNA, role: Role = Role.EDITOR) -> str:
    with visit.transaction() as session:
        invited = organisers.invite(session, address, role=role, language="de", now=visit.now)
        link = organisers.open_invitation(session, invited, now=visit.now)
        return f"/organiser/invitation/{visit.link('invitation', link.id)}"


def link_url(visit: Visit, number: int) -> str:
    with visit.transaction() as session:
        organiser = organisers.get_organiser(session, number)
        link = organisers.open_link(session, organiser, to_mail=False, now=visit.now)
        return f"/organiser/sign-in/{visit.link('signin', link.id)}"


def sign_in(
    client: FlaskClient, *, email: str = ANNA, password: str = PASSWORD, **fields: str
) -> TestResponse:
    page = client.get("/organiser/sign-in", headers=GERMAN).text
    form = {"csrf_token": csrf_in(page), "email": email, "password": password} | fields
    return client.post("/organiser/sign-in/password", data=form, headers=GERMAN)


def enter_code(client: FlaskClient, code: str, **fields: str) -> TestResponse:
    return press(client, "/organiser/sign-in/code", code=code, **fields)


def post(client: FlaskClient, url: str, *, page: str = "/organiser/account", **fields: str) -> TestResponse:
    """Send a form that stands on a page of the desk."""
    token = csrf_in(client.get(page).text)
    return client.post(url, data={"csrf_token": token} | fields, headers=GERMAN)


def is_in(client: FlaskClient) -> bool:
    return client.get("/organiser/").status_code == 200


def look_at(visit: Visit, number: int) -> Organiser:
    with visit.house.database.reading() as session:
        return organisers.get_anybody(session, number)


def noted(visit: Visit) -> list[str]:
    """What the log holds, the first first."""
    with visit.house.database.reading() as session:
        entries: list[AuditEntry] = list(organisers.list_entries(session))
    return [entry.action for entry in reversed(entries)]

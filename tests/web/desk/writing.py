"""Messages as tests want them: written at the desk, and people to get them."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from mailer.core.types import Locale
from mailer.mailings import Mailing
from mailer.series import get_series
from tests.support.making import a_subscription
from tests.web.visiting import GERMAN, Visit, csrf_in

AT = "/organiser/series/wandel-machen-vor-ort/mailings"
MESSAGE = {
    "subject-de": "Neues aus {series}",
    "body-de": "Guten Tag {name},\n\nwir haben **Neues**.",
    "subject-en": "News",
    "body-en": "Hello {name},\n\nthere is **news**.",
    "event": "",
    "audience": "everybody",
}


def people(visit: Visit, count: int, *, language: Locale = "de", first: int = 0) -> None:
    """So many active subscribers, ``p0@example.org`` and on."""
    with visit.transaction() as session:
        found = get_series(session, "wandel-machen-vor-ort")
        for number in range(first, first + count):
            a_subscription(
                session,
                found,
                f"p{number}@example.org",
                name=f"Person {number}",
                language=language,
                now=visit.now,
            )


def post(client: FlaskClient, url: str, **fields: Any) -> TestResponse:
    """Send a form with the token of the desk's first page."""
    token = csrf_in(client.get("/organiser/", headers=GERMAN).text)
    data = {name: value for name, value in fields.items() if value is not None}
    return client.post(url, data={"csrf_token": token} | data, headers=GERMAN)


def write(client: FlaskClient, **changed: str) -> TestResponse:
    """A message, kept as a draft; fields are named with an underscore for their dash."""
    fields = MESSAGE | {name.replace("_", "-"): value for name, value in changed.items()}
    return post(client, f"{AT}/new", **({"key": "one"} | fields))


def the_mailings(visit: Visit) -> list[Mailing]:
    with visit.house.database.reading() as session:
        return list(session.scalars(select(Mailing).order_by(Mailing.id)))


def the_mailing(visit: Visit) -> Mailing:
    """The only one."""
    (found,) = the_mailings(visit)
    return found

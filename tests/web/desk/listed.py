"""People on a list, for tests of the desk: putting them there, sending its forms, reading its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import select

from mailer import organisers, series, subscriptions
from mailer.core.types import EmailAddress
from mailer.people import Person
from mailer.subscriptions import Newcomer, Subscription
from tests.support.making import pseudonym
from tests.web.visiting import SERIES, Visit, csrf_in

PEOPLE = f"/organiser/series{SERIES}/people"


def admit(visit: Visit, *people: tuple[str, str]) -> list[int]:
    """Numbers of these people on the list, in their order."""
    with visit.transaction() as session:
        found = series.list_series(session)[0]
        newcomers = [Newcomer(EmailAddress(address), name, "de", visit.now) for address, name in people]
        subscriptions.admit(
            session, found, newcomers, evidence="Ordner 3", pseudonym=pseudonym, now=visit.now
        )
        mailboxes = [address for address, _ in people]
        ids = dict(
            session.execute(
                select(Person.mailbox, Subscription.id)
                .join(Subscription, Subscription.person_id == Person.id)
                .where(Person.mailbox.in_(mailboxes))
            ).all()
        )
    return [ids[mailbox] for mailbox in mailboxes]


def post(client: FlaskClient, url: str, **fields: str) -> str:
    """The page one is led to after sending a form; forms of the desk share one token."""
    token = csrf_in(client.get(PEOPLE + "/blocked").text)
    return client.post(url, data={"csrf_token": token} | fields, follow_redirects=True).text


def rows_of(page: str) -> list[str]:
    return re.findall(r'<th scope="row" class="address"><a [^>]+><bdi>([^<]+)', page)


def audited(visit: Visit) -> list[tuple[str, str, dict[str, object]]]:
    with visit.transaction() as session:
        entries = organisers.list_entries(session)
        return [(one.action, one.subject, one.details) for one in reversed(entries)]


@contextmanager
def statements(visit: Visit) -> Iterator[list[str]]:
    """Every statement the database is asked meanwhile."""
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    sa.event.listen(visit.house.database.engine, "before_cursor_execute", count)
    try:
        yield asked
    finally:
        sa.event.remove(visit.house.database.engine, "before_cursor_execute", count)

"""How long the page of a long list takes: the list itself, its filters, and searches that find few, many or nobody.

``python -m benchmarks.looking_at_people [PEOPLE]`` prints medians in milliseconds, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from flask.testing import FlaskClient

from benchmarks.houses import SECRET, Backend, House, Stage, Stock
from benchmarks.scale import Lacking
from config import Config
from mailer import organisers
from mailer.app import create_app
from mailer.core.db import Database
from mailer.core.types import EmailAddress
from mailer.organisers import Role
from mailer.people import Person
from mailer.subscriptions import Subscription, SubscriptionState

PEOPLE = 100_000
LOOKS = 15
LIMIT = 300
"""Milliseconds a page may take at the median."""

LIST = "/organiser/series/wandel-machen-vor-ort/people"

LOOKS_AT = {
    "the list": (LIST, ""),
    "deep in the list": (f"{LIST}?older=500", ""),
    "a frequent state": (f"{LIST}?state=active", ""),
    "a rare state": (f"{LIST}?state=bounced", ""),
    "a language": (f"{LIST}?language=en", ""),
    "one address": (f"{LIST}?sought=1", "person77777@"),
    "many addresses": (f"{LIST}?sought=1", "person7"),
    "everybody by address": (f"{LIST}?sought=1", "person"),
    "a first name": (f"{LIST}?sought=1", "ömer"),
    "a last name": (f"{LIST}?sought=1", "öztürk"),
    "a last name, a rare state": (f"{LIST}?sought=1&state=bounced", "öztürk"),
    "everybody, a rare state": (f"{LIST}?sought=1&state=bounced", "p"),
    "nobody": (f"{LIST}?sought=1", "xyz"),
    "one person": (f"{LIST}/77777", ""),
}
"""Address of the page, and what is searched for."""


def main(people: int) -> int:
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="zeitnah-people-", dir="/var/tmp") as folder:  # a name of its own
        stock = Stock(Path(folder))
        try:
            for backend in Backend:
                try:
                    with stock.house(backend, people, Stage.PEOPLE) as house:
                        slowest = max(slowest, _measure(backend, house))
                except Lacking as lacking:
                    print(f"{backend}: left out: {lacking}")
        finally:
            stock.close()
    return 0 if slowest < LIMIT else 1


def _measure(backend: Backend, house: House) -> float:
    database = Database(house.database_url)
    _make_a_few_bounce(database)
    client = _at_desk(house, database)
    slowest = 0.0
    for name, (url, words) in LOOKS_AT.items():
        with client.session_transaction() as cookie:
            cookie["people_sought"] = words
        median = _median(lambda url=url: client.get(url))  # type: ignore[misc]
        slowest = max(slowest, median)
        print(f"{backend}: {name}: {median:.0f} ms")
    database.dispose()
    return slowest


def _median(look: Callable[[], object]) -> float:
    took = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        look()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def _make_a_few_bounce(database: Database) -> None:
    """The oldest three, so that a walk from the newest would pass everybody."""
    with database.transaction() as session:
        session.execute(
            sa.update(Subscription)
            .where(Subscription.person_id.in_(sa.select(Person.id).order_by(Person.id).limit(3)))
            .values(state=SubscriptionState.BOUNCED)
        )


def _at_desk(house: House, database: Database) -> FlaskClient:
    settings = {"ENVIRONMENT": "development", "SECRET_KEY": SECRET, "INSTANCE_DIR": str(house.instance)}
    app = create_app(Config.from_env(settings | {"DATABASE_URL": house.database_url}))
    parts = app.extensions["zeitnah"]
    app.extensions["zeitnah"] = replace(parts, database=database)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    with database.transaction() as session:
        olga = organisers.add(
            session, EmailAddress("olga@example.org"), language="de", role=Role.SENDER, now=parts.now()
        )
        link = organisers.open_link(session, olga, to_mail=False, now=parts.now())
        url = f"/organiser/sign-in/{parts.links.make('signin', link.id)}"
    client.post(url)
    return client


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE))

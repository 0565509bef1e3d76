"""Whose password or second factor is changed hears of it by mail: if it was not she, she has to know."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from mailer import delivery, organisers
from mailer.delivery import Delivery
from mailer.organisers import AccountChange
from tests.web.desk.acquainted import ANNA, PASSWORD, an_organiser, enter_code, post, sign_in, with_factor
from tests.web.visiting import Visit

ACCOUNT = "/organiser/account"


def told(visit: Visit) -> list[str]:
    """What she is told of, in order; all of it goes to her alone."""
    with visit.house.database.reading() as session:
        rows = session.scalars(select(Delivery).where(Delivery.kind == "notice").order_by(Delivery.id)).all()
        assert {row.address for row in rows} <= {ANNA}
        return [row.facts["account"] for row in rows]


def test_new_password_is_told_by_mail(visit: Visit, client: FlaskClient) -> None:
    an_organiser(visit)
    sign_in(client)
    post(client, f"{ACCOUNT}/password", current="something else", password="a rather long new one")
    before = told(visit)

    post(client, f"{ACCOUNT}/password", current=PASSWORD, password="a rather long new one")

    assert (before, told(visit)) == ([], ["password"])
    with visit.house.database.reading() as session:
        row = session.scalars(select(Delivery).where(Delivery.kind == "notice")).one()
        mail = visit.house.composer.compose(session, row, now=visit.now)
    assert b"organiser/account" not in mail.content
    assert b"a rather long new one" not in mail.content


def test_second_factor_switched_on_and_off_and_new_codes_are_told_by_mail(
    visit: Visit, client: FlaskClient
) -> None:
    number = an_organiser(visit)
    app, _ = with_factor(visit, number)
    sign_in(client)
    enter_code(client, app.at(visit.now))
    for act in ("codes", "off"):
        visit.now += timedelta(minutes=2)
        post(client, f"{ACCOUNT}/factor/{act}", code=app.at(visit.now))

    assert told(visit) == ["recovery_codes", "factor_off"]


def test_same_change_twice_in_one_moment_is_one_mail(visit: Visit) -> None:
    number = an_organiser(visit)
    with visit.transaction() as session:
        anna = organisers.get_organiser(session, number)
        for _ in range(2):
            delivery.open_account_notice(session, anna, AccountChange.FACTOR_ON, now=visit.now)

    assert told(visit) == ["factor_on"]

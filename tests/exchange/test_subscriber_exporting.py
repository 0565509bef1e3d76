"""The list of a series for spreadsheets: who stands there, and that nothing of it runs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import exchange, subscriptions
from mailer.exchange import SubscriberReport
from mailer.people import Person
from mailer.series import Series
from tests.support.making import NOON, a_series, a_subscription, an_event, pseudonym


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session)
    an_event(session, made, starts_at=NOON + timedelta(days=30))
    return made


def imported(session: Session, series: Series, source: str | bytes) -> SubscriberReport:
    return exchange.import_subscribers(
        session,
        series,
        source if isinstance(source, bytes) else source.encode(),
        evidence="paper lists, folder 3",
        pseudonym=pseudonym,
        now=NOON,
    )


def people(session: Session) -> list[tuple[str, str, str]]:
    return [(p.address, p.name, p.language) for p in session.scalars(select(Person).order_by(Person.id))]


def reasons(report: SubscriberReport) -> list[tuple[int, str, str]]:
    return [(row.line, row.email, row.code) for row in report.rejected]


def test_export_lists_everybody_with_state_and_local_time(session: Session, series: Series) -> None:
    a_subscription(session, series, "berta@example.net", name="Berta, die Große", language="en")
    left = a_subscription(session, series, "anna@example.net")
    subscriptions.leave(session, left.id, now=NOON)
    a_subscription(session, a_series(session, slug="anders"), "clara@example.net")

    assert "".join(exchange.export_subscribers(session, series)) == (
        "email,name,language,state,confirmed_at,paused_until\n"
        "anna@example.net,Anna Beispiel,de,left,2023-01-02T12:00:00+01:00,\n"
        'berta@example.net,"Berta, die Große",en,active,2023-01-02T12:00:00+01:00,\n'
    )


@pytest.mark.parametrize("name", ["=1+1", "+49 30", "-x", "@sum"])
def test_export_disarms_formulas_and_an_import_arms_nothing_but_the_name(
    session: Session, series: Series, name: str
) -> None:
    a_subscription(session, series, "+anna@example.net", name=name)

    written = "".join(exchange.export_subscribers(session, series))
    again = imported(session, series, written)

    assert written.splitlines()[1].startswith(f"'+anna@example.net,'{name},")
    assert (again.unchanged, again.rejected) == (1, [])
    assert people(session) == [("+anna@example.net", name, "de")]


def test_import_of_an_export_brings_nobody_back_who_had_left(session: Session, series: Series) -> None:
    left = a_subscription(session, series)
    subscriptions.leave(session, left.id, now=NOON)
    other = a_series(session, slug="anders")
    an_event(session, other, starts_at=NOON + timedelta(days=30))

    report = imported(session, other, "".join(exchange.export_subscribers(session, series)))

    assert reasons(report) == [(2, "anna@example.net", "not_active")]

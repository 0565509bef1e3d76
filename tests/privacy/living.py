"""Somebody with all that the house ever stores of a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import delivery, mailings, people, subscriptions
from mailer.core.db import Base
from mailer.core.types import EmailAddress
from mailer.delivery import Delivery, DeliveryState
from mailer.mailings import MailingKind
from mailer.people import SuppressionReason
from mailer.series import Series
from mailer.subscriptions import Subscription
from tests.support.asking import ask
from tests.support.making import NOON, a_series, an_event, pseudonym

ANNA = EmailAddress("Anna@example.net")
BERTA = EmailAddress("berta@example.net")
MINUTE = timedelta(minutes=1)


def confirmed(
    session: Session, series: Series, address: EmailAddress = ANNA, *, now: datetime = NOON
) -> Subscription:
    """A sign-up with a name and its confirmation; both letters stand in the ledger."""
    waiting = ask(session, series, address, name=address.partition("@")[0].title() + " Beispiel", now=now)
    assert waiting is not None
    delivery.open_letters(session, now=now)
    subscriptions.confirm(session, waiting.id, waiting.request, now=now + MINUTE)
    delivery.open_letters(session, now=now + MINUTE)
    return waiting


def a_whole_life(session: Session) -> Series:
    """Anna on two lists, told of a dialogue, with a test copy, a link and a complaint; Berta on one."""
    series = a_series(session)
    event = an_event(session, series, starts_at=NOON + timedelta(days=30))
    for address in (ANNA, BERTA):
        confirmed(session, series, address)
    confirmed(session, a_series(session, slug="werkstatt"))
    mailings.release(session, series, event, kind=MailingKind.INFO, key="click", now=NOON + 2 * MINUTE)
    delivery.open_mailings(session, now=NOON + 2 * MINUTE)
    subscriptions.ask_link(session, ANNA, pseudonym=pseudonym, now=NOON + 3 * MINUTE)
    delivery.open_letters(session, now=NOON + 3 * MINUTE)
    delivery.open_test_copy(
        session,
        series,
        event,
        kind=MailingKind.INFO,
        address=EmailAddress("ANNA@example.net"),
        language="en",
        subject={},
        body={"de": "für Anna"},
        key="1",
        now=NOON + 4 * MINUTE,
    )
    people.suppress(session, pseudonym(ANNA), SuppressionReason.COMPLAINT, now=NOON + 5 * MINUTE)
    return series


def send_everything(session: Session, *, now: datetime) -> None:
    """As if the relay had taken every letter that waits."""
    for row in session.scalars(select(Delivery).where(Delivery.state == DeliveryState.QUEUED)):
        row.state, row.done_at, row.code, row.reply = DeliveryState.SENT, now, 250, "2.0.0 Ok"
    session.flush()


def mentions(session: Session, word: str) -> list[str]:
    """Every column of every table in which the word stands, in whatever case."""
    return sorted(
        {
            f"{table.name}.{column.name}"
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
            for column, value in zip(table.columns, row, strict=True)
            if word.casefold() in str(value).casefold()
        }
    )

"""What a recipient would get: a letter written and put into its envelope, with no row in the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy

from sqlalchemy.orm import Session

from mailer import letters
from mailer.core.types import EmailAddress, Locale, Words
from mailer.delivery.composing import Composer
from mailer.delivery.models import Delivery, DeliveryId
from mailer.letters import Letter, LetterKind
from mailer.mailings import Mailing
from mailer.series import Event, Series
from mailer.subscriptions import CONFIRM_WITHIN, Subscription

SOMEBODY = EmailAddress("anna@example.net")
"""Whom a preview is addressed to when nobody is named."""

OF_THE_SERIES = (LetterKind.CONFIRM, LetterKind.FAREWELL)
"""What is not about one event, whatever event it is looked at with."""

SAMPLE_SUBJECT: Words = {"de": "Betreff Ihrer Nachricht", "en": "The subject of your message"}
SAMPLE_BODY: Words = {"de": "Hier steht Ihr Text.", "en": "Here stands your text."}


@dataclass(frozen=True)
class Preview:
    """One letter as it would arrive."""

    letter: Letter
    message: bytes = field(repr=False)
    """The whole message as it would go on the wire."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Every header field in order, its value unfolded and decoded."""
        message = message_from_bytes(self.message, policy=policy.default)
        return tuple((name, str(value)) for name, value in message.items())

    @property
    def calendar(self) -> str:
        """The calendar entry with its folded lines joined; empty where the letter carries none."""
        written = (self.letter.calendar or b"").decode()
        return written.replace("\r\n", "\n").replace("\n ", "")


def preview(session: Session, composer: Composer, row: Delivery, *, now: datetime) -> Preview:
    """The letter that ``row`` would bring at ``now``; the row need not stand in the ledger.

    Raises what a letter that cannot be written raises.
    """
    order = composer.order(session, row, now=now)
    letter = letters.write(order)
    return Preview(letter, composer.enclose(row, order, letter).content)


def specimen(
    series: Series,
    event: Event | None,
    *,
    kind: LetterKind,
    language: Locale,
    subject: Words | None = None,
    body: Words | None = None,
    now: datetime,
) -> Delivery:
    """A row that stands in no ledger, to look at the letter a rule or a step of a person would bring."""
    about = None if kind in OF_THE_SERIES or event is None else event
    row = Delivery(
        id=DeliveryId(0),
        key=f"preview:{kind}:{event.id if event else 0}:{language}",
        kind=kind.value,
        series=series,
        address=SOMEBODY,
        language=language,
        facts={"subject": subject or SAMPLE_SUBJECT, "body": body or SAMPLE_BODY},
        opened_at=now,
        not_after=now + CONFIRM_WITHIN,
    )
    if about is not None:
        row.facts["event"] = about.id
    return row


def specimen_of_mailing(
    mailing: Mailing, *, language: Locale, subscription: Subscription | None = None, now: datetime
) -> Delivery:
    """A row that stands in no ledger, to look at the letter a mailing brings: to somebody, or as one subscriber gets it.

    Her name and address stand in it, her links do not: who looks at it must not be able to act for her.
    """
    return Delivery(
        id=DeliveryId(0),
        key=f"preview:m{mailing.id}:{language}",
        kind=mailing.kind.value,
        mailing=mailing,
        series=mailing.series,
        address=subscription.person.address if subscription else SOMEBODY,
        language=language,
        facts={"name": subscription.person.name if subscription else ""},
        opened_at=mailing.opened_at or now,
        not_after=mailing.not_after,
    )

"""Somebody asks for the mails of a series."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailer import subscriptions
from mailer.core.types import EmailAddress, Locale
from mailer.series import Series, get_outline
from mailer.subscriptions import Subscription
from tests.support.making import NOON, pseudonym

ANNA = EmailAddress("anna@example.net")
WORDING = "2026-11/de"


def ask(
    session: Session,
    series: Series,
    address: EmailAddress = ANNA,
    *,
    name: str = "",
    language: Locale = "de",
    wording: str = WORDING,
    now: datetime = NOON,
) -> Subscription | None:
    session.flush()
    asked = subscriptions.request(
        session,
        get_outline(session, series.slug),
        address,
        name=name,
        language=language,
        wording=wording,
        pseudonym=pseudonym,
        now=now,
    )
    return None if asked is None else session.get_one(Subscription, asked)

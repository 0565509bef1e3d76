"""What a recipient would get, for the command line."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailer import delivery
from mailer.context import Parts
from mailer.core.errors import Refused
from mailer.letters import LetterKind
from mailer.mailings import MailingKind, check_preview
from mailer.series import Event, Series

FORMATS = ["eml", "html", "text", "ics"]
KINDS = [
    "confirm",
    "welcome",
    "info",
    "reminder",
    "change",
    "cancellation",
    "documentation",
    "farewell",
    "message",
]


class NoCalendar(Refused):
    """This letter carries no calendar entry: the dialogue has no fixed date, or the kind has none."""

    code = "no_calendar"


def preview_letter(
    session: Session,
    parts: Parts,
    series: Series,
    event: Event,
    *,
    kind: str,
    language: str | None,
    form: str,
    now: datetime,
) -> bytes:
    """One letter in one of FORMATS. Raises NotNow, NoCalendar."""
    if kind in list(MailingKind):
        check_preview(series, event, kind=MailingKind(kind))
    row = delivery.specimen(
        series,
        event,
        kind=LetterKind(kind),
        language="en" if language == "en" else "de" if language == "de" else series.default_language,
        now=now,
    )
    shown = delivery.preview(session, parts.composer, row, now=now)
    if form == "eml":
        return shown.message
    if form != "ics":
        return (shown.letter.html if form == "html" else shown.letter.text).encode()
    if shown.letter.calendar is None:
        raise NoCalendar(event=event.slug, kind=kind)
    return shown.letter.calendar

"""What a recipient would get, for the command line."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailer.context import Parts
from mailer.core.errors import Refused
from mailer.core.types import Words
from mailer.delivery import specimen
from mailer.letters import LetterKind, write
from mailer.mailings import MailingKind, check_preview
from mailer.series import Event, Series

FORMATS = ["eml", "html", "text", "ics"]
KINDS = ["confirm", "welcome", "info", "reminder", "documentation", "farewell", "message"]

SAMPLE_SUBJECT: Words = {"de": "Betreff Ihrer Nachricht", "en": "The subject of your message"}
SAMPLE_BODY: Words = {"de": "Hier steht Ihr Text.", "en": "Here stands your text."}


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
    row = specimen(
        series,
        event,
        kind=LetterKind(kind),
        language="en" if language == "en" else "de" if language == "de" else series.default_language,
        subject=SAMPLE_SUBJECT,
        body=SAMPLE_BODY,
        now=now,
    )
    if form == "eml":
        return parts.composer.compose(session, row, now=now).content
    letter = write(parts.composer.order(session, row, now=now))
    if form != "ics":
        return (letter.html if form == "html" else letter.text).encode()
    if letter.calendar is None:
        raise NoCalendar(event=event.slug, kind=kind)
    return letter.calendar

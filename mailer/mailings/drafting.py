"""Messages on their way to being sent: written, changed, thrown away, let go, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from mailer import letters
from mailer.core import i18n
from mailer.core.errors import Invalid, MailerError, Refused
from mailer.core.types import Words
from mailer.mailings.models import Audience, Mailing, MailingId, MailingKind, MailingState, Origin
from mailer.mailings.planning import insert_mailing
from mailer.mailings.releasing import (
    MESSAGE_USEFUL_FOR,
    WrongState,
    find_by_hand,
    get_mailing,
)
from mailer.organisers import OrganiserId
from mailer.series import Event, Series

LONGEST_TEXT = 100_000
"""Bytes of a message's text in one language: more is not a letter any more."""

_ADDRESS = "https://unknown.example"
"""Where the service stands makes no difference to whether words can be filled in."""


class TextTooLong(Invalid):
    """The text of a message is longer than ``longest`` bytes."""

    code = "text_too_long"


class SubjectTooLong(Invalid):
    """The subject is longer than ``longest`` characters."""

    code = "subject_too_long"


class SubjectOfLines(Invalid):
    """A subject is one line."""

    code = "subject_of_lines"


class AudienceNeedsEvent(Invalid):
    """Who was told of a dialogue, or has a seat at it, can only be asked of a message about one."""

    code = "audience_needs_event"


class DraftChanged(Refused):
    """Somebody else changed, released or took back the draft since it was read; ``edition`` is the present one."""

    code = "draft_changed"


@dataclass(frozen=True)
class Draft:
    """What an organiser writes: the words, whom they are for, what goes along."""

    subject: Words
    body: Words
    """Markdown by language."""
    event: Event | None = None
    audience: Audience = Audience.EVERYBODY
    audience_language: str = ""
    with_calendar: bool = True

    @property
    def languages(self) -> list[str]:
        """Those in which anything is written."""
        return list(
            dict.fromkeys(code for words in (self.subject, self.body) for code in words if words[code])
        )


@dataclass(frozen=True)
class Mistake:
    """What is wrong with one field of a draft: ``subject``, ``body`` or ``audience``."""

    field: str
    language: str
    """Empty for what is no text."""
    error: MailerError


def mistakes_in(series: Series, draft: Draft) -> list[Mistake]:
    """Everything for which a draft cannot be kept; the first for each field."""
    found: list[Mistake] = []
    for language in draft.languages:
        for name, errors in (
            ("subject", _wrong_with_subject(series, draft, draft.subject.get(language, ""), language)),
            ("body", _wrong_with_body(series, draft, draft.body.get(language, ""), language)),
        ):
            found += [Mistake(name, language, error) for error in list(errors)[:1]]
    if draft.audience in (Audience.TOLD, Audience.UNTOLD, Audience.REGISTERED) and draft.event is None:
        found.append(Mistake("audience", "", AudienceNeedsEvent()))
    return found


def write_draft(
    session: Session, series: Series, draft: Draft, *, key: str, author: OrganiserId | None, now: datetime
) -> Mailing:
    """Keep a message that is being written. The same ``key`` again is the same draft: a double click keeps one.

    Raises the error of the first of its mistakes.
    """
    _refuse_mistakes(series, draft)
    row = {
        "key": f"hand:{key}",
        "series_id": series.id,
        "kind": MailingKind.MESSAGE,
        "state": MailingState.DRAFT,
        "origin": Origin.HAND,
        "author_id": author,
        "due_at": now,
        "not_after": now + MESSAGE_USEFUL_FOR,
        "created_at": now,
    }
    insert_mailing(session, row | _columns(draft))
    written = find_by_hand(session, key)
    assert written is not None  # noqa: S101  # written one line above, by us or by a click at the same moment
    return written


def change_draft(
    session: Session,
    series: Series,
    mailing_id: int,
    draft: Draft,
    *,
    edition: int,
    author: OrganiserId | None,
) -> Mailing:
    """Put other words in place of a draft's; who does so is its author from then on.

    Raises UnknownMailing, WrongState, DraftChanged, the error of the first of its mistakes.
    """
    _refuse_mistakes(series, draft)
    known = get_mailing(session, mailing_id)
    changed = session.scalar(
        update(Mailing)
        .where(Mailing.id == mailing_id, Mailing.state == MailingState.DRAFT, Mailing.edition == edition)
        .values(edition=edition + 1, author_id=author, **_columns(draft))
        .returning(Mailing.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(known)
    if changed is None:
        raise not_as_read(known)
    return known


def delete_draft(session: Session, mailing_id: int) -> None:
    """Throw a draft away. Raises UnknownMailing, WrongState."""
    known = get_mailing(session, mailing_id)
    gone = session.scalar(
        delete(Mailing)
        .where(Mailing.id == mailing_id, Mailing.state == MailingState.DRAFT)
        .returning(Mailing.id)
        .execution_options(synchronize_session=False)
    )
    if gone is None:
        session.refresh(known)
        raise WrongState(mailing=mailing_id, state=known.state.value)
    session.expunge(known)


def take_back(session: Session, mailing_id: int) -> Mailing:
    """Make a draft again of a message that waits for its time. Raises UnknownMailing, WrongState once it has opened."""
    known = get_mailing(session, mailing_id)
    taken = session.scalar(
        update(Mailing)
        .where(
            Mailing.id == mailing_id,
            Mailing.kind == MailingKind.MESSAGE,
            Mailing.opened_at.is_(None),
            Mailing.state.in_([MailingState.RELEASED, MailingState.PAUSED]),
        )
        .values(state=MailingState.DRAFT, edition=Mailing.edition + 1, releaser_id=None, reason="")
        .returning(Mailing.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(known)
    if taken is None:
        raise WrongState(mailing=mailing_id, state=known.state.value)
    return known


def message_of(series: Series, draft: Draft) -> Mailing:
    """A message that stands in no table, to count its audience and look at its letter."""
    return Mailing(
        id=MailingId(0),
        key="",
        kind=MailingKind.MESSAGE,
        state=MailingState.DRAFT,
        origin=Origin.HAND,
        series_id=series.id,
        series=series,
        event=draft.event,
        again=False,
        **_columns(draft),
    )


def draft_of(mailing: Mailing) -> Draft:
    """A message as it was written."""
    return Draft(
        subject=mailing.subject,
        body=mailing.body,
        event=mailing.event,
        audience=mailing.audience,
        audience_language=mailing.audience_language,
        with_calendar=mailing.with_calendar,
    )


def not_as_read(known: Mailing) -> Refused:
    """Why a draft could not be changed or let go: it is none any more, or another than was read."""
    if known.state is not MailingState.DRAFT:
        return WrongState(mailing=known.id, state=known.state.value)
    return DraftChanged(mailing=known.id, edition=known.edition)


def _refuse_mistakes(series: Series, draft: Draft) -> None:
    for mistake in mistakes_in(series, draft):
        raise mistake.error


def _columns(draft: Draft) -> dict[str, object]:
    return {
        "event_id": draft.event and draft.event.id,
        "subject": {code: text for code, text in draft.subject.items() if text},
        "body": {code: text for code, text in draft.body.items() if text},
        "audience": draft.audience,
        "audience_language": draft.audience_language if draft.audience is Audience.LANGUAGE else "",
        "with_calendar": draft.with_calendar,
    }


def _wrong_with_subject(series: Series, draft: Draft, subject: str, language: str) -> Iterator[MailerError]:
    if len(subject.splitlines()) > 1:
        yield SubjectOfLines()
    if len(subject) > letters.LONGEST_SUBJECT:
        yield SubjectTooLong(longest=letters.LONGEST_SUBJECT)
    yield from _unfillable(series, draft, subject, language, in_subject=True)


def _wrong_with_body(series: Series, draft: Draft, body: str, language: str) -> Iterator[MailerError]:
    if len(body.encode()) > LONGEST_TEXT:
        yield TextTooLong(longest=LONGEST_TEXT)
    yield from _unfillable(series, draft, body, language, in_subject=False)


def _unfillable(
    series: Series, draft: Draft, text: str, language: str, *, in_subject: bool
) -> Iterator[MailerError]:
    speak = i18n.translator("en" if language == "en" else "de", series.form_of_address)
    view = letters.View(speak, series, _ADDRESS, series.created_at)
    try:
        letters.check_placeholders(text, in_subject=in_subject, view=view, event=draft.event)
    except MailerError as error:
        yield error

"""The form of a message: what was typed into it, and what is wrong with that, one sentence a field."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mailer import letters, mailings
from mailer.mailings import Audience, Draft
from mailer.series import Event, Series
from mailer.web import languages
from mailer.web.desk.mail_words import language_words
from mailer.web.desk.mailings.entrance import named_event
from mailer.web.languages import gettext as _

_IN_TEXT = frozenset("\n\t")


@dataclass(frozen=True)
class LanguageFields:
    """The two fields of one language."""

    code: str
    name: str
    subject: str
    body: str
    is_missing: bool
    fallback: str
    """The language its readers get instead while nothing is written here."""


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int | None
    """How many it reaches now; None where it cannot be told yet."""


@dataclass(frozen=True)
class MessageForm:
    """Everything the page of a message shows again."""

    languages: tuple[LanguageFields, ...]
    event: str
    events: tuple[tuple[str, str], ...]
    audience: str
    audiences: tuple[Choice, ...]
    with_calendar: bool
    placeholders: tuple[tuple[str, str], ...]
    """Each as it is written, and what it becomes."""


def read_draft(session: Session, found: Series, sent: Mapping[str, str]) -> Draft:
    """The form as a draft. Raises UnknownEvent for a dialogue that is not one of the series."""
    audience, _colon, language = sent.get("audience", "").partition(":")
    known = audience in list(Audience)
    return Draft(
        subject={code: _line(sent.get(f"subject-{code}", "")) for code in found.languages},
        body={code: _text(sent.get(f"body-{code}", "")) for code in found.languages},
        event=named_event(session, found, sent.get("event", "")),
        audience=Audience(audience) if known else Audience.EVERYBODY,
        audience_language=language if language in found.languages else "",
        with_calendar=bool(sent.get("calendar")),
    )


def problems_of(found: Series, draft: Draft) -> dict[str, str]:
    """A sentence for each field to mend."""
    speak = languages.current()
    return {
        "-".join(filter(None, [mistake.field, mistake.language])): speak.sentence(mistake.error)
        for mistake in mailings.mistakes_in(found, draft)
    }


def tell_form(found: Series, draft: Draft, audiences: tuple[Choice, ...], events: list[Event]) -> MessageForm:
    title = languages.locale()
    return MessageForm(
        languages=tuple(_fields(found, draft, code) for code in found.languages),
        event=draft.event.slug if draft.event else "",
        events=tuple((event.slug, event.title.get(title) or next(iter(event.title.values()), event.slug)) for event in events),
        audience=audience_value(draft),
        audiences=audiences,
        with_calendar=draft.with_calendar,
        placeholders=tuple((f"{{{each.value}}}", _means(each)) for each in letters.Placeholder),
    )  # fmt: skip


def audience_value(draft: Draft) -> str:
    if draft.audience is Audience.LANGUAGE:
        return f"{draft.audience.value}:{draft.audience_language}"
    return draft.audience.value


def tell_audiences(found: Series, event: Event | None, sizes: mailings.Sizes) -> tuple[Choice, ...]:
    """Every audience with what it amounts to now."""
    readers = [
        Choice(
            f"{Audience.LANGUAGE.value}:{code}",
            _("Who reads %(language)s") % {"language": language_words(code)},
            sizes.by_language.get(code, 0),
        )
        for code in found.languages
        if len(found.languages) > 1
    ]
    told = sizes.told if event else None
    untold = sizes.everybody - sizes.told if event else None
    return (
        Choice(Audience.EVERYBODY.value, _("Everybody on the list"), sizes.everybody),
        *readers,
        Choice(Audience.TOLD.value, _("Who was told of the chosen dialogue"), told),
        Choice(Audience.UNTOLD.value, _("Who was not told of it yet"), untold),
        Choice(Audience.REGISTERED.value, _("Who has a place at it"), sizes.registered if event else None),
    )


def audience_words(audience: Audience, language: str) -> str:
    return {
        Audience.EVERYBODY: _("Everybody on the list"),
        Audience.LANGUAGE: _("Who reads %(language)s") % {"language": language_words(language)},
        Audience.TOLD: _("Who was told of the chosen dialogue"),
        Audience.UNTOLD: _("Who was not told of it yet"),
        Audience.REGISTERED: _("Who has a place at it"),
    }[audience]


def _fields(found: Series, draft: Draft, code: str) -> LanguageFields:
    subject, body = draft.subject.get(code, ""), draft.body.get(code, "")
    others = [one for one in found.languages if one != code and draft.body.get(one)]
    return LanguageFields(
        code=code,
        name=language_words(code),
        subject=subject,
        body=body,
        is_missing=bool(others) and not (subject and body),
        fallback=language_words(others[0]) if others else "",
    )


def _means(placeholder: letters.Placeholder) -> str:
    return {
        letters.Placeholder.NAME: _("the reader's name; left out where none is known"),
        letters.Placeholder.DIALOGUE: _("title of the dialogue"),
        letters.Placeholder.DATE: _("day and time of the dialogue"),
        letters.Placeholder.JOIN_LINK: _("link to join online"),
        letters.Placeholder.SERIES: _("title of the series"),
        letters.Placeholder.END: _("day on which the emails end"),
    }[placeholder]


def _line(text: str) -> str:
    """Without signs that a header could not carry; that it is one line is the room's to say."""
    return _text(text).strip()


def _text(text: str) -> str:
    """With one kind of line end, and none of the control characters that a database or a mail could stumble over."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in _IN_TEXT or unicodedata.category(c) not in ("Cc", "Cs")).rstrip()

"""From an order to a letter: gather the facts, let the kind's templates speak."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import escape

from mailer.calendar import Guest, Method, invitation, personal_entry
from mailer.core.i18n import translator
from mailer.letters.addresses import event_url
from mailer.letters.cleaning import plain_line, tidy
from mailer.letters.gathering import event_of, form_of, gather
from mailer.letters.orders import NAMELESS, Letter, LetterKind, Order, Recipient, Seat
from mailer.letters.placeholders import NAME_STAND_IN
from mailer.letters.rendering import environment
from mailer.series import Event, Series

LONGEST_SUBJECT = 200
"""Characters. A title may be a paragraph; a subject may not."""

LONGEST_FILENAME = 40
"""Characters before ``.ics``, so that the name stands in its field in one piece."""

_CARRY_CALENDAR = frozenset(
    {LetterKind.WELCOME, LetterKind.INFO, LetterKind.REMINDER, LetterKind.CHANGE, LetterKind.REGISTRATION}
)


def write(order: Order) -> Letter:
    """Write the letter an order asks for: subject, text, HTML, and the calendar where there is a date.

    What differs from person to person enters by plain insertion alone, so a letter written
    with placeholders for a Recipient's values is that letter for everybody.
    """
    env = environment(order.language, form_of(order))
    entry = _entry(order)
    known = gather(order, translator(order.language, form_of(order)))
    reader = _reader(order).name
    known |= {"recipient": _reader(order), "has_calendar": entry is not None}

    def render(part: str, subject: str = "") -> str:
        return env.get_template(f"{order.kind.value}/{part}").render(known | {"subject": subject})

    subject = _subject(render("subject.txt"), test=order.test)
    return Letter(
        kind=order.kind,
        language=order.language,
        subject=subject,
        text=_named(tidy(render("body.txt")), reader),
        html=_named(render("body.mjml", subject), str(escape(reader))),
        calendar=_calendar(order, *entry) if entry else None,
        calendar_method=_method(order).value if entry else "",
        filename=_filename(entry[0]) if entry else "",
    )


def _entry(order: Order) -> tuple[Event, Series] | None:
    """The one event whose calendar entry goes along: it has a date, and it is not over.

    A cancellation takes back an entry: it needs one that was given.
    """
    event = event_of(order)
    if order.seat is not None and not order.seat.has_seat and order.kind is not LetterKind.WITHDRAWAL:
        return None  # who only waits was never given an entry
    if order.kind is LetterKind.WITHDRAWAL:
        return (event, order.series) if event and order.series and event.starts_at else None
    if order.kind is LetterKind.CANCELLATION:
        had_entry = order.before is not None and order.before.is_fixed
        return (event, order.series) if event and order.series and event.starts_at and had_entry else None
    wanted = order.kind in _CARRY_CALENDAR or (order.kind is LetterKind.MESSAGE and order.with_calendar)
    if not wanted or event is None or order.series is None or not event.is_dated:
        return None
    return None if event.over_at(order.series.zone) <= order.now else (event, order.series)


def _calendar(order: Order, event: Event, series: Series) -> bytes:
    if order.seat is not None:
        return _personal_calendar(order, order.seat, event, series)
    method = _method(order)
    return invitation(
        event,
        series,
        language=order.language,
        page_url=event_url(order.base_url, series, event),
        method=method,
        with_join_url=method is Method.PUBLISH,
    )


def _personal_calendar(order: Order, seat: Seat, event: Event, series: Series) -> bytes:
    guest = Guest(
        address=order.recipient.address,
        name=plain_line(order.recipient.name),
        on_site=seat.on_site,
        number=seat.number,
        changed_at=seat.changed_at,
    )
    return personal_entry(
        event,
        series,
        guest,
        language=order.language,
        page_url=event_url(order.base_url, series, event),
        join_url=seat.join_url,
        withdrawn=_method(order) is Method.CANCEL,
    )


def _method(order: Order) -> Method:
    if order.kind in (LetterKind.CANCELLATION, LetterKind.WITHDRAWAL):
        return Method.CANCEL
    return Method.PUBLISH if order.seat is None else Method.REQUEST


def _filename(event: Event) -> str:
    return f"{event.slug[:LONGEST_FILENAME].rstrip('-')}.ics"


def _reader(order: Order) -> Recipient:
    name = "" if order.kind in NAMELESS else plain_line(order.recipient.name)
    return replace(order.recipient, name=name)


def _named(written: str, name: str) -> str:
    """With the reader's name where organisers asked for it: put in last, so that lines break alike for everybody."""
    return written.replace(NAME_STAND_IN, name)


def _subject(rendered: str, *, test: bool) -> str:
    line = plain_line(rendered)
    if len(line) > LONGEST_SUBJECT:
        line = line[: LONGEST_SUBJECT - 1].rstrip() + "…"
    return f"[Test] {line}" if test else line

"""The registrations of an event as a list for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.core.clock import iso_in
from mailer.core.text import in_language
from mailer.exchange.cells import line_of
from mailer.people import Person
from mailer.registrations import Registration, count_answers, standing_of
from mailer.series import Event

COLUMNS = (
    "name",
    "email",
    "language",
    "state",
    "waitlisted_at",
    "requested_at",
    "confirmed_at",
    "arrived_at",
    "wish",
)

AT_ONCE = 500
"""Rows fetched together, so that a list of any length needs as much memory as these."""


def export_registrations(session: Session, event: Event, *, separator: str = ",") -> Iterator[str]:
    """Everybody who registered, in the order of asking, as lines of CSV; each question is a column of its own.

    One that is not asked any more, but was answered, stands behind the others under its name.
    A cell that a spreadsheet would run as a formula is prefixed with ``'``.
    """
    series, questions = event.series, event.questions
    texts = tuple(in_language(one.text, series.default_language, series.languages) for one in questions)
    asked = [question.name for question in questions]
    gone = sorted(set(count_answers(session, event)) - set(asked))
    yield line_of((*COLUMNS, *texts, *gone), separator)
    rows = (
        select(Registration, Person.address)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.event_id == event.id)
        .order_by(Registration.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for registration, address in session.execute(rows):
        yield line_of(_cells(registration, address, event, (*asked, *gone)), separator)


def _cells(row: Registration, address: str, event: Event, names: tuple[str, ...]) -> tuple[str, ...]:
    """In the order of COLUMNS, then the answers."""
    zone = event.series.zone
    moments = (row.waitlisted_at, row.requested_at, row.confirmed_at, row.checked_in_at)
    return (
        row.name,
        address,
        row.language,
        standing_of(row).value,
        *(iso_in(moment, zone) or "" for moment in moments),
        row.wish,
        *(str(row.answers.get(name, "")) for name in names),
    )

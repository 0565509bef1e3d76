"""Whatever stands in a cell: an export runs nothing in a spreadsheet, and an import of it changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import exchange
from mailer.core.text import one_line
from mailer.exchange.cells import FORMULA, guarded, line_of, unguarded
from mailer.exchange.problems import Wrong
from mailer.exchange.subscriber_understanding import _address_reader
from mailer.exchange.values import parse_mail_address
from mailer.people import Person
from mailer.series import Series
from tests.support.making import NOON, a_series, a_subscription, an_event, pseudonym

NASTY = st.text(
    st.one_of(st.sampled_from("'\"=+-@,;|\t\r\n ＝＋－＠%"), st.characters(exclude_categories=["Cs", "Cc"]))
)


@given(NASTY)
@example("'=1+1")
@example("''=1+1")
@example("'")
@example('=HYPERLINK("http://x";"y")')
def test_guarded_cell_runs_nothing_and_comes_back_as_it_was(cell: str) -> None:
    assert not guarded(cell).startswith(tuple(FORMULA))
    assert unguarded(guarded(cell)) == cell


@given(st.lists(NASTY, min_size=2, max_size=5), st.sampled_from(",;\t"))
def test_line_is_parted_as_it_was_written(cells: list[str], separator: str) -> None:
    line = line_of(tuple(cells), separator)

    (read,) = csv.reader(io.StringIO(line, newline=""), delimiter=separator, strict=True)
    assert [unguarded(cell) for cell in read] == cells


@given(st.lists(NASTY, min_size=2, max_size=5), st.sampled_from(",;"), st.sampled_from(",;\t"))
@example(["x", ";=1"], ",", ";")
@example(["x", ';"=1"'], ",", ";")
@example(["x", 'a"=1'], ",", ";")
def test_no_cell_runs_whichever_separator_a_spreadsheet_expects(
    cells: list[str], written: str, expected: str
) -> None:
    """A comma that parts nothing there, or a semicolon in a name that does, must not open the way to a formula."""
    line = line_of(tuple(cells), written)

    read = [cell for row in csv.reader(io.StringIO(line, newline=""), delimiter=expected) for cell in row]

    assert [cell for cell in read if cell.startswith(tuple("=+-@＝＋－＠"))] == []


@given(st.lists(NASTY.map(one_line).filter(lambda name: 0 < len(name) <= 200), min_size=1, max_size=8))
def test_names_survive_the_way_out_and_in(names: list[str]) -> None:
    header = line_of(("email", "name"), ",")
    lines = [line_of((f"p{i}@example.net", name), ",") for i, name in enumerate(names)]
    made = exchange.understand_list(a_plain_series(), "".join([header, *lines]).encode(), now=NOON)

    assert made.rejected == ()
    assert [newcomer.name for newcomer in made.newcomers] == names


@given(st.text(max_size=90))
@example("a@example.net")
@example("A.b+c_d-e@EXAMPLE.net")
@example("NEWS@example.net")
@example("a@müller.example")
@example("a@xn--zca.example")
@example("a@-x.de")
@example("a@b@example.net")
@example("a..b@example.net")
@example(f"{'a' * 65}@example.net")
@example("a@localhost")
def test_addresses_are_read_as_the_one_parser_reads_them(text: str) -> None:
    for written in (text, f"anna@{text}", f"{text}@example.net"):
        assert outcome(_address_reader(), written) == outcome(parse_mail_address, written)


@pytest.mark.parametrize("separator", [",", ";"])
def test_export_of_nasty_people_imports_as_nothing_new(session: Session, separator: str) -> None:
    series = a_series(session)
    an_event(session, series, starts_at=NOON + timedelta(days=30))
    nasty = [
        "=1+1",
        "'=1+1",
        "''",
        "-",
        "Müller; Anna",
        'Anna "die Große"',
        "a,b",
        "＝1",
        "|cmd",
    ]
    for number, name in enumerate(nasty):
        a_subscription(session, series, f"+p{number}@example.net", name=name)

    source = "\ufeff" + "".join(exchange.export_subscribers(session, series, separator=separator))
    report = exchange.import_subscribers(
        session, series, source.encode(), evidence="export", pseudonym=pseudonym, now=NOON
    )

    assert (report.unchanged, report.updated, report.rejected) == (len(nasty), 0, [])
    assert list(session.scalars(select(Person.name).order_by(Person.id))) == nasty


def outcome(read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except Wrong as wrong:
        return f"refused: {wrong.reason}"


def a_plain_series() -> Series:
    """One that no database knows."""
    return Series(slug="wandel", languages=["de", "en"], timezone="Europe/Berlin")

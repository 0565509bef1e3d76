"""Lists of subscribers in the shapes that spreadsheets write, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import exchange, subscriptions
from mailer.core.i18n import translator
from mailer.core.types import EmailAddress
from mailer.exchange import BadSubscriberFile, NoEvidence, SubscriberReport
from mailer.people import Person
from mailer.series import Series
from mailer.subscriptions import Consent, Subscription, SubscriptionState
from tests.support.making import NOON, a_series, a_subscription, an_event, pseudonym


@pytest.fixture
def series(session: Session) -> Series:
    made = a_series(session)
    an_event(session, made, starts_at=NOON + timedelta(days=30))
    return made


def imported(session: Session, series: Series, source: str | bytes) -> SubscriberReport:
    return exchange.import_subscribers(
        session,
        series,
        source if isinstance(source, bytes) else source.encode(),
        evidence="paper lists, folder 3",
        pseudonym=pseudonym,
        now=NOON,
    )


def people(session: Session) -> list[tuple[str, str, str]]:
    return [(p.address, p.name, p.language) for p in session.scalars(select(Person).order_by(Person.id))]


def reasons(report: SubscriberReport) -> list[tuple[int, str, str]]:
    return [(row.line, row.email, row.code) for row in report.rejected]


def test_good_rows_enter_as_active_with_their_evidence(session: Session, series: Series) -> None:
    report = imported(
        session,
        series,
        "email,name,language,confirmed_at\n"
        "anna@example.net,Anna Übel,en,2022-12-01T10:00+01:00\n"
        "berta@example.net,,,\n",
    )

    anna, berta = session.scalars(select(Subscription).order_by(Subscription.id))
    assert (report.imported, report.updated, report.rejected) == (2, 0, [])
    assert people(session) == [("anna@example.net", "Anna Übel", "en"), ("berta@example.net", "", "de")]
    assert (anna.state, anna.owed) == (SubscriptionState.ACTIVE, None)
    assert anna.confirmed_at == datetime(2022, 12, 1, 9, tzinfo=UTC)
    assert berta.confirmed_at == NOON
    assert set(session.scalars(select(Consent.evidence))) == {"paper lists, folder 3"}


def test_same_list_again_changes_nothing(session: Session, series: Series) -> None:
    source = "email,name\nanna@example.net,Anna\n"
    imported(session, series, source)

    report = imported(session, series, source)

    assert (report.imported, report.updated, report.unchanged, report.rejected) == (0, 0, 1, [])


@pytest.mark.parametrize(
    "source",
    [
        "email;name\r\nanna@example.net;Anna Übel\r\n".encode(),
        "\ufeffname,email\nAnna Übel,anna@example.net".encode(),
        "email;name\nanna@example.net;Anna Übel\n".encode("latin-1"),
        'Email,Name,Notes\nanna@example.net,"Anna\nÜbel",x\n'.encode("cp1252"),
        "\n\nEMAIL , name\n  anna@example.net , Anna  Übel \n\n".encode(),
        "email,name\ranna@example.net,Anna Übel\r".encode(),
        "email\tname\r\nanna@example.net\tAnna Übel\r\n".encode("utf-16"),
        b"\xfe\xff" + "email\tname\nanna@example.net\tAnna Übel\n".encode("utf-16-be"),
        "email\tname\nanna@example.net\tAnna Übel\n".encode("cp1252"),
        "E-Mail;Name;Sprache;bestätigt am\nanna@example.net;Anna Übel;Deutsch;1.12.2022\n".encode("cp1252"),
        "E-Mail-Adresse;Vorname;Nachname;;\nanna@example.net;Anna;Übel;;\n".encode(),
        "sep=;\r\nemail;name\r\nanna@example.net;Anna Übel\r\n".encode(),
        '"e-mail";"name, vollständig";"Name"\nanna@example.net;x;Anna Übel\n'.encode(),
    ],
)
def test_list_is_read_in_the_shapes_that_spreadsheets_write(
    session: Session, series: Series, source: bytes
) -> None:
    report = imported(session, series, source)

    assert (report.imported, reasons(report)) == (1, [])
    assert people(session) == [("anna@example.net", "Anna Übel", "de")]


def test_latin_1_with_typographic_signs_of_windows_is_read_right(session: Session, series: Series) -> None:
    imported(session, series, "email;name\nanna@example.net;Anna – Übel\n".encode("cp1252"))

    assert people(session) == [("anna@example.net", "Anna – Übel", "de")]


def test_columns_that_mean_nothing_are_told(session: Session, series: Series) -> None:
    assert imported(session, series, "email,langauge\nanna@example.net,en\n").left_out == ("langauge",)


def test_each_bad_row_is_reported_with_line_and_reason(session: Session, series: Series) -> None:
    report = imported(
        session,
        series,
        "email,name,language,confirmed_at\n"
        "nobody,,,\n"
        '"anna@example.net","Anna\nmit Umbruch",,\n'
        "ANNA@example.net,,,\n"
        "b@example.net,,fr,\n"
        "c@example.net,,,yesterday\n"
        "d@example.net,,,2023-02-01\n"
        "e@example.net,Emma,Beispiel,de,\n"
        f"f@example.net,{'x' * 201},,\n"
        "g@example.net,\x07,,\n"
        ",Ohne Adresse,,\n"
        "h@example.net,,,0001-01-01\n",
    )

    assert (report.imported, len(people(session))) == (1, 1)
    assert reasons(report) == [
        (2, "nobody", "not_an_address"),
        (5, "ANNA@example.net", "in_file_twice"),
        (6, "b@example.net", "not_one_of"),
        (7, "c@example.net", "not_a_moment"),
        (8, "d@example.net", "in_the_future"),
        (9, "e@example.net", "not_one_of"),
        (10, "f@example.net", "too_long"),
        (11, "g@example.net", "control_character"),
        (12, "", "not_an_address"),
        (13, "h@example.net", "not_a_moment"),
    ]


def test_reason_of_a_rejected_row_is_a_sentence_in_both_languages(session: Session, series: Series) -> None:
    (rejected,) = imported(session, series, "email,language\nanna@example.net,fr\n").rejected

    assert rejected.reason == "this must be one of: de, en"
    assert rejected.sentence(translator("de")) == "hier muss eines von diesen stehen: de, en"


def test_address_in_the_report_cannot_move_a_terminals_cursor(session: Session, series: Series) -> None:
    (rejected,) = imported(session, series, "email\n\x1b[2Jx@\n").rejected

    assert rejected.email == "?[2Jx@"


def test_more_cells_than_columns_are_refused(session: Session, series: Series) -> None:
    report = imported(session, series, "email,name\nanna@example.net,Übel, Anna\n")

    assert reasons(report) == [(2, "anna@example.net", "too_many_cells")]


def test_person_who_left_is_not_brought_back(session: Session, series: Series) -> None:
    left = a_subscription(session, series)
    subscriptions.leave(session, left.id, now=NOON)

    report = imported(session, series, "email\nanna@example.net\n")

    assert reasons(report) == [(2, "anna@example.net", "not_admitted_left")]
    assert report.rejected[0].reason == "this person has left; only she can come back, by signing up"


def test_series_that_is_over_takes_nobody(session: Session) -> None:
    over = a_series(session, slug="gestern")
    an_event(session, over, starts_at=NOON - timedelta(days=100))

    assert reasons(imported(session, over, "email\nanna@example.net\n")) == [
        (2, "anna@example.net", "not_admitted_over")
    ]


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        (b"", 1, "no_email_column"),
        (b"anna@example.net\n", 1, "no_email_column"),
        (b"\nname,post\n", 2, "no_email_column"),
        (b"email,name,Name\n", 1, "column_twice"),
        (b"email\nanna@example.net\nb\x00@example.net\n", 3, "nul_byte"),
        ("email\nanna@example.net\n".encode("utf-16-le"), 1, "nul_byte"),
        ("email,name\na@example.net,Über\n".encode() + b"b@example.net,\xdcber\n", 3, "mixed_bytes"),
        (b'email,name\nanna@example.net,"Anna\nb@example.net,\n', 2, "no_csv"),
        (b"email\n" + b"x" * 200_000 + b"\n", 2, "no_csv"),
        (b"\n" * 200_001, 1, "list_too_long"),
        (b"x" * 32_000_001, 1, "list_too_long"),
        (b"email\r" * 200_002, 200_002, "list_too_long"),
        (b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", 1, "is_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 1, "is_workbook"),
        ("email\nanna@example.net\n\x00\n".encode("utf-16"), 3, "nul_byte"),
        ("email\nanna@example.net\n".encode("utf-16") + b"\x00\xd8", 3, "broken_utf16"),
    ],
)
def test_list_that_cannot_be_read_is_refused_whole(
    session: Session, series: Series, source: bytes, line: int, reason: str
) -> None:
    with pytest.raises(BadSubscriberFile) as refused:
        imported(session, series, source)

    assert (refused.value.details["line"], refused.value.details["reason"]) == (line, reason)


def test_sentence_of_an_unreadable_list_names_the_line(session: Session, series: Series) -> None:
    with pytest.raises(BadSubscriberFile) as refused:
        imported(session, series, b"email\n\x00\n")

    assert translator("en").sentence(refused.value) == (
        "The list cannot be read, and nobody was taken over: line 2: there is a NUL byte: "
        "this is no text file, or one in UTF-16; save it as UTF-8"
    )
    assert refused.value.in_words(translator("de")) == (
        "Die Liste ist nicht lesbar, es wurde niemand übernommen: Zeile 2: hier steht ein NUL-Byte: "
        "das ist keine Textdatei, oder eine in UTF-16; bitte als UTF-8 speichern"
    )


@pytest.mark.parametrize("evidence", ["", "  \n", "x" * 501, "a\x00b"])
def test_import_needs_a_word_on_the_consent(session: Session, series: Series, evidence: str) -> None:
    with pytest.raises(NoEvidence):
        exchange.import_subscribers(
            session, series, b"email\n", evidence=evidence, pseudonym=pseudonym, now=NOON
        )


def test_line_of_a_reason_is_counted_through_quoted_newlines_and_a_separator_line(
    session: Session, series: Series
) -> None:
    report = imported(session, series, 'sep=;\nemail;name\na@example.net;"Anna\nÜbel"\nnobody;\n')

    assert (report.imported, reasons(report)) == (1, [(5, "nobody", "not_an_address")])


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("1.12.2022", datetime(2022, 11, 30, 23, tzinfo=UTC)),
        ("01.12.2022 10:00", datetime(2022, 12, 1, 9, tzinfo=UTC)),
        ("01.07.2022, 10:00:59", datetime(2022, 7, 1, 8, tzinfo=UTC)),
    ],
)
def test_german_dates_are_read_by_the_clock_of_the_series(
    session: Session, series: Series, written: str, moment: datetime
) -> None:
    imported(session, series, f'email;bestätigt am\nanna@example.net;"{written}"\n')

    assert session.scalars(select(Subscription.confirmed_at)).one() == moment


def test_31st_of_february_is_refused(session: Session, series: Series) -> None:
    assert reasons(imported(session, series, "email;bestätigt am\na@example.net;31.2.2022\n")) == [
        (2, "a@example.net", "not_a_moment")
    ]


def test_judged_list_is_taken_as_it_was_judged(session: Session, series: Series) -> None:
    left = a_subscription(session, series, "left@example.net")
    subscriptions.leave(session, left.id, now=NOON)
    subscriptions.block(session, EmailAddress("blocked@example.net"), pseudonym=pseudonym, now=NOON)
    a_subscription(session, series, "same@example.net", name="Same")
    a_subscription(session, series, "other@example.net", name="Old")
    source = (
        "email,name\nnew@example.net,New\nsame@example.net,Same\nother@example.net,Newer\n"
        "left@example.net,\nblocked@example.net,\nnobody,\n"
    )
    understood = exchange.understand_list(series, source.encode(), now=NOON)

    judged = exchange.judge_list(session, series, understood, pseudonym=pseudonym, now=NOON)
    before = people(session)
    taken = imported(session, series, source)

    assert judged == taken
    assert (taken.imported, taken.updated, taken.unchanged) == (1, 1, 1)
    assert [line for line, _, _ in reasons(judged)] == [5, 6, 7]
    assert ("new@example.net", "New", "de") not in before

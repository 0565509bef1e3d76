"""Header fields: the rules of RFC 2369, 2919 and 8058, and no name that becomes a field of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer import letters
from mailer.core.types import EmailAddress
from mailer.letters import BARE, Envelope, LetterKind, Recipient
from mailer.letters import headers as wire
from mailer.letters.cleaning import plain_line
from tests.letters.occasions import ANNA, BASE_URL, ORGANISER, a_list, an_envelope, orders
from tests.letters.samples import a_series, berlin

LIST_FIELDS = ("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Owner", "List-Post")
NAMES = [
    "Müller, Anna",
    'Anna "die Große" Beispiel',
    "Ömer Ünlü 🌱",
    "=?utf-8?q?verkleidet?=",
    "a@b.example, c@d.example",
    "back\\slash",
    ".Punkt am Anfang",
    "(Klammer)",
    "x" * 300,
    "Größe " * 40,
    "",
]


def built(name: str = "reminder", envelope: Envelope | None = None) -> bytes:
    return letters.build(letters.write(orders("de")[name]), envelope or an_envelope())


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def raw_field(raw: bytes, name: str) -> list[str]:
    """A field's values as they stand on the wire, unfolded."""
    head = raw.split(b"\r\n\r\n", 1)[0].decode("ascii")
    unfolded = re.sub(r"\r\n(?=[ \t])", "", head).split("\r\n")
    return [line.partition(": ")[2] for line in unfolded if line.lower().startswith(f"{name.lower()}:")]


def test_a_mailing_carries_what_the_standards_ask_each_once() -> None:
    raw = built()
    once = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", *LIST_FIELDS]

    assert {name: len(raw_field(raw, name)) for name in once} == dict.fromkeys(once, 1)
    assert raw_field(raw, "Message-ID") == ["<7f3a0c1e9b5d4e2f8a6c1d0b3e5f7a9c@example.org>"]
    assert raw_field(raw, "Auto-Submitted") == ["auto-generated"]
    assert raw_field(raw, "X-Auto-Response-Suppress") == ["OOF, AutoReply"]
    assert raw_field(raw, "Precedence") == ["bulk"]
    assert raw_field(raw, "Content-Language") == ["de"]
    assert raw_field(raw, "List-Post") == ["NO"]
    assert raw_field(raw, "List-Owner") == ["<mailto:dialog@example.org>"]
    assert raw_field(raw, "List-Help") == [f"<{BASE_URL}/wandel>"]
    assert parsedate_to_datetime(raw_field(raw, "Date")[0]) == berlin(2023, 1, 25, 9)


def test_list_unsubscribe_names_https_first_then_mailto_and_folds_between_them_only() -> None:
    long = replace(ANNA, unsubscribe_url=letters.unsubscribe_url(BASE_URL, "T" * 200))
    mailto = letters.unsubscribe_mailto(EmailAddress("weg@example.org"), "T" * 200)

    raw = built(envelope=an_envelope(long, mailing_list=a_list(unsubscribe_mailto=mailto)))

    field = re.search(rb"List-Unsubscribe: (.*?)\r\n(?! )", raw, re.DOTALL)
    assert field is not None
    assert field.group(1).decode() == f"<{long.unsubscribe_url}>,\r\n <{mailto}>"
    assert "=?" not in raw_field(raw, "List-Unsubscribe")[0]


def test_one_click_is_byte_for_byte_and_only_offered_over_https() -> None:
    plain = replace(ANNA, unsubscribe_url="http://127.0.0.1:8000/subscriptions/unsubscribe/x")

    assert raw_field(built(), "List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]
    assert (
        raw_field(built(envelope=an_envelope(mailing_list=a_list(one_click=False))), "List-Unsubscribe-Post")
        == []
    )
    assert raw_field(built(envelope=an_envelope(plain)), "List-Unsubscribe-Post") == []
    assert len(raw_field(built(envelope=an_envelope(plain)), "List-Unsubscribe")) == 1


def test_list_id_is_the_series_own_whatever_its_title() -> None:
    renamed = an_envelope(mailing_list=a_list(title='Ganz ändern, <neu> @ "x"'))

    assert raw_field(built(), "List-Id") == ['"Wandel. Machen. Vor Ort." <wandel.example.org>']
    assert raw_field(built(envelope=renamed), "List-Id")[0].endswith(" <wandel.example.org>")
    assert raw_field(built(envelope=renamed), "List-Id")[0].count("<") == 1


@pytest.mark.parametrize("kind", sorted(BARE))
def test_bare_letters_carry_no_list_fields(kind: LetterKind) -> None:
    raw = built(kind.value)

    assert [name for name in LIST_FIELDS if raw_field(raw, name)] == []
    assert raw_field(raw, "Precedence") == []


def test_a_letter_to_organisers_is_no_list_mail() -> None:
    raw = built("notice", an_envelope(ORGANISER, mailing_list=None))

    assert [name for name in LIST_FIELDS if raw_field(raw, name)] == []
    assert raw_field(raw, "To") == ["orga@example.org"]


def test_what_a_person_released_is_not_marked_automatic() -> None:
    assert raw_field(built(envelope=an_envelope(auto_submitted=False)), "Auto-Submitted") == []


def test_answers_go_where_the_series_wants_them() -> None:
    office = an_envelope(reply_to=EmailAddress("buero@example.org"))

    assert raw_field(built(), "Reply-To") == ["dialog@example.org"]
    assert raw_field(built(envelope=office), "Reply-To") == ["buero@example.org"]


@pytest.mark.parametrize("name", NAMES)
def test_names_stay_names(name: str) -> None:
    """Read with decode_header: the address parser of Python 3.11 puts blanks between encoded words (RFC 2047 section 6.2)."""
    raw = built(envelope=an_envelope(replace(ANNA, name=name), sender_name=name))

    for field, address in (("To", "anna@example.net"), ("From", "dialog@example.org")):
        (value,) = raw_field(raw, field)
        assert [one.addr_spec for one in parsed(raw)[field].addresses] == [address]
        shown = str(make_header(decode_header(parseaddr(value)[0])))
        assert shown == plain_line(name)[: wire.LONGEST_PHRASE].strip()


@pytest.mark.parametrize(
    "attempt",
    [
        "x\r\nBcc: all@example.org",
        "x\nBcc: all@example.org",
        "x\r\n\r\n<html>",
        "x\x0bBcc: y",
        "x\u2028Bcc: y",
        "x\x00y",
    ],
)
def test_no_name_or_title_becomes_a_field(attempt: str) -> None:
    letter = replace(letters.write(orders("de")["reminder"]), subject=attempt)
    envelope = an_envelope(
        replace(ANNA, name=attempt), sender_name=attempt, mailing_list=a_list(title=attempt)
    )

    raw = letters.build(letter, envelope)

    assert raw_field(raw, "Bcc") == []
    assert len(parsed(raw).keys()) == len(parsed(built()).keys())
    assert str(make_header(decode_header(raw_field(raw, "Subject")[0]))) == plain_line(attempt)


@pytest.mark.parametrize(
    "facts",
    [
        {"message_id": "x@example.org>\r\nBcc: y@example.org"},
        {"sender_address": EmailAddress("a@example.org\r\nBcc: y@example.org")},
        {"to": Recipient(EmailAddress("a@example.org\nBcc: y@example.org"))},
        {"to": replace(ANNA, unsubscribe_url="https://example.org/> <https://evil.example/")},
        {"to": Recipient(EmailAddress("jörg@example.org"))},
    ],
)
def test_addresses_that_cannot_stand_in_a_field_are_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"field|stand|folded"):
        built(envelope=an_envelope(**facts))


def test_a_title_with_a_line_break_makes_a_subject_of_one_line() -> None:
    series = a_series()
    series.events[0].title = {"de": "Eins?\r\nBcc: alle@example.org"}
    order = replace(orders("de")["reminder"], series=series, event=series.events[0])

    assert letters.write(order).subject == "Morgen um 17:00 Uhr: Eins? Bcc: alle@example.org"


@given(st.text(max_size=400))
def test_any_text_survives_a_subject(text: str) -> None:
    value = wire.unstructured(text, name="Subject")
    field = wire.field("Subject", value)

    assert all(len(line) <= 78 or " " not in line.strip() for line in field.split("\r\n"))
    assert plain_line(str(make_header(decode_header(value.replace("\r\n", ""))))) == plain_line(text)


@given(st.text(max_size=200))
def test_any_name_stays_one_mailbox(text: str) -> None:
    field = wire.field("To", wire.mailbox(text, "anna@example.net", name="To"))

    message = message_from_bytes(f"{field}\r\n".encode("ascii"), policy=default)

    assert [one.addr_spec for one in message["To"].addresses] == ["anna@example.net"]

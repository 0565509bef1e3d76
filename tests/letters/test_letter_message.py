"""The message on the wire, read back with the standard library."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from typing import Any

import icalendar
import pytest

from mailer import letters
from mailer.letters import Letter
from tests.letters.occasions import ANNA, an_envelope, orders

NAMES = sorted(orders("de"))


def parsed(letter: Letter, **facts: Any) -> EmailMessage:
    message = message_from_bytes(letters.build(letter, an_envelope(**facts)), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def structure(part: EmailMessage) -> object:
    if not part.is_multipart():
        return part.get_content_type()
    return part.get_content_type(), [structure(child) for child in part.iter_parts()]  # type: ignore[arg-type]


def shown(part: MIMEPart) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_letter_with_a_calendar_shows_it_and_attaches_it() -> None:
    message = parsed(letters.write(orders("de")["reminder"]))

    assert structure(message) == (
        "multipart/mixed",
        [("multipart/alternative", ["text/plain", "text/html", "text/calendar"]), "text/calendar"],
    )


def test_a_letter_without_one_has_two_alternatives() -> None:
    message = parsed(letters.write(orders("de")["confirm"]))

    assert structure(message) == ("multipart/alternative", ["text/plain", "text/html"])


def test_calendar_says_the_same_method_in_mime_and_inside() -> None:
    letter = letters.write(orders("de")["reminder"])
    calendars = [part for part in parsed(letter).walk() if part.get_content_type() == "text/calendar"]

    for part in calendars:
        assert part.get_param("method") == "PUBLISH"
        assert part.get_content_charset() == "utf-8"
        assert part["Content-Transfer-Encoding"] == "base64"
        assert part.get_payload(decode=True) == letter.calendar
    inside = icalendar.Calendar.from_ical(letter.calendar or b"")
    assert str(inside["METHOD"]) == "PUBLISH"
    assert [part.get_filename() for part in calendars] == [None, "bestand.ics"]
    assert [part.get_content_disposition() for part in calendars] == [None, "attachment"]


@pytest.mark.parametrize("name", NAMES)
def test_the_wire_is_ascii_with_crlf_and_short_lines(name: str) -> None:
    raw = letters.build(letters.write(orders("de")[name]), an_envelope(replace(ANNA, name="Ömer 🌱")))

    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert [
        line for line in raw.split(b"\r\n") if len(line) > 78 and not line.startswith(b"List-Unsubscribe: <")
    ] == []


@pytest.mark.parametrize("name", NAMES)
def test_parts_come_back_as_they_were_written(name: str) -> None:
    letter = letters.write(orders("de")[name])
    message = parsed(letter)

    plain, rich = message.get_body(("plain",)), message.get_body(("html",))

    assert plain is not None
    assert plain.get_content_charset() == "utf-8"
    assert shown(plain) == letter.text
    assert rich is not None
    assert shown(rich).rstrip("\n") == letter.html.rstrip("\n")
    assert message["Subject"] == letter.subject


def test_the_same_letter_gives_the_same_bytes() -> None:
    one, other = (letters.build(letters.write(orders("de")["reminder"]), an_envelope()) for _ in range(2))

    assert one == other


def test_another_message_has_other_boundaries() -> None:
    letter = letters.write(orders("de")["reminder"])
    one, other = (parsed(letter, message_id=f"{number}@example.org").get_boundary() for number in (1, 2))

    assert one != other


def test_lines_that_begin_with_a_dot_or_from_come_back_unharmed() -> None:
    """Dots are doubled by SMTP itself, and nobody turns "From" into ">From"."""
    letter = replace(letters.write(orders("de")["message"]), text=".\n..\nFrom here on\n" + "ü" * 2000 + "\n")

    plain = parsed(letter).get_body(("plain",))

    assert plain is not None
    assert shown(plain) == letter.text

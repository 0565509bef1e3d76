"""A skeleton filled for somebody reads as the letter written for her alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer import letters
from mailer.core.types import EmailAddress
from mailer.letters import Envelope, Order, Personal, Recipient, Skeleton
from mailer.letters.skeletons import NAME_SLOT, body_pieces
from tests.letters.occasions import BASE_URL, orders

KINDS = ("info", "reminder", "documentation", "message", "farewell")
OF_A_MAILING = [name for name, order in orders("de").items() if order.kind.value in KINDS and not order.seat]
AWKWARD = [
    "Anna Beispiel",
    "Jürgen Müller-Lüdenscheidt",
    "👩🏽‍🌾 Bäuerin",
    ".punkt",
    "...",
    "Beispiel, Anna",
    'Anna "die Große" \\ Beispiel',
    "<b>Anna</b> & Söhne",
    "=?utf-8?q?Anna?=",
    "a=b=20",
    "100 % {name} %(name)s {{ name }}",
    "Anna" * 30,
    "Ä" * 60,
    "Anna Beispiel " * 14,
    ".".join("ab" * 30),
    "x" * 75 + "." + "y" * 80,
    "  Anna \t\r\n Beispiel ",
    "\u202eannA",
    "",
]
names = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.text(" .=,\"'\\<>&äß€😀ab", max_size=120),
)
addresses = st.sampled_from(
    [
        "anna@example.net",
        "o'hara+liste@example.net",
        "a" * 64 + "@example.net",
        "a.b-c_d@" + "x" * 60 + ".example.net",
    ]
)
tokens = st.text("abcXYZ019-_", min_size=1, max_size=44)


@pytest.mark.parametrize("kind", OF_A_MAILING)
@given(address=addresses, name=names, leave=tokens, manage=tokens)
@settings(max_examples=20, deadline=None)
def test_filled_skeleton_decodes_as_the_letter_written_alone(
    kind: str, address: str, name: str, leave: str, manage: str
) -> None:
    order = orders("de")[kind]
    personal = Personal(EmailAddress(address), name, "5f" * 16, leave, manage)

    wire = skeleton(order, name).fill(personal)

    assert read(received(wire)) == read(alone(order, personal))


@given(name=names)
@settings(max_examples=200, deadline=None)
def test_filled_skeleton_is_fit_for_the_wire(name: str) -> None:
    wire = skeleton(orders("en")["reminder"], name).fill(somebody(name))

    lines = wire.split(b"\r\n")
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert b"\r" not in wire.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 998
    assert lines[-2:] == [b".", b""]
    assert not [line for line in lines[:-2] if line.startswith(b".") and not line.startswith(b"..")]
    wire.decode("ascii")


def test_the_final_dot_is_not_doubled() -> None:
    """The end of data was put on before the dots were doubled, and so was doubled itself."""
    made = Skeleton([b"To: ", "to", b"\r\nX: ", "id", b"\r\n\r\n.hello\r\n"], shows_name=False)

    wire = made.fill(somebody("Anna"))

    assert wire == b"To: anna@example.net\r\nX: 5f\r\n\r\n..hello\r\n.\r\n"


def test_a_dot_after_a_value_is_doubled_where_it_begins_a_line() -> None:
    """Text that follows a slot begins a line of its own; its first dot was left single and got lost on the way."""
    letter = letters.write(
        replace(orders("en")["reminder"], recipient=Recipient(EmailAddress("a@example.net")))
    )
    body = replace(letter, text=f"Hello {NAME_SLOT}... and\n.so on")
    pieces = [b"To: ", "to", b"\r\nX: ", "id", b"\r\n\r\n", *body_pieces("text", body), b"\r\n"]

    wire = Skeleton(pieces, shows_name=False).fill(somebody(".Anna"))

    assert wire.endswith(b"Hello=20=\r\n..Anna=\r\n.... and\r\n..so on\r\n.\r\n")


def test_one_mailing_has_the_same_boundaries_for_everybody() -> None:
    order = orders("de")["reminder"]
    first, second = (
        letters.build(letters.write(order), replace(envelope_of(order, order.recipient), message_id=f"{n}@example.org"))
        for n in (1, 2)
    )  # fmt: skip

    assert message_from_bytes(first).get_boundary() == message_from_bytes(second).get_boundary()


@pytest.mark.parametrize(
    "address", ["a b@example.org", "a@example.org>\r\nRCPT TO:<b@example.org", "ü@example.org", ""]
)
def test_an_address_that_breaks_out_of_its_brackets_is_refused(address: str) -> None:
    made = skeleton(orders("de")["reminder"], "Anna")

    with pytest.raises(ValueError, match="address"):
        made.fill(somebody("Anna")._replace(address=EmailAddress(address)))


def somebody(name: str) -> Personal:
    return Personal(EmailAddress("anna@example.net"), name, "5f", "bGVhdmU", "bWFuYWdl")


def skeleton(order: Order, name: str) -> Skeleton:
    open_to = letters.slotted(with_links(order.recipient, name, letters.LEAVE_SLOT, letters.MANAGE_SLOT))
    envelope = replace(envelope_of(order, open_to), message_id=f"{letters.MESSAGE_ID_SLOT}@example.org")
    return letters.compiled_for_all(replace(order, recipient=open_to), envelope)


def alone(order: Order, personal: Personal) -> bytes:
    to = replace(order.recipient, address=personal.address)
    to = with_links(to, personal.name, personal.leave, personal.manage)
    envelope = replace(envelope_of(order, to), message_id=f"{personal.message_id}@example.org")
    return letters.build(letters.write(replace(order, recipient=to)), envelope)


def with_links(to: Recipient, name: str, leave: str, manage: str) -> Recipient:
    return replace(
        to,
        name=name,
        unsubscribe_url=letters.unsubscribe_url(BASE_URL, leave),
        manage_url=letters.manage_url(BASE_URL, manage),
    )


def envelope_of(order: Order, to: Recipient) -> Envelope:
    assert order.series is not None
    return Envelope(
        sender_name=order.series.sender_name,
        sender_address=order.series.sender_address,
        to=to,
        date=datetime(2023, 1, 25, 8, tzinfo=UTC),
        message_id="7f3a@example.org",
        auto_submitted=True,
        mailing_key="m7",
        mailing_list=letters.MailingList(
            identifier=order.series.list_id,
            title="Wandel. Machen. Vor Ort.",
            help_url=f"{BASE_URL}/wandel",
            owner=EmailAddress("dialog@example.org"),
            one_click=True,
            unsubscribe_mailto=letters.unsubscribe_mailto(
                EmailAddress("leave@example.org"), to.unsubscribe_url.rpartition("/")[2]
            ),
        ),
    )


def received(wire: bytes) -> bytes:
    """What a relay keeps: the doubled dots single, nothing from the final one on (RFC 5321 section 4.5.2)."""
    lines = wire.split(b"\r\n")
    end = lines.index(b".")
    assert lines[end + 1 :] == [b""]
    return b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines[:end]) + b"\r\n"


def read(message: bytes) -> list[object]:
    """Everything a mail program makes of a message: fields and contents of every part."""
    parsed = message_from_bytes(message, _class=EmailMessage, policy=policy.default)
    shown: list[object] = []
    for part in parsed.walk():
        shown.append([(field, str(value)) for field, value in part.items()])
        shown.append(None if part.is_multipart() else part.get_payload(decode=True))
        assert not part.defects
    return shown

"""Addresses: what we write to, and what stands for them where they must not be kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.core.addresses import LONGEST, BadAddress, mailbox_key, parse_address, pseudonyms
from mailer.core.types import EmailAddress


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("anna@example.org", "anna@example.org"),
        ("  anna@example.org\t", "anna@example.org"),
        ("Anna.Beispiel+dialog@Example.ORG", "Anna.Beispiel+dialog@example.org"),
        ("anna@exämple.de", "anna@xn--exmple-cua.de"),
        ("anna@EXÄMPLE.de", "anna@xn--exmple-cua.de"),
        ("anna@straße.de", "anna@xn--strae-oqa.de"),
        ("o'hara@example.org", "o'hara@example.org"),
    ],
)
def test_an_address_is_read_as_mail_is_sent_to_it(typed: str, read: str) -> None:
    assert parse_address(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "anna",
        "anna@",
        "@example.org",
        "anna@example",
        "anna@@example.org",
        "anna@example..org",
        "anna@-example.org",
        "anna..b@example.org",
        "Anna <anna@example.org>",
        "anna@example.org, berta@example.org",
        "anna@example.org;berta@example.org",
        "anna@[192.0.2.1]",
        '"anna b"@example.org',
        "anna@example.org\r\nBcc: berta@example.org",
        "anna\r\n@example.org",
        "anna@example.org\n",
        "anna@exam\x00ple.org",
        "anna\x00@example.org",
        "anna@example.org\u2028",
        "müller@example.org",
        "anna@localhost",
        "a" * 10_000 + "@example.org",
        "anna@" + "a" * 10_000 + ".org",
        "a" * 65 + "@example.org",
        "anna@" + "a" * 64 + ".org",
        "anna@" + ".".join(["ä" * 20] * 12) + ".de",
    ],
)
def test_what_mail_cannot_be_sent_to_is_refused(typed: str) -> None:
    with pytest.raises(BadAddress):
        parse_address(typed)


def test_the_refusal_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(BadAddress) as refused:
        parse_address("anna.beispiel@nowhere")

    assert "anna" not in str(refused.value)


def test_a_domain_that_only_exists_in_tests_passes_where_it_is_let() -> None:
    assert parse_address("anna@example.test", reserved=True) == "anna@example.test"
    with pytest.raises(BadAddress):
        parse_address("anna@example.test")


@given(typed=st.text(max_size=60) | st.emails())
def test_whatever_is_typed_is_one_plain_line_or_refused(typed: str) -> None:
    try:
        read = parse_address(typed)
    except BadAddress:
        return

    assert read.isascii()
    assert read.isprintable()
    assert len(read) <= LONGEST
    assert parse_address(read) == read


def test_letter_case_makes_no_second_mailbox() -> None:
    spellings = ["Anna@Example.org", "anna@example.org", "ANNA@EXAMPLE.ORG"]

    assert {mailbox_key(parse_address(typed)) for typed in spellings} == {"anna@example.org"}


def test_a_pseudonym_is_one_for_a_mailbox_and_another_for_each_key() -> None:
    one, other = pseudonyms(b"one key"), pseudonyms(b"another key")
    anna, shouted = EmailAddress("anna@example.org"), EmailAddress("ANNA@example.org")

    assert one(anna) == one(shouted)
    assert one(anna) != other(anna)
    assert one(anna) != one(EmailAddress("berta@example.org"))
    assert set(one(anna)) <= set("0123456789abcdef")
    assert len(one(anna)) == 64

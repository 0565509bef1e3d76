"""Links verify themselves: whatever is changed, they are not ours any more."""

from __future__ import annotations

import base64
import hashlib
import hmac
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.core.tokens import MAC_BYTES, BadToken, Links

LINKS = Links("a secret for tests, long enough for production")
ALPHABET = string.ascii_letters + string.digits + "-_"
NUMBERS = st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=4)


@given(numbers=NUMBERS)
def test_a_token_gives_back_its_numbers(numbers: list[int]) -> None:
    assert LINKS.read("confirm", LINKS.make("confirm", *numbers)) == tuple(numbers)


def test_the_same_numbers_give_the_same_token_for_ever() -> None:
    again = Links("a secret for tests, long enough for production")

    assert again.make("leave", 31) == LINKS.make("leave", 31)


def test_a_token_fits_an_address_unquoted() -> None:
    assert set(LINKS.make("confirm", 31, 2)) <= set(ALPHABET)


def test_every_other_character_at_every_place_is_noticed() -> None:
    token = LINKS.make("confirm", 31, 2)
    changed = [
        token[:place] + other + token[place + 1 :]
        for place, sign in enumerate(token)
        for other in ALPHABET + "=.+/ \n"
        if other != sign
    ]

    assert [other for other in changed if _is_read(other)] == []


@pytest.mark.parametrize(
    "edit", ["{0}=", "{0}==", " {0}", "{0} ", "{0}\n", "{0}A", "{0}{0}", "-{0}", "{0}ä", "{0}\x00"]
)
def test_only_the_spelling_we_made_counts(edit: str) -> None:
    assert not _is_read(edit.format(LINKS.make("confirm", 31, 2)))


def test_a_shortened_token_is_refused_at_every_length() -> None:
    token = LINKS.make("confirm", 31, 2)

    assert [end for end in range(len(token)) if _is_read(token[:end])] == []


@given(text=st.text(max_size=80))
def test_no_text_passes_for_a_token(text: str) -> None:
    assert not _is_read(text)


@given(raw=st.binary(max_size=60))
def test_no_bytes_pass_for_a_token(raw: bytes) -> None:
    assert not _is_read(base64.urlsafe_b64encode(raw).rstrip(b"=").decode())


@pytest.mark.parametrize(
    "body", [b"+31.2", b"31.02", b" 31.2", b"3_1.2", b"31.2.", b"", b"31,2", "٣".encode()]
)
def test_other_spellings_of_the_numbers_are_refused_even_with_a_right_code(body: bytes) -> None:
    """Python reads them as numbers, too; the code over them can only be made with the key."""
    raw = body + LINKS._mac("confirm", body)

    assert not _is_read(base64.urlsafe_b64encode(raw).rstrip(b"=").decode())


def test_a_token_says_nothing_to_another_purpose() -> None:
    token = LINKS.make("leave", 31)

    assert [
        purpose
        for purpose in ("confirm", "manage", "access", "signin", "test", "Leave", "")
        if _is_read(token, purpose)
    ] == []


def test_a_token_of_another_house_is_refused() -> None:
    token = Links("another secret, that is also long enough").make("confirm", 31, 2)

    assert not _is_read(token)


def test_the_refusal_names_the_purpose_and_never_the_token() -> None:
    with pytest.raises(BadToken) as refused:
        LINKS.read("confirm", "Q2h0dHBz")

    assert str(refused.value) == "bad_token purpose='confirm'"


def test_a_code_is_as_long_as_nobody_can_guess() -> None:
    raw = base64.urlsafe_b64decode(LINKS.make("leave", 7) + "==")

    assert (len(raw) - len("7")) * 8 == MAC_BYTES * 8 == 128


def test_every_purpose_has_a_key_of_its_own() -> None:
    keys = {LINKS.key(purpose) for purpose in ("confirm", "leave", "session", "pseudonym")}

    assert {len(key) for key in keys} == {32}
    assert len(keys) == 4


@given(message=st.binary(max_size=200))
def test_a_code_is_the_usual_hmac_of_its_purposes_key(message: bytes) -> None:
    """The key's share is worked out beforehand; nobody else need know."""
    assert LINKS.mac("leave", message) == hmac.digest(LINKS.key("leave"), message, hashlib.sha256)


def test_a_maker_makes_what_make_makes() -> None:
    assert LINKS.maker("leave")(31) == LINKS.make("leave", 31)


def _is_read(token: str, purpose: str = "confirm") -> bool:
    try:
        LINKS.read(purpose, token)
    except BadToken:
        return False
    return True

"""Passwords: which are good enough, how they are kept, and that comparing them tells nothing."""

from __future__ import annotations

from statistics import median
from time import perf_counter

import pytest
from argon2 import PasswordHasher

from mailer import organisers
from mailer.core.types import EmailAddress
from mailer.organisers import PasswordTooCommon, PasswordTooLong, PasswordTooPersonal, PasswordTooShort

ANNA = EmailAddress("anna.beispiel@zukunft.example")


def refusal(password: str) -> type[Exception] | None:
    try:
        organisers.check_password(password, address=ANNA, name="Anna von Übermorgen")
    except organisers.PasswordTooShort as refused:
        return type(refused)
    except (PasswordTooLong, PasswordTooCommon, PasswordTooPersonal) as refused:
        return type(refused)
    return None


@pytest.mark.parametrize(
    "password",
    [
        "viel Regen am Dienstag",
        "korrekt-pferd-batterie-heftklammer",
        "xK9#mP2$vL5@",
        "839201746352",
        "🐘🦒🐳🦔🐌🦋🐝🦆🐢🦎🐙🦀",
        "ÄÖÜ ist kein ASCII!",
        "x" * 3 + "yqvwbnmzzthlkp" * 18,
    ],
)
def test_good_password_is_taken(password: str) -> None:
    assert refusal(password) is None


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Passwort2023!",
        "P4ssw0rt!2024",
        "passwordpassword",
        "qwertzuiop123",
        "1q2w3e4r5t6z",
        "123456789012",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "iloveyou1234",
        "Willkommen2026",
        "Sommer2026!!",
        "adminadmin12",
        "Dialogreihe2023",
        "zeitnah-zeitnah",
        "............",
        "            ",
        "geheim geheim",
        "fußball-berlin-99",
        "987654321098",
        "Superman!Batman",
    ],
)
def test_password_that_is_tried_first_is_refused(password: str) -> None:
    assert refusal(password) is PasswordTooCommon


@pytest.mark.parametrize(
    "password", ["Anna.Beispiel1!", "annabeispiel2023", "Übermorgen2026!", "anna.beispiel@zukunft.example"]
)
def test_password_of_ones_own_name_is_refused(password: str) -> None:
    assert refusal(password) is PasswordTooPersonal


def test_length_is_counted_in_characters() -> None:
    assert refusal("ä" * 11) is PasswordTooShort
    assert refusal("viel Regen am Dienstag" * 12) is PasswordTooLong
    assert refusal("k" * 100_000) is PasswordTooLong


def test_password_matches_its_hash_alone() -> None:
    kept = organisers.hash_password("viel Regen am Dienstag")

    assert kept.startswith("$argon2id$")
    assert organisers.matches(kept, "viel Regen am Dienstag")
    assert not organisers.matches(kept, "viel Regen am Mittwoch")
    assert not organisers.matches("", "viel Regen am Dienstag")
    assert not organisers.matches("no hash at all", "viel Regen am Dienstag")
    assert kept != organisers.hash_password("viel Regen am Dienstag")


def test_umlaut_typed_in_two_ways_is_one_password() -> None:
    kept = organisers.hash_password("Bl\u00fcmchen am Wegrand")

    assert organisers.matches(kept, "Blu\u0308mchen am Wegrand")


def test_hash_with_other_parameters_is_to_be_made_anew() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("viel Regen am Dienstag")

    assert organisers.matches(old, "viel Regen am Dienstag")
    assert organisers.is_outdated(old)
    assert not organisers.is_outdated(organisers.hash_password("viel Regen am Dienstag"))


def test_address_without_a_password_takes_as_long_as_one_with() -> None:
    """Within a factor of two, on a busy machine; without the decoy it is a factor of a thousand."""
    kept = organisers.hash_password("viel Regen am Dienstag")

    def takes(hashed: str) -> float:
        start = perf_counter()
        organisers.matches(hashed, "something else")
        return perf_counter() - start

    takes("")
    known, unknown = median(takes(kept) for _ in range(5)), median(takes("") for _ in range(5))

    assert 0.5 < known / unknown < 2

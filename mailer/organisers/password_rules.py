"""Which passwords are good enough: long, and not made of what everybody tries first.

The most used passwords of twelve characters and more are a common word or two with digits, rows of the
keyboard, or something short said over and over. A list of all of them would be long and never complete, so
what they are made of is taken out of a password, and what is left must still be something.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from mailer.core.errors import Invalid
from mailer.core.types import EmailAddress

SHORTEST = 12
LONGEST = 256
"""Characters. Nobody types more; what is longer is an attack on the hash, or a mistake."""

ENOUGH = 4.0
"""What must be left: a letter or a sign counts one, a digit half."""

_WORDS = Path(__file__).with_name("common_words.txt")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertzuiopü", "qwertyuiop", "asdfghjklöä", "yxcvbnm",
    "zxcvbnm", "1q2w3e4r5t6z7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn", "1qay2wsx3edc4rfv",
    "qaywsxedcrfvtgb", "qazwsxedcrfvtgb",
)  # fmt: skip
_SIGNS_FOR_LETTERS = str.maketrans("0134578@$!", "oleastbasi")


class PasswordTooShort(Invalid):
    """A password has at least ``least`` characters."""

    code = "password_too_short"


class PasswordTooLong(Invalid):
    """A password has at most ``most`` characters."""

    code = "password_too_long"


class PasswordTooCommon(Invalid):
    """The password is among those that are tried first."""

    code = "password_too_common"


class PasswordTooPersonal(Invalid):
    """The password is made of its owner's own address or name."""

    code = "password_too_personal"


def check_password(password: str, *, address: EmailAddress, name: str) -> None:
    """Accept a password that somebody wants to have.

    Raises PasswordTooShort, PasswordTooLong, PasswordTooCommon, PasswordTooPersonal.
    """
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST:
        raise PasswordTooShort(least=SHORTEST)
    if len(plain) > LONGEST:
        raise PasswordTooLong(most=LONGEST)
    if _what_is_left(plain, ()) < ENOUGH:
        raise PasswordTooCommon()
    if _what_is_left(plain, _parts_of(f"{address} {name}")) < ENOUGH:
        raise PasswordTooPersonal()


def _what_is_left(plain: str, own: tuple[str, ...]) -> float:
    """How much remains of it, read as it stands and with signs read as letters, whichever is less."""
    folded = plain.casefold()
    return min(_weigh(folded, own), _weigh(folded.translate(_SIGNS_FOR_LETTERS), own))


def _weigh(folded: str, own: tuple[str, ...]) -> float:
    left = folded
    for word in sorted(own, key=len, reverse=True):
        left = left.replace(word, " ")
    left = _common().sub(" ", left)
    left = re.sub(r"(.{1,8}?)\1{2,}", r"\1", left)  # said over and over
    rest = {sign for sign in left if not sign.isspace()}
    return sum(0.5 if sign.isdigit() else 1.0 for sign in rest)


def _parts_of(text: str) -> tuple[str, ...]:
    """Words of at least three letters, and the whole address."""
    folded = text.casefold()
    return (*folded.split(), *(word for word in re.split(r"[\W_]+", folded) if len(word) >= 3))


@lru_cache(maxsize=1)
def _common() -> re.Pattern[str]:
    """Common words, and four or more neighbours of a row, either way round."""
    words = {line.strip() for line in _WORDS.read_text("utf-8").splitlines() if line.strip()}
    runs = {
        way[start : start + length]
        for row in _ROWS
        for way in (row, row[::-1])
        for length in range(4, len(row) + 1)
        for start in range(len(row) - length + 1)
    }
    longest_first = sorted(words | runs, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))

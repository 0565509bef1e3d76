"""Errors name a case by its code and carry facts for its sentence."""

from __future__ import annotations

import pytest

from mailer.core.errors import Invalid, MailerError, NotFound, Refused, Unavailable


class TooFull(Refused):
    code = "too_full"


def test_an_error_reads_as_its_code_and_its_facts() -> None:
    assert str(TooFull(event=3, seats=40)) == "too_full event=3 seats=40"


def test_an_error_without_facts_reads_as_its_code() -> None:
    assert str(TooFull()) == "too_full"


def test_facts_are_quoted_so_that_nobody_forges_a_log_line() -> None:
    assert str(TooFull(event="a\nb seats=0")) == r"too_full event='a\nb seats=0'"


@pytest.mark.parametrize("family", [Invalid, NotFound, Refused, Unavailable])
def test_each_family_is_caught_as_one_of_ours_and_as_no_other(family: type[MailerError]) -> None:
    others = {Invalid, NotFound, Refused, Unavailable} - {family}

    assert issubclass(family, MailerError)
    assert [other for other in others if issubclass(family, other)] == []

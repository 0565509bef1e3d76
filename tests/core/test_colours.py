"""Colours people can read, whichever an organiser chooses."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mailer.core.colours import (
    DEEP,
    INK,
    LEAST_CONTRAST,
    NIGHT,
    PAPER,
    SNOW,
    contrast,
    is_readable,
    parse_colour,
    shades_of,
)


@given(st.integers(0, 0xFFFFFF))
def test_shades_of_any_readable_colour_can_be_read_where_they_stand(number: int) -> None:
    colour = f"#{number:06x}"
    assume(is_readable(colour))

    shades = shades_of(colour)

    pairs = [
        (shades.plain, PAPER),
        (shades.plain, "#ffffff"),
        (shades.plain, shades.pale),
        (shades.bright, NIGHT),
        (shades.bright, DEEP),
        (shades.bright, shades.dim),
        (INK, shades.pale),
        (SNOW, shades.dim),
    ]
    assert [pair for pair in pairs if contrast(*pair) < LEAST_CONTRAST] == []


def test_contrast_is_that_of_the_standard() -> None:
    assert (round(contrast("#000000", "#ffffff"), 1), contrast("#8a1c5c", "#8a1c5c")) == (21.0, 1.0)
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


def test_colour_is_read_with_or_without_its_sign() -> None:
    assert [parse_colour(text) for text in ("#8A1C5C", "8a1c5c", " #8a1c5c ")] == ["#8a1c5c"] * 3


@pytest.mark.parametrize("text", ["", "red", "#8a1", "#8a1c5c80", "#8a1c5g", "url(x)", "#8a1c5c;}"])
def test_anything_else_is_no_colour(text: str) -> None:
    with pytest.raises(ValueError, match="no colour"):
        parse_colour(text)

"""Draws the picture that stands beside a link elsewhere: question, date and colour."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import font_source_sans_pro as sans  # type: ignore[import-untyped]
import font_source_serif_pro as serif  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

from mailer.web.public.facts import Card

WIDTH, HEIGHT = 1200, 630
"""What networks show without cutting anything off."""

PAPER, INK, BAND = "#f5c93b", "#1d1a06", "#0f4a38"
"""The site's own field, with a band of its green."""

MARGIN = 76
BAND_WIDTH = 22
LARGEST, SMALLEST, STEP = 92, 14, 2
"""Sizes of the question: the largest that fits is taken, so that nothing is ever cut."""

HEAD_SIZE, FOOT_SIZE, SMALL_SIZE = 34, 44, 32

Font = ImageFont.FreeTypeFont


@lru_cache(maxsize=64)
def draw(card: Card) -> bytes:
    """The card as PNG. Kept for the newest few dozen: drawing takes longer than all else a page does."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, BAND_WIDTH, HEIGHT), fill=BAND)
    left, width = BAND_WIDTH + MARGIN, WIDTH - BAND_WIDTH - 2 * MARGIN
    top = _lines(pen, card.series, _sans("Semibold", HEAD_SIZE), at=(left, MARGIN - 14), width=width, most=2)
    foot = HEIGHT - MARGIN - (FOOT_SIZE + SMALL_SIZE + 18)
    _lines(pen, card.date, _sans("Bold", FOOT_SIZE), at=(left, foot), width=width, most=1)
    _lines(pen, card.place, _sans("", SMALL_SIZE), at=(left, foot + FOOT_SIZE + 16), width=width, most=1)
    _question(pen, card.question, left=left, width=width, top=top + 26, bottom=foot - 30)
    written = io.BytesIO()
    image.quantize(32, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def _question(pen: ImageDraw.ImageDraw, text: str, *, left: int, width: int, top: int, bottom: int) -> None:
    for size in range(LARGEST, SMALLEST - 1, -STEP):
        font = ImageFont.truetype(serif.font_files_ttf["SourceSerifPro"], size)
        lines = list(wrap(text, font, width))
        height = round(size * 1.14)
        if len(lines) * height <= bottom - top:
            break
    y = top + (bottom - top - len(lines) * height) // 2
    for line in lines:
        pen.text((left, y), line, font=font, fill=INK)
        y += height


def _lines(
    pen: ImageDraw.ImageDraw, text: str, font: Font, *, at: tuple[int, int], width: int, most: int
) -> int:
    """Write at most so many lines, smaller where they would be more; where the next thing may begin."""
    lines = list(wrap(text, font, width))
    while len(lines) > most and font.size > SMALLEST:
        font = font.font_variant(size=font.size - STEP)
        lines = list(wrap(text, font, width))
    x, y = at
    for line in lines:
        pen.text((x, y), line, font=font, fill=INK)
        y += round(font.size * 1.2)
    return y


def wrap(text: str, font: Font, width: int) -> Iterator[str]:
    """Lines that fit, broken between words; a word that is wider than a line is broken within."""
    line = ""
    for word in _printable(text).split():
        for piece in _pieces(word, font, width):
            longer = f"{line} {piece}" if line else piece
            if font.getlength(longer) <= width:
                line = longer
            else:
                yield line
                line = piece
    if line:
        yield line


def _pieces(word: str, font: Font, width: int) -> Sequence[str]:
    if font.getlength(word) <= width:
        return [word]
    pieces, piece = [], ""
    for sign in word:
        if piece and font.getlength(piece + sign) > width:
            pieces.append(piece)
            piece = ""
        piece += sign
    return [*pieces, piece]


def _printable(text: str) -> str:
    """Composed letters, for the fonts have no loose accents; nothing that has no shape."""
    return "".join(
        sign
        for sign in unicodedata.normalize("NFC", text)
        if unicodedata.category(sign) not in ("Cc", "Cf", "Cs")
    )


def _sans(weight: str, size: int) -> Font:
    return ImageFont.truetype(sans.font_files_ttf[f"SourceSansPro{weight}"], size)

"""Draws the picture that stands beside a link elsewhere: question, date and colour."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import font_source_sans_pro as sans  # type: ignore[import-untyped]
import font_source_serif_pro as serif  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

from mailer.core.colours import shades_of
from mailer.web.public.facts import Card

WIDTH, HEIGHT = 1200, 630
"""What networks show without cutting anything off."""

PAPER, INK, BAND = "#f5c93b", "#1d1a06", "#0f4a38"
"""The site's own field, with a band of its green: for a series without a colour."""

LOGO_SIZE = (260, 96)
LOGO_FRAME = 16
"""White around a logo: made for paper, it must not stand on just any colour."""


MARGIN = 76
BAND_WIDTH = 22
LARGEST, SMALLEST, STEP = 92, 14, 2
"""Sizes of the question: the largest that fits is taken, so that nothing is ever cut."""

HEAD_SIZE, FOOT_SIZE, SMALL_SIZE = 34, 44, 32

Font = ImageFont.FreeTypeFont


@lru_cache(maxsize=64)
def draw(card: Card, logo: Path | None = None) -> bytes:
    """The card as PNG. Kept for the newest few dozen: drawing takes longer than all else a page does."""
    image = Image.new("RGB", (WIDTH, HEIGHT), card.colour or PAPER)
    pen = ImageDraw.Draw(image)
    ink = "#ffffff" if card.colour else INK
    pen.rectangle((0, 0, BAND_WIDTH, HEIGHT), fill=shades_of(card.colour).pale if card.colour else BAND)
    left, width = BAND_WIDTH + MARGIN, WIDTH - BAND_WIDTH - 2 * MARGIN
    beside, below = _logo(image, logo) if logo else (WIDTH, 0)
    head = _sans("Semibold", HEAD_SIZE)
    top = _lines(pen, card.series, head, ink, at=(left, MARGIN - 14), width=min(width, beside - left), most=2)
    foot = HEIGHT - MARGIN - (FOOT_SIZE + SMALL_SIZE + 18)
    _lines(pen, card.date, _sans("Bold", FOOT_SIZE), ink, at=(left, foot), width=width, most=1)
    _lines(pen, card.place, _sans("", SMALL_SIZE), ink, at=(left, foot + FOOT_SIZE + 16), width=width, most=1)
    _question(pen, card.question, ink, left=left, width=width, top=max(top, below) + 26, bottom=foot - 30)
    written = io.BytesIO()
    image.quantize(128 if logo else 32, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def _logo(image: Image.Image, file: Path) -> tuple[int, int]:
    """Put it into the upper corner; where what stands beside it must end, and what stands below may begin."""
    with Image.open(file) as opened:
        opened.thumbnail(LOGO_SIZE)
        logo = opened.convert("RGBA")
    left = WIDTH - MARGIN - logo.width - 2 * LOGO_FRAME
    frame = (
        left,
        MARGIN - 30,
        left + logo.width + 2 * LOGO_FRAME,
        MARGIN - 30 + logo.height + 2 * LOGO_FRAME,
    )
    ImageDraw.Draw(image).rectangle(frame, fill="#ffffff")
    image.paste(logo, (frame[0] + LOGO_FRAME, frame[1] + LOGO_FRAME), logo)
    return left - 30, frame[3]


def _question(
    pen: ImageDraw.ImageDraw, text: str, ink: str, *, left: int, width: int, top: int, bottom: int
) -> None:
    for size in range(LARGEST, SMALLEST - 1, -STEP):
        font = ImageFont.truetype(serif.font_files_ttf["SourceSerifPro"], size)
        lines = list(wrap(text, font, width))
        height = round(size * 1.14)
        if len(lines) * height <= bottom - top:
            break
    y = top + (bottom - top - len(lines) * height) // 2
    for line in lines:
        pen.text((left, y), line, font=font, fill=ink)
        y += height


def _lines(
    pen: ImageDraw.ImageDraw, text: str, font: Font, ink: str, *, at: tuple[int, int], width: int, most: int
) -> int:
    """Write at most so many lines, smaller where they would be more; where the next thing may begin."""
    lines = list(wrap(text, font, width))
    while len(lines) > most and font.size > SMALLEST:
        font = font.font_variant(size=font.size - STEP)
        lines = list(wrap(text, font, width))
    x, y = at
    for line in lines:
        pen.text((x, y), line, font=font, fill=ink)
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

"""Pictures: opened to see what they are, and written anew, so that only what can be seen is kept."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.media.errors import NotAPicture, TooManyPixels

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_PICTURE = 10_000_000
"""Bytes: what a good camera writes."""

MOST_PIXELS = 40_000_000
"""Unpacked they take four bytes each; a small file can claim any number of them."""

LONGEST_EDGE = 1600
"""Pixels of the picture that is kept: enough for a page, and to hand on."""

WIDTHS = (320, 640)
"""Pixels of the smaller ones for pages, where the picture itself is wider."""

FORMATS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp"}
"""What is taken, by the name the library has for it, and what it is kept as."""

_WRITTEN = {
    "jpg": {"format": "JPEG", "quality": 88, "optimize": True, "progressive": True},
    "png": {"format": "PNG", "optimize": True},
    "webp": {"format": "WEBP", "quality": 86},
}
_SMALL = {"format": "WEBP", "quality": 80}


@dataclass(frozen=True)
class Picture:
    content: bytes
    extension: str
    width: int
    height: int
    smaller: dict[int, bytes]
    """By width, as WebP."""


def read_picture(content: bytes, *, longest: int = LONGEST_EDGE, widths: Iterable[int] = WIDTHS) -> Picture:
    """The picture as it is kept: turned upright, in plain colours, without what cameras and people wrote into it.

    Raises NotAPicture, TooManyPixels.
    """
    image, extension = _opened(content, longest)
    image.thumbnail((longest, longest))
    kept = _written(image, **_WRITTEN[extension])
    smaller = {
        width: _written(image.resize((width, scaled(image.height, image.width, width))), **_SMALL)
        for width in widths
        if width < image.width
    }
    return Picture(kept, extension, image.width, image.height, smaller)


def scaled(height: int, width: int, to: int) -> int:
    """The height of a picture that is made as wide as ``to``."""
    return max(1, round(height * to / width))


def _opened(content: bytes, longest: int) -> tuple[Image, str]:
    from PIL import Image, UnidentifiedImageError

    bombs = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as image:
            extension = FORMATS.get(image.format or "")
            if extension is None:
                raise NotAPicture
            if image.width * image.height > MOST_PIXELS:
                raise TooManyPixels(most=MOST_PIXELS // 1_000_000)
            image.draft(image.mode, (longest, longest))  # a JPEG need not be unpacked larger than it is kept
            return _plain(image, has_alpha=extension != "jpg"), extension
    except bombs:
        raise TooManyPixels(most=MOST_PIXELS // 1_000_000) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise NotAPicture from None  # cut off, or something else in a picture's clothes


def _plain(image: Image, *, has_alpha: bool) -> Image:
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(image)
    shows_through = has_alpha and ("A" in upright.getbands() or "transparency" in upright.info)
    return _in_usual_colours(upright, "RGBA" if shows_through else "RGB")


def _in_usual_colours(image: Image, mode: str) -> Image:
    """The picture in sRGB: its own colour space goes with all else that is written in it."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if profile and image.mode == "RGB" and mode == "RGB":
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
            image = turned or image
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: the colours as they stand are better than none
    plain = image.convert(mode)
    plain.info.clear()
    return plain


def _written(image: Image, **how: object) -> bytes:
    target = io.BytesIO()
    image.save(target, **how)  # type: ignore[arg-type]  # each format has words of its own
    return target.getvalue()

"""Pictures and documents of our own, as pages show them."""

from __future__ import annotations

from flask import url_for

from mailer import media
from mailer.core import i18n
from mailer.media import StoredFile
from mailer.web import languages
from mailer.web.public.facts import Download, Picture


def tell_picture(file: StoredFile | None, text: str) -> Picture | None:
    """The picture in its widths; None where the house has none of that name."""
    if file is None or file.width is None or file.height is None:
        return None
    sizes = [(width, height, media.small_name(width)) for width, height in file.smaller]
    sizes.append((file.width, file.height, file.name))
    addresses = [(_address(file, name), width) for width, _, name in sizes]
    width, height, name = sizes[0]
    return Picture(
        url=_address(file, name),
        choices=", ".join(f"{url} {width}w" for url, width in addresses) if len(sizes) > 1 else "",
        width=width,
        height=height,
        text=text,
    )


def tell_download(file: StoredFile | None) -> Download | None:
    """The document with what it is and how large; None where the house has none of that name."""
    if file is None:
        return None
    size = i18n.megabytes(file.byte_count, languages.locale())
    return Download(_address(file, file.name), f"{_called(file.extension)}, {size}")


def _address(file: StoredFile, name: str) -> str:
    return url_for("files.show", digest=file.digest, name=name)


def _called(extension: str) -> str:
    return {"jpg": "JPEG", "webp": "WebP"}.get(extension, extension.upper())

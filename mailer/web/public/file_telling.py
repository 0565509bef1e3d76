"""Documents of our own, as pages show them."""

from __future__ import annotations

from mailer.core import i18n
from mailer.media import StoredFile
from mailer.web import languages
from mailer.web.pictures import address
from mailer.web.public.facts import Download


def tell_download(file: StoredFile | None) -> Download | None:
    """The document with what it is and how large; None where the house has none of that name."""
    if file is None:
        return None
    size = i18n.megabytes(file.byte_count, languages.locale())
    return Download(address(file, file.name), f"{_called(file.extension)}, {size}")


def _called(extension: str) -> str:
    return {"jpg": "JPEG", "webp": "WebP"}.get(extension, extension.upper())

"""Pictures of our own, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from mailer import media
from mailer.media import StoredFile


@dataclass(frozen=True)
class Picture:
    url: str
    choices: str
    """The same in several widths, as ``srcset`` wants it; empty where there is but one."""
    width: int
    height: int
    text: str
    """What is to be seen on it."""


def tell_picture(file: StoredFile | None, text: str) -> Picture | None:
    """The picture in its widths; None where the house has none of that name."""
    if file is None or file.width is None or file.height is None:
        return None
    sizes = [(width, height, media.small_name(width)) for width, height in file.smaller]
    sizes.append((file.width, file.height, file.name))
    addresses = [(address(file, name), width) for width, _, name in sizes]
    width, height, name = sizes[0]
    return Picture(
        url=address(file, name),
        choices=", ".join(f"{url} {width}w" for url, width in addresses) if len(sizes) > 1 else "",
        width=width,
        height=height,
        text=text,
    )


def address(file: StoredFile, name: str) -> str:
    """Where the file is, or the smaller picture of that name."""
    return url_for("files.show", digest=file.digest, name=name)

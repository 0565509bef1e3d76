"""From what somebody handed in to what may be kept. Pure: nothing is stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from mailer.media.documents import LARGEST_MATERIAL, PICTURES, document_type
from mailer.media.errors import FileTooLarge, NotADocument
from mailer.media.models import MediaKind
from mailer.media.naming import clean_name
from mailer.media.pictures import LARGEST_PICTURE, read_picture

LARGEST = {
    MediaKind.PICTURE: LARGEST_PICTURE,
    MediaKind.LOGO: LARGEST_PICTURE,
    MediaKind.MATERIAL: LARGEST_MATERIAL,
}

LONGEST_EDGE_OF_MATERIAL = 4000
"""Pixels of a picture that is to be downloaded: a poster can be printed from it."""


@dataclass(frozen=True)
class Examined:
    """A file that may be kept, with its content as it will lie on the shelf."""

    kind: MediaKind
    name: str
    content: bytes = field(repr=False)
    extension: str
    given: str
    """The digest of the file as it was handed in: a picture that was kept and taken out again is known by it."""
    width: int | None = None
    height: int | None = None
    smaller: dict[int, bytes] = field(default_factory=dict, repr=False)

    @property
    def digest(self) -> str:
        return digest_of(self.content)

    @property
    def digests(self) -> frozenset[str]:
        """Either of them: whoever has that content has this file."""
        return frozenset((self.digest, self.given))


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def examine(kind: MediaKind, content: bytes, *, name: str) -> Examined:
    """What may be kept of a file. Its name and the type somebody declared count for nothing but the name it gets.

    It takes up to seconds of computing: call it while no transaction is open.

    Raises FileTooLarge, NotAPicture, TooManyPixels, NotADocument.
    """
    given = digest_of(content)
    if len(content) > LARGEST[kind]:
        raise FileTooLarge(most=LARGEST[kind] // 1_000_000)
    if kind is not MediaKind.MATERIAL:
        picture = read_picture(content)
    elif content.startswith(PICTURES):
        picture = read_picture(content, longest=LONGEST_EDGE_OF_MATERIAL, widths=())
    else:
        extension = document_type(content)
        if not extension:
            raise NotADocument
        return Examined(kind, clean_name(name, extension), content, extension, given)
    return Examined(
        kind,
        clean_name(name, picture.extension),
        picture.content,
        picture.extension,
        given,
        picture.width,
        picture.height,
        picture.smaller,
    )

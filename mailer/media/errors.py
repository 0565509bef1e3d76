"""What can be wrong with a file somebody hands in, or with the place where files lie."""

from __future__ import annotations

from mailer.core.errors import Invalid, NotFound, Unavailable


class NotAPicture(Invalid):
    """The content is no picture we take, whatever its name says; drawings that can hold programs (SVG) are none."""

    code = "not_a_picture"


class TooManyPixels(Invalid):
    """A picture of so many pixels that to unpack it would cost too much; ``most`` is in megapixels."""

    code = "too_many_pixels"


class FileTooLarge(Invalid):
    """More bytes than such a file may have; ``most`` is in megabytes."""

    code = "file_too_large"


class NotADocument(Invalid):
    """The content is none of the kinds people may download from us, whatever its name says."""

    code = "not_a_document"


class WrongEnding(Invalid):
    """The name a file must keep does not end as its content does; ``extension`` is how it should."""

    code = "wrong_ending"


class UnknownFile(NotFound):
    """No file of that content and name is kept."""

    code = "unknown_file"


class ShelfAway(Unavailable):
    """The folder of the files cannot be written, or has no room left."""

    code = "shelf_away"

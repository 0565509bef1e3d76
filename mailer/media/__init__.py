"""Pictures and documents of a series: what they are, where they lie, and which of them nobody names any more."""

from mailer.media.documents import BROKEN_ZIP, LARGEST_MATERIAL, TYPES
from mailer.media.errors import (
    FileTooLarge,
    NotADocument,
    NotAPicture,
    ShelfAway,
    TooManyPixels,
    UnknownFile,
    WrongEnding,
)
from mailer.media.examining import LARGEST, Examined, examine
from mailer.media.keeping import (
    check_ending,
    count_files,
    files_of,
    get_file,
    keep,
    keep_as,
    list_named,
    list_names,
    missing_files,
    share,
    small_name,
)
from mailer.media.laying_by import get_laid_by, lay_by
from mailer.media.models import MediaKind, StoredFile
from mailer.media.pictures import LARGEST_PICTURE, MOST_PIXELS
from mailer.media.shelf import Shelf
from mailer.media.tidying import UNUSED_FOR, tidy

__all__ = [
    "BROKEN_ZIP",
    "LARGEST",
    "LARGEST_MATERIAL",
    "LARGEST_PICTURE",
    "MOST_PIXELS",
    "TYPES",
    "UNUSED_FOR",
    "Examined",
    "FileTooLarge",
    "MediaKind",
    "NotADocument",
    "NotAPicture",
    "Shelf",
    "ShelfAway",
    "StoredFile",
    "TooManyPixels",
    "UnknownFile",
    "WrongEnding",
    "check_ending",
    "count_files",
    "examine",
    "files_of",
    "get_file",
    "get_laid_by",
    "keep",
    "keep_as",
    "lay_by",
    "list_named",
    "list_names",
    "missing_files",
    "share",
    "small_name",
    "tidy",
]

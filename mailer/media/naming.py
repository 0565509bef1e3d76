"""Names of files as people may see and download them."""

from __future__ import annotations

import re
import unicodedata

LONGEST_STEM = 80
NAMELESS = "file"


def clean_name(given: str, extension: str) -> str:
    """A name without folders, marks or surprises, which ends as its content does.

    Letters of every script stay, so that a person knows her file again; whatever else could lead
    elsewhere, hide itself or turn the reading direction becomes a hyphen.
    """
    bare = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    stem = bare.rpartition(".")[0] or bare
    kept = "".join(sign if sign.isalnum() or sign in "_-" else "-" for sign in stem)
    short = re.sub(r"-{2,}", "-", kept).strip("-_")[:LONGEST_STEM].strip("-_")
    return f"{short or NAMELESS}.{extension}"


def numbered(name: str, number: int) -> str:
    """``anna.jpg`` as ``anna-2.jpg``."""
    stem, _, extension = name.rpartition(".")
    return f"{stem}-{number}.{extension}"

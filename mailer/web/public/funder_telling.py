"""Who pays for a series, as its pages name them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mailer import media
from mailer.series import Series
from mailer.web.pictures import Picture, tell_picture


@dataclass(frozen=True)
class FunderLine:
    name: str
    logo: Picture | None
    """Absent where there is none, or no file of that name; then the name stands there."""
    url: str


def tell_funders(session: Session, found: Series) -> tuple[FunderLine, ...]:
    """Those who pay, in the organisers' order. One query at most."""
    funders = found.funders
    files = media.files_of(session, found, [funder.logo for funder in funders])
    return tuple(
        FunderLine(funder.name, tell_picture(files.get(funder.logo), funder.name), funder.url)
        for funder in funders
    )

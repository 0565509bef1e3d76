"""Files that come with a form of the desk: looked at, kept, and from then on known by their name in the form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from mailer import media
from mailer.context import parts
from mailer.core.errors import Invalid
from mailer.media import Examined, MediaKind
from mailer.series import Series
from mailer.web import languages
from mailer.web.desk.dialogue_form import FILES, Typed, count_rows
from mailer.web.desk.frame import open_series
from mailer.web.languages import gettext as _
from mailer.web.pictures import Picture, tell_picture
from mailer.web.public.facts import Download
from mailer.web.public.file_telling import tell_download

LARGEST = 60_000_000
"""Bytes that the files of one form may have together: two large presentations, or many pictures."""

MILLION = 1_000_000

KINDS = {"speakers": MediaKind.PICTURE, "materials": MediaKind.MATERIAL}

_LOGO = re.compile(r"(funders\.[0-9]{1,4}\.)?logo_upload")

_FUNDER_GONE = re.compile(r"funders\.[0-9]{1,4}\.gone")

_NAME = re.compile(r"(speakers|materials)\.([0-9]{1,4})\.upload")


@dataclass
class Sent:
    """What a form sent, with the names of the files that came with it; and what was wrong with a file, by field."""

    fields: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


def take_logos(slug: str, typed: dict[str, str]) -> dict[str, str]:
    """Keep the logos that came with the settings, and write their names into the form; what is wrong, by field."""
    sent = Sent(typed)
    found: list[tuple[str, Examined]] = []
    if typed.pop("logo_gone", ""):
        typed["logo"] = ""
    for gone in [name for name in typed if _FUNDER_GONE.fullmatch(name)]:
        for name in [name for name in typed if name.startswith(gone.removesuffix("gone"))]:
            del typed[name]
    for field_name, upload in request.files.items():
        if not _LOGO.fullmatch(field_name) or not upload.filename:
            continue
        try:
            found.append((field_name.removesuffix("_upload"), _examine(MediaKind.LOGO, upload)))
        except Invalid as problem:
            sent.errors[field_name] = languages.current().sentence(problem)
    if found:
        _keep(slug, found, sent)
    return sent.errors


@dataclass(frozen=True)
class ShownFile:
    """A file as the form shows it."""

    picture: Picture | None
    download: Download | None


def take_uploads(slug: str) -> Sent:
    """Keep what came with the form of a dialogue, so that it is there when the form comes back with an error.

    A file that nothing names in the end is tidied away.
    """
    sent = Sent(dict(request.form))
    found: list[tuple[str, Examined]] = []
    for name, group, number, upload in _uploads():
        try:
            found.append((f"{group}.{number}.{FILES[group]}", _examine(KINDS[group], upload)))
        except Invalid as problem:
            sent.errors[name] = languages.current().sentence(problem)
    if found:
        _keep(slug, found, sent)
    return sent


def tell_files(session: Session, found: Series, typed: Typed) -> dict[str, ShownFile]:
    """What the house has of the files that a form names."""
    names = [
        typed[f"{group}.{n}.{part}"] for group, part in FILES.items() for n in range(count_rows(typed, group))
    ]
    return {
        name: ShownFile(tell_picture(file, ""), tell_download(file))
        for name, file in media.files_of(session, found, names).items()
    }


def tell_limits() -> dict[str, str]:
    """What a file may be, said before somebody chooses one."""
    picture = _("JPEG, PNG or WebP, at most %(size)s MB and %(pixels)s megapixels.")
    document = _("PDF, ODP, ODT, PPTX, DOCX, PNG or JPEG, at most %(size)s MB.")
    pixels = media.MOST_PIXELS // MILLION
    return {
        "picture": picture % {"size": media.LARGEST_PICTURE // MILLION, "pixels": pixels},
        "document": document % {"size": media.LARGEST_MATERIAL // MILLION},
    }


def _uploads() -> Iterator[tuple[str, str, str, FileStorage]]:
    for name, upload in request.files.items():
        match = _NAME.fullmatch(name)
        if match is not None and upload.filename:
            yield name, match[1], match[2], upload


def _examine(kind: MediaKind, upload: FileStorage) -> Examined:
    return media.examine(kind, upload.stream.read(media.LARGEST[kind] + 1), name=upload.filename or "")


def _keep(slug: str, found: list[tuple[str, Examined]], sent: Sent) -> None:
    house = parts()
    with house.database.transaction() as session:
        series = open_series(session, slug)
        for name, file in found:
            kept = media.keep(session, series, file, shelf=house.shelf, now=house.now())
            sent.fields[name] = kept.name

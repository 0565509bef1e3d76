"""Pictures and documents of the series, under addresses that never change what they lead to."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, send_file

from mailer import media
from mailer.context import parts
from mailer.core.colours import is_readable, parse_colour, shades_of
from mailer.media import MediaKind, StoredFile, UnknownFile
from mailer.web.headers import cacheable
from mailer.web.public.ranges import heed_range

bp = Blueprint("files", __name__)

ONE_DAY = 86_400
"""Seconds a browser keeps colours: our next version may shade them otherwise."""

FOR_EVER = "public, max-age=31536000, immutable"


@bp.get("/media/<digest>/<name>")
def show(digest: str, name: str) -> Response:
    """The file, or the part of it that was asked for. What no row knows is not even looked for on the shelf.

    Raises UnknownFile.
    """
    with parts().database.reading() as session:
        found, width = media.get_file(session, digest, name)
    return _sent(found, width)


@bp.get("/media/colours/<colour>.css")
def colours(colour: str) -> Response:
    """The style sheet that gives our pages this colour. It is made of the colour alone, whoever's it is.

    Raises UnknownFile for what is no colour, or none that can be read.
    """
    try:
        plain = parse_colour(colour)
    except ValueError:
        raise UnknownFile from None
    if not is_readable(plain):
        raise UnknownFile
    shades = shades_of(plain)
    response = cacheable(render_template("public/colours.css", shades=shades), "text/css; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={ONE_DAY}"
    return response


def _sent(found: StoredFile, width: int | None) -> Response:
    """The answer; a download where people would keep the file, for a page of ours only where it is a picture."""
    path = parts().shelf.path(found.digest, found.ending(width))
    if not path.is_file():
        raise UnknownFile(file=found.id)
    etag = f"{found.digest[:32]}-{width or 0}"
    heed_range(etag=etag, changed_at=found.added_at, length=path.stat().st_size)
    response = send_file(
        path,
        mimetype=media.TYPES[found.ending(width).rpartition(".")[2]],
        as_attachment=found.kind is MediaKind.MATERIAL,
        download_name=found.name if width is None else None,
        etag=etag,
        last_modified=found.added_at,
    )
    response.headers["Cache-Control"] = FOR_EVER
    return response

"""When a part of a file is handed out, and when the whole: what Werkzeug leaves open of RFC 9110."""

from __future__ import annotations

from datetime import datetime

from flask import request
from werkzeug.datastructures import Range


def heed_range(*, etag: str, changed_at: datetime, length: int) -> None:
    """Drop the request's Range header where the whole is the right answer, and mend one that asks for more than all.

    Several parts at once and nonsense get the whole (section 14.2), as does HEAD. Who holds the file already
    is told so, whatever part she asks for (section 13.2.2); a weak tag proves no single byte (section 13.1.5).
    A suffix longer than the file is all of it (section 14.1.2).
    """
    environ, wanted = request.environ, request.range
    if wanted is None or not _is_one_part(wanted) or _is_about_the_whole(etag, changed_at):
        environ.pop("HTTP_RANGE", None)
    elif -wanted.ranges[0][0] > length:
        environ["HTTP_RANGE"] = "bytes=0-"


def _is_one_part(wanted: Range) -> bool:
    return request.method == "GET" and wanted.units == "bytes" and len(wanted.ranges) == 1


def _is_about_the_whole(etag: str, changed_at: datetime) -> bool:
    known, since = request.if_none_match, request.if_modified_since
    if known:
        has_it = known.star_tag or known.contains_weak(etag)
    else:
        has_it = since is not None and changed_at.replace(microsecond=0) <= since
    misses_it = bool(request.if_match) and not request.if_match.contains(etag)
    return has_it or misses_it or request.headers.get("If-Range", "").strip().startswith("W/")

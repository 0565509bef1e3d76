"""What is sent without saying how much it is: read up to the limit, and refused where it goes on."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge


def set_up(app: Flask) -> None:
    """After the desk has said how large its forms may be, and before anybody reads one."""
    app.before_request(_refuse_endless)


def _refuse_endless() -> None:
    """Werkzeug cuts a body without a Content-Length off at the limit and says nothing: half a form would count.

    Files it reads piece by piece, and notices.
    """
    is_open_ended = request.content_length is None and request.environ.get("wsgi.input_terminated")
    if not is_open_ended or request.mimetype == "multipart/form-data":
        return
    most = request.max_content_length
    if most is not None and len(request.get_data()) >= most:
        raise RequestEntityTooLarge

"""Which sites may read the answers: all of them, without anybody's cookies.

What is read is public, and what is told does nothing without a mail that somebody confirms, as with the form.
"""

from __future__ import annotations

from flask import Flask, Response, request

PREFIX = "/api/"


def set_up(app: Flask) -> None:
    app.after_request(_share)


def _share(response: Response) -> Response:
    """Source: https://fetch.spec.whatwg.org/#http-cors-protocol; ``*`` forbids browsers to send cookies along."""
    if not request.path.startswith(PREFIX):
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept-Language, Content-Type"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response

"""Mails inside our pages: a document of its own in a frame that may do nothing but open links in a new tab."""

from __future__ import annotations

import re

from flask import Response, make_response

SANDBOX = "sandbox allow-popups allow-popups-to-escape-sandbox"
"""The mail may open its links in a new tab, and nothing else: no scripts, no forms, no place in our origin."""

IN_FRAME = (
    f"{SANDBOX}; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
)


def answer_in_frame(written: str) -> Response:
    """The HTML part of a mail, for a frame only; its links open in a new tab, as they do from a mailbox."""
    page, heads = re.subn(r"(?i)<head\b[^>]*>", r'\g<0><base target="_blank">', written, count=1)
    response = make_response(page if heads else f'<base target="_blank">{written}')
    response.headers["Content-Security-Policy"] = IN_FRAME
    return response


def answer_as_file(content: bytes, content_type: str, name: str) -> Response:
    """A file to keep. It is never shown in the browser, whatever it says it is."""
    response = make_response(content)
    response.headers["Content-Type"] = content_type or "application/octet-stream"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

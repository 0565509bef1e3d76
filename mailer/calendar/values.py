"""Values as iCalendar writes them, from words that organisers typed: whatever these hold, it stays one value."""

from __future__ import annotations

import re
from urllib.parse import quote

from icalendar import vCalAddress, vText, vUri

from mailer.core.text import one_line
from mailer.core.types import EmailAddress

_LINE_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Whatever some reader takes for the end of a line: the breaks of ``str.splitlines``."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters have no place in TEXT (RFC 5545 section 3.1), half characters none in UTF-8."""

_URI_MARKS = ":/?#[]@!$&'()*+,;=-._~%"
"""What may stand in a URI besides letters and digits (RFC 3986 section 2), and the mark of what is encoded already."""


class Text(vText):
    r"""TEXT that comes out as it went in; vText takes a typed ``\N``, as in ``C:\Neu``, for a line break."""

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,").replace("\n", r"\n")
        return escaped.encode()


def text(words: str) -> Text:
    """A TEXT value (RFC 5545 section 3.3.11), with every kind of line break as one, and no control characters."""
    return Text(_UNPRINTABLE.sub("", _LINE_BREAK.sub("\n", words)))


def uri(address: str) -> vUri:
    """A URI value; what must not stand in one (spaces, line breaks, umlauts) is percent-encoded."""
    return vUri(quote(address.strip(), safe=_URI_MARKS, errors="replace"))


def mailbox(address: EmailAddress, name: str) -> vCalAddress:
    """An address with the name it is shown under (RFC 6068 for what a ``mailto:`` may hold)."""
    return vCalAddress(f"mailto:{quote(address, safe='@+')}", params={"CN": one_line(text(name))})

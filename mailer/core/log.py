"""One log for people or for machines, on standard error. It never holds an address or a token."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO

_ADDRESS = re.compile(r"[^\s@<>\"'()\[\],;:=\\/]+@[\w.-]+")
_TOKEN = re.compile(
    r"(/(?:confirm|unsubscribe|manage|access|sign-in|invitation|registrations|import)/)[\w-]{16,}"
)
_CONTROL = {number: f"\\x{number:02x}" for number in (*range(32), *range(127, 160), 0x2028, 0x2029)}
"""What begins a new line or speaks to a terminal: nobody writes lines of her own into our log."""


class _Lines(logging.Formatter):
    """One line a message: instant, level, where, what; a traceback follows."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002  # logging's
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's
        return super().formatMessage(record).translate(_CONTROL)

    def format(self, record: logging.LogRecord) -> str:
        return _blotted(super().format(record))


class _Json(_Lines):
    """One JSON object a message."""

    def format(self, record: logging.LogRecord) -> str:
        facts = {
            "timestamp": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            facts["exception"] = self.formatException(record.exc_info)
        return _blotted(json.dumps(facts, ensure_ascii=False))


class _ToStandardError(logging.StreamHandler[TextIO]):
    """Whatever standard error is by then: a progress bar lets lines pass above itself."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def set_up(form: Literal["text", "json"]) -> None:
    """Send every logger of the process through one handler. Calling it twice changes nothing."""
    handler = _ToStandardError()
    handler.setFormatter(_Json() if form == "json" else _Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # That a turn still runs when its next is due is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def speak_up() -> None:
    """Also say what goes as it should: for a worker, whose log is its only voice."""
    logging.getLogger("mailer").setLevel(logging.INFO)


def _blotted(text: str) -> str:
    """The last sieve, for what libraries put into their errors: a database names the row that was in the way."""
    return _TOKEN.sub(r"\1…", _ADDRESS.sub("…@…", text))

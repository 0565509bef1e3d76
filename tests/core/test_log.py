"""The log: one line a message, for people or machines, and nobody's address in it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HAPPENING = """
import logging, sys
from mailer.core import log
log.set_up(sys.argv[1])
log.set_up(sys.argv[1])
said = logging.getLogger("mailer.web")
said.info("nobody asked for this")
log.speak_up()
said.info("step=%s count=%d", "letters.opened", 3)
said.warning("Größe … “ok”")
said.warning("refused %s", "anna.beispiel+x@exämple.de")
said.warning("From: <anna@example.org>, to=berta@example.org;key='carla@example.org'")
said.warning("GET /subscriptions/confirm/MzEuMqDhTfFfZ3Zb1bq4sT1s2Zk from afar")
said.warning("postgresql+psycopg://mailer:secret@db.example.org/mailer")
said.warning("one\\r\\n2023-01-01 ERROR forged\\x1b[31m\\u2028line")
logging.getLogger("sqlalchemy").info("chatter")
try:
    raise ValueError("Key (mailbox)=(anna@example.org) already exists.")
except ValueError:
    said.exception("step=%s failed", "letters.opened")
"""


@pytest.fixture(scope="module")
def text() -> list[str]:
    return written("text")


@pytest.fixture(scope="module")
def entries() -> list[dict[str, str]]:
    return [json.loads(line) for line in written("json")]


def test_text_has_one_line_for_each_message_and_then_the_traceback(text: list[str]) -> None:
    said = [line.split(" ", 1)[1] for line in text]

    assert said[:7] == [
        "INFO mailer.web: step=letters.opened count=3",
        "WARNING mailer.web: Größe … “ok”",
        "WARNING mailer.web: refused …@…",
        "WARNING mailer.web: From: <…@…>, to=…@…;key='…@…'",
        "WARNING mailer.web: GET /subscriptions/confirm/… from afar",
        "WARNING mailer.web: postgresql+psycopg://mailer:…@…/mailer",
        r"WARNING mailer.web: one\x0d\x0a2023-01-01 ERROR forged\x1b[31m\x2028line",
    ]
    assert text[7].endswith("ERROR mailer.web: step=letters.opened failed")
    assert text[-1] == "ValueError: Key (mailbox)=(…@…) already exists."


def test_a_line_begins_with_its_instant_in_utc(text: list[str]) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", text[0].split(" ", 1)[0])


def test_json_has_one_object_for_each_message(entries: list[dict[str, str]]) -> None:
    said = [(entry["level"], entry["logger"], entry["event"]) for entry in entries]

    assert said == [
        ("info", "mailer.web", "step=letters.opened count=3"),
        ("warning", "mailer.web", "Größe … “ok”"),
        ("warning", "mailer.web", "refused …@…"),
        ("warning", "mailer.web", "From: <…@…>, to=…@…;key='…@…'"),
        ("warning", "mailer.web", "GET /subscriptions/confirm/… from afar"),
        ("warning", "mailer.web", "postgresql+psycopg://mailer:…@…/mailer"),
        ("warning", "mailer.web", "one\r\n2023-01-01 ERROR forged\x1b[31m\u2028line"),
        ("error", "mailer.web", "step=letters.opened failed"),
    ]


def test_json_keeps_the_traceback_in_its_object(entries: list[dict[str, str]]) -> None:
    assert entries[-1]["exception"].splitlines()[-1] == "ValueError: Key (mailbox)=(…@…) already exists."


def written(form: str) -> list[str]:
    """The lines a process of its own writes, for a log belongs to a whole process."""
    ended = subprocess.run(
        [sys.executable, "-c", HAPPENING, form], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert ended.stdout == ""
    return ended.stderr.rstrip("\n").split("\n")

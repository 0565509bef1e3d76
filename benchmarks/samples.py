"""A letter as the worker really sends it, caught once: what the references send is made of it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller

from benchmarks.houses import Backend, Stage, Stock
from benchmarks.processes import free_port
from benchmarks.sending import send_queued

NAME = "Jörg Müller"
"""The name of the second person on the list; she reads German."""

CAUGHT = 2
LINK = re.compile(r"https://wandel\.example\.org/subscriptions/(unsubscribe|manage)/[\w-]+")


@dataclass(frozen=True)
class Sample:
    """One letter, whole and in parts."""

    path: Path
    """As it went over the wire, with LF: what smtp-source sends."""
    size: int
    subject: str
    text: str
    html: str
    """Text and HTML as Jinja templates: ``name``, ``unsubscribe`` and ``manage`` are left open."""
    calendar: bytes


class _Box:
    def __init__(self) -> None:
        self.letters: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802  # aiosmtpd's
        self.letters.append(getattr(envelope, "original_content", b""))
        return "250 2.0.0 caught"


def catch_sample(stock: Stock, *, patience: float) -> Sample:
    """Send two reminders into a mail server of our own and keep the German one."""
    box = _Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        with stock.house(Backend.SQLITE, CAUGHT, Stage.QUEUED) as house:
            send_queued(house, port=controller.port, connections=1, patience=patience)
            time.sleep(0.1)
            house.check_all_sent(CAUGHT, received=len(box.letters))
    finally:
        controller.stop()
    return _taken_apart(next(raw for raw in box.letters if b"person1@" in raw), stock.directory)


def _taken_apart(raw: bytes, directory: Path) -> Sample:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    path = directory / "letter.eml"
    path.write_bytes(raw.replace(b"\r\n", b"\n"))
    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
    return Sample(
        path=path,
        size=len(raw),
        subject=str(message["Subject"]),
        text=_template(parts["text/plain"].get_content()),
        html=_template(parts["text/html"].get_content()),
        calendar=bytes(calendar.get_payload(decode=True) or b""),
    )


def _template(written: str) -> str:
    opened = LINK.sub(r"{{ \1 }}", written).replace(NAME, "{{ name }}", 1)
    for value in ("name", "manage", "unsubscribe"):
        assert f"{{{{ {value} }}}}" in opened, f"the letter does not hold the reader's {value}"
    return opened

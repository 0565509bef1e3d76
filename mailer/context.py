"""What a door may ask for: the parts the house is made of, put together once in `app`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import current_app

from config import Config
from mailer.core.db import Database
from mailer.core.together import Together
from mailer.core.tokens import Links
from mailer.core.types import Pseudonym
from mailer.delivery import Composer, Manner, Transport
from mailer.media import Shelf


@dataclass(frozen=True)
class Parts:
    """The parts of one running house."""

    config: Config
    database: Database
    together: Together
    links: Links
    pseudonym: Pseudonym
    composer: Composer
    transport: Transport
    manner: Manner
    shelf: Shelf
    now: Callable[[], datetime]
    """The clock by which the house decides; leases go by the machine's own."""

    @property
    def quiet(self) -> timedelta:
        """How long changes of a dialogue are gathered before its guests are told."""
        return timedelta(minutes=self.config.quiet_minutes)


def parts() -> Parts:
    """The parts of the house that the current application is."""
    return cast("Parts", current_app.extensions["zeitnah"])


def asking() -> Callable[[str], bytes | None]:
    """A way to ask this house for a public page, as anybody could; None where it does not answer with one.

    No request of a browser is needed, and none is on its way: it may be asked while an answer is being written.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy ends with the request

    def ask(path: str) -> bytes | None:
        answer = app.test_client(use_cookies=False).get(path)
        return cast("bytes", answer.data) if answer.status_code == 200 else None

    return ask

"""Whether returned mail is read: how it stands, and whether the mailbox lets us in."""

from __future__ import annotations

from collections.abc import Iterator

from config import Config
from mailer import returns
from mailer.checkup.findings import Finding, advice, good, mend
from mailer.core.db import Database
from mailer.core.errors import Unavailable


def standing_of(config: Config, base: Database) -> Iterator[Finding]:
    """What the worker noted when it last looked; nothing where no mailbox is named."""
    if config.bounce_imap_url is None:
        return
    try:
        with base.reading() as session:
            found = returns.postbox(session)
    except Unavailable:
        return  # told already
    if found is None:
        return
    if found.code:
        yield mend("returns", "postbox_closed", cause=found.cause or found.code)
    if found.unread:
        yield advice("returns", "postbox_unread", count=found.unread)


def mailbox(url: str, *, seconds: float) -> Iterator[Finding]:
    """Sign in, open the folder, and leave again; ``seconds`` is the longest to wait for an answer."""
    try:
        with returns.open_mailbox(url, patience=seconds) as opened:
            yield good("returns", "postbox_opens", count=opened.count())
    except Unavailable as problem:
        facts = {name: str(value) for name, value in problem.details.items()}
        yield mend("returns", problem.code, **facts)

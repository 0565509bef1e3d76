"""Reading the mailbox of returned mail: a conversation with a server outside, so beside the steps and never in one."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailer import returns
from mailer.core.clock import utcnow
from mailer.core.db import Database
from mailer.delivery import Composer

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Collector:
    """Whoever empties the mailbox."""

    database: Database
    composer: Composer
    url: str
    """``BOUNCE_IMAP_URL``; it holds a password."""
    patience: float = 30.0
    """Seconds to wait for each answer."""

    def collect(self, *, now: datetime, stopped: Callable[[], bool]) -> Counter[str]:
        """Do what the messages there ask for; how many had which outcome.

        What was understood is deleted there, once it stands in the database; what was not is put into a
        folder of its own. Who is stopped between the two reads it again, and twice is the same as once.

        Raises MailboxAway, MailboxRefusesLogin, DatabaseAway.
        """
        outcomes: Counter[str] = Counter()
        try:
            with returns.open_mailbox(self.url, patience=self.patience) as mailbox:
                for number in mailbox.numbers():
                    if stopped():
                        break
                    self._take(mailbox, number, outcomes, now=now)
                unread = mailbox.count_aside()
        except (returns.MailboxAway, returns.MailboxRefusesLogin) as problem:
            with self.database.transaction() as session:
                returns.note_failure(session, problem, clock=utcnow())
            raise
        with self.database.transaction() as session:
            returns.note_visit(session, unread=unread, clock=utcnow())
        if outcomes:
            log.info("returned mail: %s", ", ".join(f"{n} {what}" for what, n in sorted(outcomes.items())))
        return outcomes

    def _take(self, mailbox: returns.Mailbox, number: str, outcomes: Counter[str], *, now: datetime) -> None:
        raw = mailbox.fetch(number)
        if raw is None:
            return
        with self.database.transaction() as session:
            taken = returns.take(session, raw, composer=self.composer, now=now)
        outcomes[taken.outcome.value] += 1
        if taken.is_understood:
            mailbox.remove(number)
        else:
            mailbox.set_aside(number)

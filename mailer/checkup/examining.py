"""All of it: what is seen from within, and what the relay and the name servers say, asked at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from email.utils import parseaddr
from functools import partial

from config import Config
from mailer import series
from mailer.checkup import returned_mail, standing
from mailer.checkup.domains import Resolving, domain
from mailer.checkup.findings import Finding, advice
from mailer.checkup.relaying import relay
from mailer.core.db import Database
from mailer.core.errors import Unavailable
from mailer.delivery import Transport
from mailer.media import Shelf

LONGEST = 10.0
"""Seconds that all questions to the world may take together."""

MOST_DOMAINS = 20


def look_at_house(config: Config, database: Database, *, clock: datetime) -> list[Finding]:
    """What is seen without asking anybody: quick, and good enough for a page. ``clock`` is the machine's."""
    return [
        *standing.settings(config),
        *standing.database(database, clock=clock),
        *standing.files(database, Shelf(config.media_dir)),
        *returned_mail.standing_of(config, database),
    ]


def examine(
    config: Config, database: Database, transport: Transport, *, resolving: Resolving, clock: datetime
) -> list[Finding]:
    """Everything, in about ten seconds at most. Nothing is sent, and nothing is changed."""
    findings = look_at_house(config, database, clock=clock)
    names = sorted(_domains(config, database))[:MOST_DOMAINS]
    questions: list[Callable[[], Iterable[Finding]]] = [
        partial(relay, transport, config, seconds=LONGEST - 2, now=clock),
        *(partial(domain, name, resolving) for name in names),
    ]
    if config.bounce_imap_url:
        questions.append(partial(returned_mail.mailbox, config.bounce_imap_url, seconds=LONGEST - 2))
    pool = ThreadPoolExecutor(max_workers=len(questions))
    asked: list[Future[list[Finding]]] = [pool.submit(_answered, question) for question in questions]
    done, late = wait(asked, timeout=LONGEST)
    pool.shutdown(wait=False, cancel_futures=True)
    for one in asked:
        if one in done:
            findings += one.result()
    if late:
        findings.append(advice("sender", "some_silent", count=len(late)))
    areas = list(dict.fromkeys(finding.area for finding in findings))
    return sorted(findings, key=lambda finding: areas.index(finding.area))


def _answered(question: Callable[[], Iterable[Finding]]) -> list[Finding]:
    return list(question())


def _domains(config: Config, database: Database) -> set[str]:
    """Whence we send: mails to organisers, and those of each series."""
    addresses = [parseaddr(config.mail_default_sender)[1]]
    try:
        with database.reading() as session:
            addresses += [found.sender_address for found in series.list_series(session)]
    except Unavailable:
        pass  # told already
    return {address.rpartition("@")[2].lower() for address in addresses if "@" in address}

"""flask worker"""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from mailer import jobs
from mailer.cli.following import every_mailing_shown
from mailer.cli.speaking import house, now_option, say, standalone
from mailer.context import Parts
from mailer.core import log
from mailer.core.clock import utcnow
from mailer.core.errors import Unavailable


class RelayAway(Unavailable):
    """The relay could not be reached at all; every letter stays queued."""

    code = "relay_away"


@standalone("worker", help="Look every second for what is due, and send it, until SIGTERM.")
@click.option("--once", is_flag=True, help="Do what is due, send it, return.")
@now_option
def worker(once: bool, moment: datetime | None) -> None:
    """The scheduler and the sender."""
    log.speak_up()
    parts = house()
    steps, tidying = jobs.steps_with(quiet=parts.quiet), jobs.tidying_with(shelf=parts.shelf)
    collector = _collector(parts)
    if once:
        now = moment or parts.now()
        closed = _collected(collector, now) if collector else None
        with every_mailing_shown():
            tally = jobs.work_once(
                parts.database,
                parts.transport,
                parts.composer,
                manner=parts.manner,
                steps=steps,
                tidying=tidying,
                now=now,
            )
        done = ", ".join(f"{count} {state}" for state, count in sorted(tally.settled.items()))
        if done or not tally.relay_away:
            say(done or "Nothing was due.")
        if tally.relay_away:
            raise RelayAway(relay=parts.transport.relay)
        if closed is not None:
            raise closed
        return
    started = utcnow()
    jobs.work(
        parts.database,
        parts.transport,
        parts.composer,
        manner=parts.manner,
        steps=steps,
        tidying=tidying,
        now=parts.now if moment is None else lambda: moment + (utcnow() - started),
        every=timedelta(seconds=parts.config.tick_seconds),
        stopping=jobs.stop_on_signals(),
        collector=collector,
    )


def _collector(parts: Parts) -> jobs.Collector | None:
    url = parts.config.bounce_imap_url
    return jobs.Collector(parts.database, parts.composer, url) if url else None


def _collected(collector: jobs.Collector, now: datetime) -> Unavailable | None:
    """What kept us from the mailbox of returned mail: told when everything else is done."""
    try:
        collector.collect(now=now, stopped=lambda: False)
    except Unavailable as problem:
        return problem
    return None

"""How a long job shows how far it is: a bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from mailer import delivery, mailings
from mailer.cli.speaking import house
from mailer.core.clock import utcnow
from mailer.core.errors import Unavailable
from mailer.mailings import Mailing, MailingState

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

LOOK_EVERY = 0.5
"""Seconds between two looks at the ledger."""

ENDED = (MailingState.DONE, MailingState.CANCELLED, MailingState.MISSED)


def follow_to_the_end(mailing_id: int) -> None:
    """Show how far a mailing is until nothing of it is left to do. Raises UnknownMailing."""
    with _bars() as bars:
        while True:
            with house().database.reading() as session:
                mailing = mailings.get_mailing(session, mailing_id)
                bars.show(session, mailing)
                if mailing.state in ENDED:
                    return
            time.sleep(LOOK_EVERY)


@contextmanager
def every_mailing_shown() -> Iterator[None]:
    """Meanwhile show how far each mailing is that goes out, those too that are done by the next look; on a terminal only."""
    if not sys.stderr.isatty():
        yield
        return
    parts, over = house(), threading.Event()
    with parts.database.reading() as session:
        over_already = mailings.ever_opened(session) - set(delivery.mailings_going_out(session))

    def look(bars: Bars) -> None:
        with parts.database.reading() as session:
            for mailing_id in sorted(mailings.ever_opened(session) - over_already):
                bars.show(session, mailings.get_mailing(session, mailing_id))

    with _bars() as bars:
        watching = threading.Thread(target=_repeatedly, args=(lambda: look(bars), over))
        watching.start()
        try:
            yield
        finally:
            over.set()
            watching.join()


def _repeatedly(look: Callable[[], None], over: threading.Event) -> None:
    """Look now and then, and once more at the end. A look that fails spoils nothing."""
    is_last = False
    while True:
        with contextlib.suppress(Unavailable):  # whoever works meanwhile says so
            look()
        if is_last:
            return
        is_last = over.wait(LOOK_EVERY)


class Bars:
    """One bar for each mailing."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.known: dict[int, TaskID] = {}

    def show(self, session: Session, mailing: Mailing) -> None:
        stands = delivery.standing(session, mailing, clock=utcnow())
        task = self.known.get(mailing.id)
        if task is None:
            task = self.known[mailing.id] = self._progress.add_task("", total=None, rate="", left="")
        counts = stands.counts
        ended = counts["sent"] + counts["failed"] + counts["skipped"]
        self._progress.update(
            task,
            description=f"Mailing {mailing.id} ({mailing.state.value})",
            completed=ended,
            total=mailing.recipients if mailing.opened_at else None,
            rate=f"{stands.rate:.0f}/s" if stands.rate else "",
            left=f"until {stands.ends_at.astimezone():%H:%M:%S}" if stands.ends_at else _left_over(counts),
        )


def _left_over(counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"{counts[state]} {state}" for state in ("deferred", "failed", "skipped") if counts[state]
    )


@contextmanager
def _bars() -> Iterator[Bars]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[left]}"),
    )
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, refresh_per_second=4, disable=not console.is_terminal
    ) as progress:
        yield Bars(progress)

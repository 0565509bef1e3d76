"""Single runs that several rows are made of: one mailing into one relay, checked row by row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks import plain_loop
from benchmarks.houses import Backend, Stage, Stock
from benchmarks.postfixes import Postfix
from benchmarks.relays import proxied, sink, smtp_source
from benchmarks.samples import Sample
from benchmarks.scale import Scale
from benchmarks.sending import send_queued

SESSIONS = 8
"""Connections of smtp-source: what it is fastest with on two cores."""


@dataclass(frozen=True)
class Bench:
    """What every row gets."""

    scale: Scale
    stock: Stock
    sample: Sample
    directory: Path

    def worker_into_sink(self, backend: Backend, *, mails: int, connections: int, far: bool = False) -> float:
        """Letters a second of our worker, from queued rows to recorded rows."""
        patience = self.scale.patience
        with self.stock.house(backend, mails, Stage.QUEUED) as house, sink(self.directory) as into:
            if far:
                with proxied(into.port, self.directory) as proxy:
                    seconds = send_queued(house, port=proxy.port, connections=connections, patience=patience)
            else:
                seconds = send_queued(house, port=into.port, connections=connections, patience=patience)
            house.check_all_sent(mails, received=into.received())
        return mails / seconds

    def smtp_source_into_sink(self, *, mails: int) -> float:
        """Letters a second of smtp-source with one letter of the same size."""
        with sink(self.directory) as into:
            seconds = smtp_source(
                into.port, self.sample.path, mails=mails, sessions=SESSIONS, patience=self.scale.patience
            )
            assert into.received() == mails, f"the sink counted {into.received()} of {mails}"
        return mails / seconds

    def plain_loop_into_sink(self, *, mails: int, far: bool = False) -> float:
        """Letters a second of the plain Flask-Mail loop."""
        directory = self.directory / "plain"
        plain_loop.write_templates(self.sample, directory)
        with self.stock.house(Backend.SQLITE, mails, Stage.PEOPLE) as house, sink(self.directory) as into:
            if far:
                with proxied(into.port, self.directory) as proxy:
                    rate = self._loop_rate(house.database_url, directory, proxy.port, mails)
            else:
                rate = self._loop_rate(house.database_url, directory, into.port, mails)
            assert into.received() == mails, f"the sink counted {into.received()} of {mails}"
        return rate

    def worker_into_postfix(self, relay: Postfix, *, mails: int, connections: int) -> float:
        """Letters a second of our worker into a real Postfix."""
        with self.stock.house(Backend.SQLITE, mails, Stage.QUEUED) as house:
            seconds = send_queued(
                house, port=relay.port, connections=connections, patience=self.scale.patience
            )
            house.check_all_sent(mails, received=relay.take_out())
        return mails / seconds

    def smtp_source_into_postfix(self, relay: Postfix, *, mails: int, sessions: int) -> float:
        """Letters a second of smtp-source into the same Postfix."""
        seconds = smtp_source(
            relay.port, self.sample.path, mails=mails, sessions=sessions, patience=self.scale.patience
        )
        assert (kept := relay.take_out()) == mails, f"Postfix kept {kept} of {mails}"
        return mails / seconds

    def _loop_rate(self, database_url: str, directory: Path, port: int, mails: int) -> float:
        path = database_url.removeprefix("sqlite:///")
        return plain_loop.rate(path, directory, port=port, mails=mails, patience=self.scale.patience)

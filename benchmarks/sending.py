"""One round of the worker over what is queued, timed from within.

It runs as a process of its own, ``python -m benchmarks.sending``: starting the interpreter, importing
the house and reading templates happen once in a worker's life, looking for what is due once a second;
they are not part of a mailing.
"""

from __future__ import annotations

import json
import time

from benchmarks.houses import House
from benchmarks.processes import ours
from config import Config
from mailer import jobs, letters
from mailer.app import create_app
from mailer.context import parts


def send_queued(house: House, *, port: int, connections: int, patience: float) -> float:
    """Send everything that is queued in a house; seconds from its queued rows to its recorded rows."""
    environment = house.environment(MAIL_PORT=port, MAIL_CONNECTIONS=connections)
    said = ours(["benchmarks.sending"], environment, patience=patience)
    return float(json.loads(said.splitlines()[-1])["seconds"])


def main() -> None:
    with create_app(Config.from_env()).app_context():
        house = parts()
        letters.read_templates()
        jobs.prepare(house.database, now=house.now())
        started = time.perf_counter()
        tally = jobs.work_once(house.database, house.transport, house.composer, now=house.now())
        seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "settled": dict(tally.settled)}))


if __name__ == "__main__":
    main()

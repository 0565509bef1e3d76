"""The tick: every step in order; one that fails holds up nobody."""

from __future__ import annotations

import logging
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from mailer import jobs, organisers
from mailer.core.db import Database
from mailer.core.types import EmailAddress
from tests.support.making import NOON


def breaks(session: Session, *, now: datetime) -> int:
    """Write something, then fail."""
    organisers.add(session, EmailAddress("half@example.org"), now=now)
    raise OSError("the floor gave way")


def adds(session: Session, *, now: datetime) -> int:
    organisers.add(session, EmailAddress("whole@example.org"), now=now)
    return 1


def test_step_that_fails_is_logged_and_leaves_nothing_and_the_next_still_runs(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    done = jobs.prepare(database, now=NOON, steps={"breaking": breaks, "adding": adds})

    with database.reading() as session:
        found = [organiser.address for organiser in organisers.list_organisers(session)]
    assert (done, found) == (1, ["whole@example.org"])
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == [
        "step=breaking failed"
    ]


def test_every_step_of_an_empty_house_does_nothing(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    done = [
        jobs.prepare(database, now=NOON, steps=steps)
        for steps in (jobs.STEPS, jobs.TIDYING)
        for _ in range(2)
    ]

    assert done == [0, 0, 0, 0]
    assert caplog.records == []

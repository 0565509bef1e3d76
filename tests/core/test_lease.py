"""Leases: one holder at a time, and none whose process is gone."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailer.core.db import Database, DatabaseAway
from mailer.core.leases import is_free, lease

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from mailer.core.db import Database
from mailer.core.leases import lease
assert lease(Database(sys.argv[1]), "leader").acquire()
print("held", flush=True)
time.sleep(60)
"""


def test_one_of_two_gets_it(database: Database) -> None:
    one, other = lease(database, "leader"), lease(database, "leader")

    assert [one.acquire(), other.acquire(), one.acquire()] == [True, False, True]
    one.release()


def test_who_gives_it_back_makes_room_for_the_other(database: Database) -> None:
    one, other = lease(database, "leader"), lease(database, "leader")
    one.acquire()

    one.release()

    assert [other.acquire(), one.acquire()] == [True, False]
    other.release()


def test_giving_back_twice_is_the_same_as_once(database: Database) -> None:
    one, other = lease(database, "leader"), lease(database, "leader")
    one.acquire()
    one.release()
    other.acquire()

    one.release()

    assert not is_free(database, "leader")
    other.release()


def test_another_name_is_another_lease(database: Database) -> None:
    leader = lease(database, "leader")
    leader.acquire()

    assert [is_free(database, name) for name in ("leader", "worker-1")] == [False, True]
    leader.release()


def test_asking_whether_it_is_free_takes_nothing(database: Database) -> None:
    assert [is_free(database, "leader"), is_free(database, "leader")] == [True, True]


def test_the_death_of_its_process_frees_it(database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)
    holder = subprocess.Popen([sys.executable, "-c", HOLD, url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    before = is_free(database, "leader")

    holder.kill()
    holder.wait()
    holder.stdout.close()

    assert (before, freed_soon(database)) == (False, True)


def test_a_holder_whose_server_cut_the_line_takes_it_anew(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    one = lease(database, "leader")
    one.acquire()
    with database.transaction() as session:
        session.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'zeitnah-lease' AND datname = current_database()"
            )
        )

    assert one.acquire()
    assert not is_free(database, "leader")
    one.release()
    database.dispose()


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://nobody@127.0.0.1:1/nothing", "sqlite:////nowhere/mailer.db"]
)
def test_a_lease_of_a_database_that_is_away_cannot_be_had(url: str) -> None:
    """What the driver raised reached `flask worker --once` as a traceback."""
    with pytest.raises(DatabaseAway):
        lease(Database(url), "leader").acquire()


def freed_soon(database: Database) -> bool:
    """PostgreSQL notices a closed line in its own time."""
    for _ in range(50):
        if is_free(database, "leader"):
            return True
        time.sleep(0.1)
    return False

"""The ledger as the sending loop writes it: everything of one round in one commit, close to the database.

A round is what became of the letters before, and which letters' final dots are about to be
sent. It is written for every letter of a mailing to a million, so it goes past the ORM.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailer.core.db import Database, away, stamp
from mailer.delivery.models import DeliveryState
from mailer.delivery.verdicts import Verdict

FARTHEST_AHEAD = timedelta(hours=14)
"""How far the clocks farthest east are ahead of UTC. Who is paused was looked up when the row was claimed, by the
series' own day; here only a pause that began since then counts, and only one that is beyond doubt."""

# Statements are put together from words of this file alone.
# ruff: noqa: S608

_FIT = """
    state = 'claimed' AND {holder} = {worker} AND address IS NOT NULL
    AND (mailing_id IS NULL OR (
        EXISTS (
            SELECT 1 FROM mailing m LEFT JOIN event e ON e.id = m.event_id
            WHERE m.id = delivery.mailing_id AND m.state = 'sending'
              AND (m.kind NOT IN ('info', 'reminder') OR m.event_id IS NULL
                   OR (e.state <> 'cancelled' AND (e.starts_at = m.event_starts_at
                       OR (e.starts_at IS NULL AND m.event_starts_at IS NULL)))))
        AND (EXISTS (
            SELECT 1 FROM subscription s JOIN person p ON p.id = s.person_id
            WHERE s.id = delivery.subscription_id
              AND s.state = CASE delivery.kind WHEN 'farewell' THEN 'ended' ELSE 'active' END
              AND (delivery.kind = 'farewell' OR s.paused_until IS NULL OR s.paused_until <= {today})
              AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.pseudonym = p.pseudonym))
        OR EXISTS (
            SELECT 1 FROM registration r JOIN person p ON p.id = r.person_id
            WHERE r.id = delivery.registration_id AND r.state IN ('held', 'waiting')
              AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.pseudonym = p.pseudonym)))))
"""
"""Whose dot may be sent at this moment: what `fitness.why_not` says of a mailing's row, in one condition."""

_COUNTED = {DeliveryState.SENT: 0, DeliveryState.FAILED: 1, DeliveryState.SKIPPED: 2}


class Books(ABC):
    """One worker's pen. Nothing it writes touches a row that is not this worker's any more."""

    def __init__(self, database: Database, worker: str) -> None:
        self._database, self._worker = database, worker
        self._borrowed: Any = None

    def commit(self, verdicts: Sequence[Verdict], ids: list[int], *, now: datetime) -> set[int]:
        """Write down ``verdicts``, and of ``ids`` that their final dots are about to go, in one commit.

        Returns the ids whose dot may go. The others left, are held back, or belong to another
        worker by now.

        Raises DatabaseAway; then nothing was written.
        """
        try:
            if self._borrowed is None:
                self._borrowed = self._database.engine.raw_connection()
                self._prepare(self._borrowed.driver_connection)
            return self._write(self._borrowed.driver_connection, verdicts, ids, now)
        except self._database.engine.dialect.loaded_dbapi.Error as problem:
            self.close(broken=True)
            raise away(problem) from problem
        except sa.exc.DBAPIError as problem:
            self.close(broken=True)
            raise away(problem.orig) from problem

    def close(self, *, broken: bool = False) -> None:
        """Give the connection back."""
        if self._borrowed is not None:
            borrowed, self._borrowed = self._borrowed, None
            if broken:
                borrowed.invalidate()
            else:
                self._restore(borrowed.driver_connection)
                borrowed.close()

    @abstractmethod
    def _write(
        self, connection: Any, verdicts: Sequence[Verdict], ids: list[int], now: datetime
    ) -> set[int]: ...

    def _prepare(self, connection: Any) -> None:
        """Make a borrowed connection ours."""
        connection.rollback()

    def _restore(self, connection: Any) -> None:
        """Leave it as it was lent."""
        connection.rollback()


def books(database: Database, worker: str) -> Books:
    return _SqliteBooks(database, worker) if database.is_sqlite else _PostgresBooks(database, worker)


class _SqliteBooks(Books):
    _SENT = """
        UPDATE delivery SET state = 'sent', code = ?, reply = ?, reason = '', done_at = ?,
            claimed_by = NULL, lease_until = NULL
        WHERE id = ? AND claimed_by = ? AND state = 'sending'"""
    _OTHER = """
        UPDATE delivery SET state = ?, attempt = ?, doubtful = ?, next_at = ?, done_at = ?,
            code = coalesce(?, code), reply = ?, reason = ?, claimed_by = NULL, lease_until = NULL
        WHERE id = ? AND claimed_by = ? AND state IN ('claimed', 'sending')"""
    _BEGIN = (  # put together from words of this file
        "UPDATE delivery SET state = 'sending', attempt = attempt + 1"
        " WHERE id IN (SELECT value FROM json_each(:ids)) AND "
        + _FIT.format(holder="claimed_by", worker=":worker", today=":today")
        + " RETURNING id"
    )
    _COUNT = """
        INSERT INTO progress (mailing_id, worker, sent, failed, skipped, rate) VALUES (?, ?, ?, ?, ?, 0)
        ON CONFLICT (mailing_id, worker) DO UPDATE SET
            sent = sent + excluded.sent, failed = failed + excluded.failed, skipped = skipped + excluded.skipped"""

    def _write(self, connection: Any, verdicts: Sequence[Verdict], ids: list[int], now: datetime) -> set[int]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            self._judge(connection, verdicts)
            begun: set[int] = set()
            if ids:
                named = {
                    "ids": str(ids),  # a list of numbers reads the same in JSON
                    "worker": self._worker,
                    "today": (now + FARTHEST_AHEAD).date().isoformat(),
                }
                begun = {number for (number,) in connection.execute(self._BEGIN, named).fetchall()}
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return begun

    def _judge(self, connection: Any, verdicts: Sequence[Verdict]) -> None:
        sent, other = [], []
        for v in verdicts:
            if v.state is DeliveryState.SENT:
                sent.append((v.code, v.reply, _stamp(v.done_at), v.row_id, self._worker))
            else:
                moments = (_stamp(v.next_at), _stamp(v.done_at))
                told = (v.code, v.reply, v.reason, v.row_id, self._worker)
                other.append((v.state.value, v.attempt, v.doubtful, *moments, *told))
        if sent:
            connection.executemany(self._SENT, sent)
        if other:
            connection.executemany(self._OTHER, other)
        if counts := _counts(verdicts):
            connection.executemany(self._COUNT, [(m, self._worker, *n) for m, n in counts.items()])


class _PostgresBooks(Books):
    """Each round is one statement, so one journey and one flush of the log.

    ``coalesce`` keeps the planner from looking for the few ids among all rows in hand: while
    its figures say that there are none, it takes that for the shortest way. And it is to plan once:
    planning takes three times as long as the round. Lists go as text, which costs a twentieth of
    arrays made from Python's lists.
    """

    _SENT = """
        UPDATE delivery d SET state = 'sent', code = v.code, reply = coalesce(v.reply, ''), reason = '',
            done_at = v.done_at, claimed_by = NULL, lease_until = NULL
        FROM unnest(%(sent)s::int[], %(sent_codes)s::int[], string_to_array(%(sent_replies)s, chr(31)),
            %(sent_at)s::timestamptz[]) AS v(id, code, reply, done_at)
        WHERE d.id = v.id AND coalesce(d.claimed_by, '') = %(worker)s AND d.state = 'sending'"""
    _JUDGED = """
        UPDATE delivery d SET state = v.state, attempt = v.attempt, doubtful = v.doubtful, next_at = v.next_at,
            done_at = v.done_at, code = coalesce(v.code, d.code), reply = v.reply, reason = v.reason,
            claimed_by = NULL, lease_until = NULL
        FROM unnest(%(ids)s::int[], %(states)s::text[], %(attempts)s::int[], %(doubtfuls)s::int[],
            %(nexts)s::timestamptz[], %(dones)s::timestamptz[], %(codes)s::int[], %(replies)s::text[],
            %(reasons)s::text[])
            AS v(id, state, attempt, doubtful, next_at, done_at, code, reply, reason)
        WHERE d.id = v.id AND coalesce(d.claimed_by, '') = %(worker)s AND d.state IN ('claimed', 'sending')"""
    _COUNTED = """
        INSERT INTO progress AS p (mailing_id, worker, sent, failed, skipped, rate)
        SELECT c.mailing, %(worker)s, c.sent, c.failed, c.skipped, 0
        FROM unnest(%(mailings)s::int[], %(sents)s::int[], %(faileds)s::int[], %(skippeds)s::int[])
            AS c(mailing, sent, failed, skipped)
        ON CONFLICT (mailing_id, worker) DO UPDATE SET sent = p.sent + excluded.sent,
            failed = p.failed + excluded.failed, skipped = p.skipped + excluded.skipped"""
    _BEGUN = (  # put together from words of this file
        "UPDATE delivery SET state = 'sending', attempt = attempt + 1 WHERE id = ANY(%(begin)s::int[]) AND "
        + _FIT.format(holder="coalesce(claimed_by, '')", worker="%(worker)s", today="%(today)s")
        + " RETURNING id"
    )
    _REST = f"counted AS ({_COUNTED}), begun AS ({_BEGUN}) SELECT id FROM begun"
    _ROUND = f"WITH sent AS ({_SENT}), {_REST}"
    _ROUND_WITH_OTHERS = f"WITH sent AS ({_SENT}), judged AS ({_JUDGED}), {_REST}"

    def _prepare(self, connection: Any) -> None:
        connection.rollback()
        connection.autocommit = True
        connection.execute("SET plan_cache_mode = force_generic_plan")

    def _restore(self, connection: Any) -> None:
        connection.execute("RESET plan_cache_mode")
        connection.autocommit = False

    def _write(self, connection: Any, verdicts: Sequence[Verdict], ids: list[int], now: datetime) -> set[int]:
        sent = [v for v in verdicts if v.state is DeliveryState.SENT]
        counts = _counts(verdicts)
        sums: list[tuple[int, ...]] = list(zip(*counts.values(), strict=True)) or [(), (), ()]
        facts = {
            "worker": self._worker,
            "today": (now + FARTHEST_AHEAD).date(),
            "begin": _array(ids),
            "mailings": _array(counts),
            "sents": _array(sums[0]),
            "faileds": _array(sums[1]),
            "skippeds": _array(sums[2]),
            "sent": _array(v.row_id for v in sent),
            "sent_codes": _array(v.code for v in sent),
            "sent_replies": "\x1f".join([v.reply for v in sent]),
            "sent_at": _array(f"{_stamp(v.done_at)}+00" for v in sent),
        }
        statement = self._ROUND
        if len(sent) < len(verdicts):
            statement = self._ROUND_WITH_OTHERS
            facts |= _columns([v for v in verdicts if v.state is not DeliveryState.SENT])
        return {number for (number,) in connection.execute(statement, facts).fetchall()}


def _array(values: Iterable[object]) -> str:
    """Numbers or moments as PostgreSQL reads an array of them."""
    return f"{{{','.join(map(str, values))}}}"


def _columns(verdicts: Sequence[Verdict]) -> dict[str, list[Any]]:
    return {
        "ids": [v.row_id for v in verdicts],
        "states": [v.state.value for v in verdicts],
        "attempts": [v.attempt for v in verdicts],
        "doubtfuls": [v.doubtful for v in verdicts],
        "nexts": [v.next_at for v in verdicts],
        "dones": [v.done_at for v in verdicts],
        "codes": [v.code for v in verdicts],
        "replies": [v.reply for v in verdicts],
        "reasons": [v.reason for v in verdicts],
    }


def _counts(verdicts: Iterable[Verdict]) -> dict[int, list[int]]:
    """By mailing, how many of its rows came to their end as sent, failed, skipped."""
    counts: dict[int, list[int]] = {}
    for verdict in verdicts:
        place = _COUNTED.get(verdict.state)
        if place is not None and verdict.mailing_id is not None:
            counts.setdefault(verdict.mailing_id, [0, 0, 0])[place] += 1
    return counts


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)

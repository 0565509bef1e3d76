"""Counts and rates of delivery.

Looking at a mailing counted all its rows, and every claim looked through the rows of mailings
that were held back. What comes to its end is now added up as it is written (``progress``), due
rows are found by mailing, and rates that hold over all workers have a row of their own
(``bucket``). No index looks at ``state`` any more: it changes twice with every letter.

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

OLD_DUE = "state IN ('queued', 'deferred')"
OLD_OPEN = "state IN ('queued', 'claimed', 'sending', 'deferred', 'held')"
OLD_LIVE = "state IN ('claimed', 'sending')"


def upgrade() -> None:
    op.create_table(
        "progress",
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Double(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailing.id"], name="fk_progress_mailing_id_mailing", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailing_id", "worker", name="pk_progress"),
    )
    op.create_table(
        "bucket",
        sa.Column("name", sa.String(length=260), nullable=False),
        sa.Column("free_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_bucket"),
    )
    op.execute(
        sa.text("""
            INSERT INTO progress (mailing_id, worker, sent, failed, skipped, rate)
            SELECT mailing_id, '',
                sum(CASE state WHEN 'sent' THEN 1 ELSE 0 END),
                sum(CASE state WHEN 'failed' THEN 1 ELSE 0 END),
                sum(CASE state WHEN 'skipped' THEN 1 ELSE 0 END), 0
            FROM delivery WHERE mailing_id IS NOT NULL GROUP BY mailing_id
        """)
    )
    for name in ("due", "open", "live"):
        op.drop_index(f"ix_delivery_{name}", "delivery")
    _index("ix_delivery_due", ["mailing_id", "next_at", "id"], "claimed_by IS NULL AND done_at IS NULL")
    _index("ix_delivery_unsent", ["mailing_id"], "code >= 400 OR reason <> ''")
    _index("ix_delivery_live", ["claimed_by"], "claimed_by IS NOT NULL")
    _leave_room(70)


def downgrade() -> None:
    _leave_room(100)
    for name in ("live", "unsent", "due"):
        op.drop_index(f"ix_delivery_{name}", "delivery")
    _index("ix_delivery_due", ["next_at", "id"], OLD_DUE)
    _index("ix_delivery_open", ["mailing_id"], OLD_OPEN)
    _index("ix_delivery_live", ["claimed_by"], OLD_LIVE)
    op.drop_table("bucket")
    op.drop_table("progress")


def _leave_room(percent: int) -> None:
    """PostgreSQL writes a changed row beside the old one: with room on its page no index hears of it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(f"ALTER TABLE delivery SET (fillfactor = {percent:d})"))


def _index(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "delivery", columns, sqlite_where=where, postgresql_where=where)

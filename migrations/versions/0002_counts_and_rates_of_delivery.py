"""Counts and rates of delivery.

Looking at a mailing counted all its rows, and every claim looked through the rows of mailings
that were held back. What comes to its end is now added up as it is written (``progress``), due
rows are found by mailing, and rates that hold over all workers have a row of their own (``bucket``).

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

DUE = "state IN ('queued', 'deferred')"
UNSENT = "state IN ('deferred', 'held', 'failed', 'skipped')"
OPEN = "state IN ('queued', 'claimed', 'sending', 'deferred', 'held')"


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
    op.drop_index("ix_delivery_due", "delivery")
    op.drop_index("ix_delivery_open", "delivery")
    _index("ix_delivery_due", ["mailing_id", "next_at", "id"], DUE)
    _index("ix_delivery_unsent", ["mailing_id", "state"], UNSENT)


def downgrade() -> None:
    op.drop_index("ix_delivery_unsent", "delivery")
    op.drop_index("ix_delivery_due", "delivery")
    _index("ix_delivery_due", ["next_at", "id"], DUE)
    _index("ix_delivery_open", ["mailing_id"], OPEN)
    op.drop_table("bucket")
    op.drop_table("progress")


def _index(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "delivery", columns, sqlite_where=where, postgresql_where=where)

"""Seats at one event.

Nobody could register for a single dialogue. A registration is one person's seat, or her wish for one;
an event keeps what its organisers ask those who register, and a letter about a seat points at it.

Revision: 0012
Follows: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("attendance", sa.String(24), nullable=False),
        sa.Column("waitlisted_at", moment, nullable=True),
        sa.Column("lapses_at", moment, nullable=True),
        sa.Column("request", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("wording", sa.String(40), nullable=False),
        sa.Column("requested_at", moment, nullable=False),
        sa.Column("confirmed_at", moment, nullable=True),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.Column("withdrawals", sa.Integer(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("checked_in_at", moment, nullable=True),
        sa.Column("owed", sa.String(24), nullable=True),
        sa.Column("owed_number", sa.Integer(), nullable=False),
        sa.Column("repeated_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_registration_event_id_event", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_registration_person_id_person", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sa.UniqueConstraint("event_id", "person_id", name="uq_registration_event_id_person_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_registration_event_id_id", "registration", ["event_id", "id"])
    op.create_index("ix_registration_person_id", "registration", ["person_id"])
    _index_where("ix_registration_waiting", "event_id", "waitlisted_at IS NOT NULL")
    _index_where("ix_registration_lapsing", "lapses_at", "lapses_at IS NOT NULL")
    _index_where("ix_registration_owed", "owed", "owed IS NOT NULL")
    # Added in place: to rebuild the tables would lose that their ids are never given again.
    op.add_column("event", sa.Column("asked", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("delivery", sa.Column("registration_id", sa.Integer(), nullable=True))
    op.create_index("ix_delivery_registration_id", "delivery", ["registration_id"])


def downgrade() -> None:
    op.drop_index("ix_delivery_registration_id", "delivery")
    op.drop_column("delivery", "registration_id")
    op.drop_column("event", "asked")
    op.drop_table("registration")


def _index_where(name: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "registration", [column], sqlite_where=where, postgresql_where=where)

"""Roles at the desk, and who did what there.

Everybody who could sign in could do everything there was, which was little. Who is known already
stays an owner; what is done from now on is written down.

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Added in place, default and all: to rebuild the table would lose that its ids are never given again.
    op.add_column("organiser", sa.Column("name", sa.String(length=200), nullable=False, server_default=""))
    op.add_column(
        "organiser", sa.Column("role", sa.String(length=24), nullable=False, server_default="owner")
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("series", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organiser_id"],
            ["organiser.id"],
            name="fk_audit_entry_organiser_id_organiser",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    for column in ("at", "organiser_id", "series"):
        op.create_index(f"ix_audit_entry_{column}", "audit_entry", [column])


def downgrade() -> None:
    op.drop_table("audit_entry")
    op.drop_column("organiser", "role")
    op.drop_column("organiser", "name")

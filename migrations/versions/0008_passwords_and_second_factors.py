"""Passwords, second factors, invitations, and sessions one can tell apart.

Whoever could sign in so far did so by a mailed link: she has joined, has no password and no second
factor. Sessions that are open stay open; they count as begun by a link, long ago.

Revision: 0008
Follows: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Added in place, default and all: to rebuild these tables would lose that their ids are never given again.
    op.add_column("organiser", sa.Column("joined_at", INSTANT, nullable=True))
    op.add_column("organiser", sa.Column("seen_at", INSTANT, nullable=True))
    op.add_column("organiser", sa.Column("password_hash", sa.String(200), nullable=False, server_default=""))
    op.add_column("organiser", sa.Column("password_set_at", INSTANT, nullable=True))
    op.add_column("organiser", sa.Column("factor_salt", sa.String(64), nullable=False, server_default=""))
    op.add_column("organiser", sa.Column("factor_confirmed_at", INSTANT, nullable=True))
    op.add_column("organiser", sa.Column("factor_step", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("organiser", sa.Column("epoch", sa.Integer(), nullable=False, server_default="0"))
    op.execute(sa.text("UPDATE organiser SET joined_at = created_at"))
    op.add_column(
        "sign_in_link", sa.Column("invites", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organiser_id"],
            ["organiser.id"],
            name="fk_recovery_code_organiser_id_organiser",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
        sa.UniqueConstraint("organiser_id", "code_hash", name="uq_recovery_code_organiser_id_code_hash"),
    )
    _tell_sessions_apart()


def _tell_sessions_apart() -> None:
    op.add_column("desk_session", sa.Column("seen_at", INSTANT, nullable=True))
    op.add_column("desk_session", sa.Column("came_by", sa.String(16), nullable=False, server_default="link"))
    op.add_column("desk_session", sa.Column("epoch", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("desk_session", sa.Column("device", sa.String(80), nullable=False, server_default=""))
    op.add_column(
        "desk_session", sa.Column("awaits_code", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(sa.text("UPDATE desk_session SET seen_at = started_at"))
    with op.batch_alter_table("desk_session") as table:
        table.alter_column("seen_at", existing_type=INSTANT, nullable=False)


def downgrade() -> None:
    for column in ("awaits_code", "device", "epoch", "came_by", "seen_at"):
        op.drop_column("desk_session", column)
    op.drop_table("recovery_code")
    op.drop_column("sign_in_link", "invites")
    for column in (
        "epoch", "factor_step", "factor_confirmed_at", "factor_salt", "password_set_at", "password_hash", "seen_at", "joined_at"
    ):  # fmt: skip
        op.drop_column("organiser", column)

"""Messages are drafted first.

A message was written and sent in one step, to everybody. A draft has an author, an audience and
an edition; a series may ask that somebody else than its author lets it go.

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # Added in place: to rebuild the tables would lose that their ids are never given again.
    op.add_column(
        "series", sa.Column("second_release", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("mailing", sa.Column("audience", sa.String(24), nullable=False, server_default="everybody"))
    op.add_column("mailing", sa.Column("audience_language", sa.String(8), nullable=False, server_default=""))
    op.add_column(
        "mailing", sa.Column("with_calendar", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("mailing", sa.Column("edition", sa.Integer(), nullable=False, server_default="0"))
    for column in ("author_id", "releaser_id"):  # organisers are disabled, never deleted: nothing to cascade
        op.execute(
            sa.text(
                f"ALTER TABLE mailing ADD COLUMN {column} INTEGER "
                f"CONSTRAINT fk_mailing_{column}_organiser REFERENCES organiser (id)"
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("mailing") as mailing:
        for column in ("author_id", "releaser_id"):
            mailing.drop_constraint(f"fk_mailing_{column}_organiser", type_="foreignkey")
            mailing.drop_column(column)
        for column in ("edition", "with_calendar", "audience_language", "audience"):
            mailing.drop_column(column)
    op.drop_column("series", "second_release")

"""Files of a series: pictures of speakers, documents to download.

Names that stand in speakers and materials stay: they lead to a file as soon as one of that name is handed in.

Revision: 0010
Follows: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Added in place: to rebuild the table would lose nothing here, but costs more.
    op.add_column("speaker", sa.Column("picture_text", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("extension", sa.String(length=8), nullable=False),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("unused_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_stored_file_series_id_series", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stored_file"),
        sa.UniqueConstraint("series_id", "name", name="uq_stored_file_series_id_name"),
    )
    op.create_index("ix_stored_file_digest", "stored_file", ["digest"])


def downgrade() -> None:
    op.drop_table("stored_file")
    op.drop_column("speaker", "picture_text")

"""What those with a seat know.

Whoever has a seat must hear when the dialogue moves, once, whether or not she is on the list. A registration
remembers which revision of its event the last letter about it spoke of; for those that are there it is today's.

Revision: 0015
Follows: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("registration", sa.Column("told_revision", sa.Integer(), nullable=True))
    op.execute(
        sa.text("""
            UPDATE registration SET told_revision = (
                SELECT event.revision FROM event WHERE event.id = registration.event_id
            )
            WHERE confirmed_at IS NOT NULL
        """)
    )


def downgrade() -> None:
    op.drop_column("registration", "told_revision")

"""Languages of mailings.

How many letters of a mailing were written in which language was only to be had by counting them
all. It is counted once, when a mailing opens; of those that opened before it is counted here.

Revision: 0006
Follows: 0005
"""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    # Added in place, default and all: to rebuild the table would lose that its ids are never given again.
    op.add_column("mailing", sa.Column("languages", sa.JSON(), nullable=False, server_default="{}"))
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    rows = op.get_bind().execute(
        sa.text(
            "SELECT mailing_id, language, count(*) FROM delivery "
            "WHERE mailing_id IS NOT NULL GROUP BY mailing_id, language"
        )
    )
    for mailing_id, language, count in rows:
        counted[mailing_id][language] = count
    for mailing_id, languages in counted.items():
        change = sa.text("UPDATE mailing SET languages = :languages WHERE id = :mailing").bindparams(
            sa.bindparam("languages", type_=sa.JSON()), mailing=mailing_id
        )
        op.get_bind().execute(change, {"languages": languages})


def downgrade() -> None:
    op.drop_column("mailing", "languages")

"""People are found by how their address or name begins, and an uploaded list waits to be confirmed.

A search over a hundred thousand people must not read them all: what is sought stands in columns of
its own, in the order of code points, each with its index. Lists are paged by the subscription's id,
so the indexes end with it.

Revision: 0007
Follows: 0006
"""

from __future__ import annotations

from unicodedata import category, normalize

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

AT_ONCE = 5_000

PERSON = sa.table(
    "person",
    sa.column("id", sa.Integer),
    sa.column("name", sa.String),
    sa.column("name_key", sa.String),
    sa.column("turned_key", sa.String),
)


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    ordered = sa.String(length=100, collation="C" if on_postgresql else None)
    # Added in place, default and all: to rebuild the table would lose that its ids are never given again.
    for column in ("name_key", "turned_key"):
        op.add_column("person", sa.Column(column, ordered, nullable=False, server_default=""))
    if on_postgresql:
        op.alter_column(
            "person", "mailbox", type_=sa.String(length=254, collation="C"), existing_nullable=False
        )
    _fill()
    for column in ("name_key", "turned_key"):
        op.create_index(f"ix_person_{column}", "person", [column])
    op.create_index("ix_subscription_series_id_state_id", "subscription", ["series_id", "state", "id"])
    op.create_index("ix_subscription_series_id_id", "subscription", ["series_id", "id"])
    op.drop_index("ix_subscription_series_id_state", "subscription")
    op.create_table(
        "held_list",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column("judgement", sa.JSON(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_held_list_series_id_series", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_held_list"),
    )
    op.create_index("ix_held_list_series_id", "held_list", ["series_id"])
    op.create_index("ix_held_list_ends_at", "held_list", ["ends_at"])


def downgrade() -> None:
    op.drop_table("held_list")
    op.create_index("ix_subscription_series_id_state", "subscription", ["series_id", "state"])
    op.drop_index("ix_subscription_series_id_id", "subscription")
    op.drop_index("ix_subscription_series_id_state_id", "subscription")
    for column in ("name_key", "turned_key"):
        op.drop_index(f"ix_person_{column}", "person")
        op.drop_column("person", column)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "person",
            "mailbox",
            type_=sa.String(length=254),
            existing_nullable=False,
            postgresql_using='mailbox COLLATE "default"',
        )


def _fill() -> None:
    connection, after = op.get_bind(), 0
    named = sa.select(PERSON.c.id, PERSON.c.name).where(PERSON.c.name != "").order_by(PERSON.c.id)
    kept = (
        sa.update(PERSON)
        .where(PERSON.c.id == sa.bindparam("number"))
        .values(name_key=sa.bindparam("plain"), turned_key=sa.bindparam("turned"))
    )
    while rows := connection.execute(named.where(PERSON.c.id > after).limit(AT_ONCE)).all():
        connection.execute(kept, [{"number": number} | _keys(name) for number, name in rows])
        after = rows[-1][0]


def _keys(name: str) -> dict[str, str]:
    """What `mailer.people` made of a name when this was written."""
    seen = "".join(sign for sign in normalize("NFKC", name) if category(sign) not in ("Cf", "Cc", "Cs"))
    plain = " ".join(seen.casefold().replace(",", " ").split())[:100]
    before, _, last = plain.rpartition(" ")
    return {"plain": plain, "turned": f"{last} {before}".strip()}

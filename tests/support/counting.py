"""How many queries something takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer.core.db import Database


@contextmanager
def queries(asked: Session | Database) -> Iterator[list[str]]:
    """The statements that are run meanwhile, in their order."""
    engine = asked.engine if isinstance(asked, Database) else asked.get_bind().engine
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)

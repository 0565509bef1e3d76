"""One row for each file of a series: what it is; the bytes lie on the shelf."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mailer.core.db import Base
from mailer.media.pictures import WIDTHS, scaled
from mailer.series import SeriesId

LONGEST_NAME = 120


class MediaKind(enum.StrEnum):
    PICTURE = "picture"  # of a speaker
    LOGO = "logo"  # of the series
    MATERIAL = "material"  # to download
    BUNDLE = "bundle"  # a whole series on its way in: lies by until somebody says yes


class StoredFile(Base):
    """A file under the name by which the series calls it. The name leads to one content for ever: another gets another."""

    __tablename__ = "stored_file"
    __table_args__ = (UniqueConstraint("series_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[SeriesId | None] = mapped_column(ForeignKey("series.id", ondelete="SET NULL"))
    """Absent for a bundle, and once its series is deleted: then it only waits to be tidied away."""
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    kind: Mapped[MediaKind]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of the bytes as they are kept, in hexadecimal: their name on the shelf and in addresses."""
    extension: Mapped[str] = mapped_column(String(8))
    """What the content is: ``jpg``, ``pdf``."""
    byte_count: Mapped[int]
    width: Mapped[int | None]
    """Pixels, as is ``height``; absent for what is no picture."""
    height: Mapped[int | None]
    added_at: Mapped[datetime]
    unused_at: Mapped[datetime | None]
    """Since when nothing of the series names it; absent while something does."""

    @property
    def smaller(self) -> tuple[tuple[int, int], ...]:
        """Width and height of the smaller pictures that lie beside this one."""
        if self.kind not in (MediaKind.PICTURE, MediaKind.LOGO) or self.width is None or self.height is None:
            return ()
        return tuple((to, scaled(self.height, self.width, to)) for to in WIDTHS if to < self.width)

    def ending(self, width: int | None = None) -> str:
        """What the file on the shelf ends in: itself, or the smaller one of that width."""
        return self.extension if width is None else f"{width}.webp"

"""Who pays for a series, to be named with their logos."""

from __future__ import annotations

from dataclasses import dataclass

MOST_FUNDERS = 12


@dataclass(frozen=True)
class Funder:
    """An office or a foundation, by the name it is to be called."""

    name: str
    logo: str = ""
    """The name of a file, as a speaker's picture has one; empty where only the name is told."""
    url: str = ""
    """Where its logo leads; empty for nowhere."""

    def as_json(self) -> dict[str, str]:
        return {"name": self.name, "logo": self.logo, "url": self.url}

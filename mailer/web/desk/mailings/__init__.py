"""The desk's pages about mailings: written, looked at, let go, watched."""

from mailer.web.desk.mailings import (  # noqa: F401  # each adds its views to the blueprint
    acting,
    by_hand,
    copying,
    letting_go,
    listing,
    looking,
    reporting,
    watching,
    writing,
)
from mailer.web.desk.mailings.entrance import bp

__all__ = ["bp"]

"""What other programs may ask the house and tell it, as JSON: described by the document it serves itself."""

from flask import Blueprint

from mailer.web.api import describing, reading, subscribing
from mailer.web.api.sharing import set_up

BLUEPRINTS: tuple[Blueprint, ...] = (reading.bp, subscribing.bp, describing.bp)

__all__ = ["BLUEPRINTS", "set_up"]

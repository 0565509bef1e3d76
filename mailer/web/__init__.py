"""The pages: what guests, organisers and mail programs see."""

from mailer.web.assembly import register

__all__ = ["register"]

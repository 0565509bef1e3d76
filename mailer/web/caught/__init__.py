"""The mails that the catcher of a development machine kept; never registered anywhere else."""

from mailer.web.caught.pages import bp

__all__ = ["bp"]

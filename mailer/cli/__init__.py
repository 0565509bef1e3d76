"""The command line: flask <noun> <verb>."""

from flask import Flask

from mailer.cli import (
    database,
    demo,
    mailings,
    organisers,
    privacy,
    rehearse,
    sending,
    series,
    subscribers,
    worker,
)

__all__ = ["register", "sending"]


def register(app: Flask) -> None:
    """Hang every command under `flask`."""
    for group in (database, series, subscribers, mailings, organisers, privacy):
        app.cli.add_command(group.group)
    for command in (worker.worker, rehearse.rehearse, demo.demo):
        app.cli.add_command(command)

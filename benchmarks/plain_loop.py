"""What somebody writes on an afternoon: Flask-Mail, one connection, one letter after the other. The reference.

An ordinary program, and one without burdens of ours: its templates are finished pages in which three
values are filled in, the calendar file is made once, and it keeps no record of what it sent.
It runs as ``python -m benchmarks.plain_loop DATABASE DIRECTORY LIMIT``.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from pathlib import Path

import flask_mail
from flask import Flask, render_template
from itsdangerous import URLSafeSerializer

from benchmarks.houses import BASE_URL, SECRET
from benchmarks.processes import ours, plain_environment
from benchmarks.samples import Sample


def write_templates(sample: Sample, directory: Path) -> None:
    """Put down what the program needs: two templates, a subject, a calendar file."""
    directory.mkdir(exist_ok=True)
    (directory / "reminder.txt").write_text(sample.text, encoding="utf-8")
    (directory / "reminder.html").write_text(sample.html, encoding="utf-8")
    (directory / "subject.txt").write_text(sample.subject, encoding="utf-8")
    (directory / "event.ics").write_bytes(sample.calendar)


def rate(database: str, directory: Path, *, port: int, mails: int, patience: float) -> float:
    """Let the program write to the first ``mails`` people of a database on SQLite; letters a second."""
    command = ["benchmarks.plain_loop", database, str(directory), str(mails)]
    said = ours(command, plain_environment() | {"MAIL_PORT": str(port)}, patience=patience)
    return mails / float(json.loads(said)["seconds"])


def main() -> None:
    database, directory, limit = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    app = Flask("plain_loop", template_folder=str(directory))
    app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=int(os.environ["MAIL_PORT"]))
    mail = flask_mail.Mail(app)
    signer = URLSafeSerializer(SECRET)
    with app.app_context():
        started = time.perf_counter()
        send_reminders(mail, signer, sqlite3.connect(database), directory, limit)
        print(json.dumps({"seconds": time.perf_counter() - started}))


def send_reminders(
    mail: flask_mail.Mail,
    signer: URLSafeSerializer,
    database: sqlite3.Connection,
    directory: Path,
    limit: int,
) -> None:
    """The loop."""
    subject = (directory / "subject.txt").read_text("utf-8")
    calendar = (directory / "event.ics").read_bytes()
    people = database.execute("SELECT id, name, address FROM person ORDER BY id LIMIT ?", (limit,))
    with mail.connect() as connection:
        for number, name, address in people:
            values = {
                "name": name,
                "unsubscribe": f"{BASE_URL}/unsubscribe/{signer.dumps(['leave', number])}",
                "manage": f"{BASE_URL}/manage/{signer.dumps(['manage', number])}",
            }
            message = flask_mail.Message(
                subject=subject,
                sender=("Netzwerk Zukunftsorte", "dialog@example.org"),
                recipients=[(name, address)],
                body=render_template("reminder.txt", **values),
                html=render_template("reminder.html", **values),
                extra_headers={"List-Unsubscribe": f"<{values['unsubscribe']}>"},
            )
            message.attach("termin.ics", "text/calendar", calendar)
            connection.send(message)


if __name__ == "__main__":
    main()

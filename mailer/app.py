"""Puts the house together: parts from the settings, doors onto the parts."""

from __future__ import annotations

import socket
from email.utils import parseaddr
from urllib.parse import urlsplit

import flask_mail
from flask import Flask

from config import ROOT, Config
from mailer import cli
from mailer.context import Parts
from mailer.core import log
from mailer.core.addresses import pseudonyms
from mailer.core.clock import utcnow
from mailer.core.db import Database
from mailer.core.together import Together
from mailer.core.tokens import Links
from mailer.delivery import Composer, Manner, Transport
from mailer.media import Shelf


def create_app(config: Config, *, with_pages: bool = True) -> Flask:
    """The application for a web server and for the command line. It opens no connection by itself."""
    log.set_up(config.log_format)
    app = Flask(
        "mailer", instance_path=str(config.instance.resolve()), template_folder=str(ROOT / "templates")
    )
    links, database = Links(config.secret_key), Database(config.database_url)
    app.config.update(
        SECRET_KEY=links.key("session"),
        MAIL_SERVER=config.mail_server,
        MAIL_PORT=config.mail_port,
        MAIL_USE_TLS=config.mail_use_tls,
        MAIL_USE_SSL=config.mail_use_ssl,
        MAIL_USERNAME=config.mail_username,
        MAIL_PASSWORD=config.mail_password,
        MAIL_DEFAULT_SENDER=config.mail_default_sender,
        MAIL_SUPPRESS_SEND=False,
    )
    app.extensions["zeitnah"] = Parts(
        config=config,
        database=database,
        together=Together(database),
        links=links,
        pseudonym=pseudonyms(links.key("pseudonym")),
        composer=Composer(
            base_url=config.base_url,
            links=links,
            default_sender=config.mail_default_sender,
            return_path_domain=config.return_path_domain,
            unsubscribe_mailbox=config.unsubscribe_mailbox,
        ),
        transport=Transport(
            flask_mail.Mail(app),
            timeout=config.mail_timeout,
            host_name=_host_name(config),
            connections=config.mail_connections,
        ),
        manner=Manner(
            config.mail_rate,
            config.mail_rate_per_domain,
            shared=config.task_engine == "procrastinate",
            hold=config.in_doubt == "hold",
        ),
        shelf=Shelf(config.media_dir),
        now=utcnow,
    )
    if with_pages:
        from mailer import web

        web.register(app)
    cli.register(app)
    return app


def _host_name(config: Config) -> str:
    """What we call ourselves to the relay: our public name, so that no look-up of our own can hang."""
    host = urlsplit(config.base_url).hostname or ""
    domain = parseaddr(config.mail_default_sender)[1].rpartition("@")[2]
    return host if "." in host and not host.replace(".", "").isdigit() else domain or socket.gethostname()

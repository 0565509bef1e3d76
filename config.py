"""What the house is told from outside: one frozen record, read from the environment once."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent

SHORTEST_SECRET = 32
"""Characters a production SECRET_KEY must have: links are signed with it for ever."""


class BadSetting(ValueError):
    """A variable of the environment cannot be used; the sentence names it and says what it should be."""


@dataclass(frozen=True)
class Config:
    """The settings of one running house. The README lists every variable with its default."""

    instance: Path
    environment: Literal["production", "development"]
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    base_url: str
    mail_server: str
    mail_port: int
    mail_use_tls: bool
    mail_use_ssl: bool
    mail_username: str | None
    mail_password: str | None = field(repr=False)
    mail_default_sender: str
    mail_timeout: int
    mail_connections: int
    mail_rate: float
    """Letters a second over all workers; 0 is no limit."""
    mail_rate_per_domain: float
    """The same for each recipient domain."""
    task_engine: Literal["embedded", "procrastinate"]
    """Whether one worker sends by itself, or all on one PostgreSQL share the sending (decision 17)."""
    in_doubt: Literal["resend", "hold"]
    """What becomes of a letter when nobody can know whether the relay took it."""
    return_path_domain: str | None
    unsubscribe_mailbox: str | None
    bounce_imap_url: str | None = field(repr=False)
    """Where returned mail is read from: ``imaps://user:password@host/INBOX``."""
    dkim_selector: str
    """Under which name the relay's key is published; empty to try the usual ones. Only the system check asks."""
    dns_server: str
    """``host:port`` of the name server that the system check asks; empty for the machine's own."""
    trusted_proxies: int
    quiet_minutes: int
    tick_seconds: float
    ratelimit_enabled: bool
    web_concurrency: int
    log_format: Literal["text", "json"]
    media_dir: Path
    """Where pictures and documents lie; every process of the house must see the same folder."""

    @property
    def in_development(self) -> bool:
        return self.environment == "development"

    @property
    def is_public(self) -> bool:
        """Whether links are https: only then may one-click unsubscribing be offered (RFC 8058 section 3.1)."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Read the settings.

        Raises BadSetting with one sentence that names the variable.
        """
        env = _Variables(os.environ if environ is None else environ)
        instance = Path(env.text("INSTANCE_DIR", str(ROOT / "instance")))
        environment = env.one_of("ENVIRONMENT", "production", ("production", "development"))
        development = environment == "development"
        base_url = env.url("BASE_URL", "http://127.0.0.1:8000")
        database_url = _database_url(env, instance)
        config = cls(
            instance=instance,
            environment="development" if development else "production",
            database_url=database_url,
            secret_key=_secret_key(env, instance, development=development),
            base_url=base_url,
            mail_server=env.text("MAIL_SERVER", "localhost"),
            mail_port=env.number("MAIL_PORT", 25, least=1, most=65535),
            mail_use_tls=env.flag("MAIL_USE_TLS", default=False),
            mail_use_ssl=env.flag("MAIL_USE_SSL", default=False),
            mail_username=env.text("MAIL_USERNAME", "") or None,
            mail_password=env.text("MAIL_PASSWORD", "") or None,
            mail_default_sender=_sender(env, base_url),
            mail_timeout=env.number("MAIL_TIMEOUT", 30, least=1),
            mail_connections=env.number("MAIL_CONNECTIONS", 4, least=1, most=500),
            mail_rate=env.rate("MAIL_RATE"),
            mail_rate_per_domain=env.rate("MAIL_RATE_PER_DOMAIN"),
            task_engine=_task_engine(env, database_url),
            in_doubt="hold" if env.one_of("IN_DOUBT", "resend", ("resend", "hold")) == "hold" else "resend",
            return_path_domain=env.like(
                "RETURN_PATH_DOMAIN", r"(?ai)[a-z0-9-]+(\.[a-z0-9-]+)*", "a domain like bounce.example.org"
            ).lower()
            or None,
            unsubscribe_mailbox=env.like(
                "UNSUBSCRIBE_MAILBOX", r"[^\s@<>,]+@[^\s@<>,]+", "an address like leave@example.org"
            )
            or None,
            bounce_imap_url=_imap(env),
            dkim_selector=env.like(
                "DKIM_SELECTOR", r"(?ai)[a-z0-9_-]+(\.[a-z0-9_-]+)*", "a name like mail2026"
            ).lower(),
            dns_server=env.like(
                "DNS_SERVER", r"[0-9a-f.:]+:[0-9]{1,5}", "an address with a port like 127.0.0.1:53"
            ),
            trusted_proxies=env.number("TRUSTED_PROXIES", 0, most=10),
            quiet_minutes=env.number("QUIET_MINUTES", 15),
            tick_seconds=env.seconds("TICK_SECONDS", 1.0),
            ratelimit_enabled=env.flag("RATELIMIT_ENABLED", default=True),
            web_concurrency=env.number("WEB_CONCURRENCY", 1, least=1, most=64),
            log_format="json" if env.one_of("LOG_FORMAT", "text", ("text", "json")) == "json" else "text",
            media_dir=Path(env.text("MEDIA_DIR", str(instance / "media"))),
        )
        _refuse_contradictions(config)
        return config


class _Variables:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def text(self, name: str, default: str) -> str:
        value = self.environ.get(name, "").strip() or default
        if any(ord(c) < 32 for c in value):
            raise BadSetting(f"{name} holds a control character.")
        return value

    def number(self, name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
        value = self.text(name, str(default))
        if not re.fullmatch("[0-9]{1,10}", value) or not least <= int(value) <= most:
            raise BadSetting(f"{name} must be a whole number from {least} to {most}, not “{value}”.")
        return int(value)

    def seconds(self, name: str, default: float) -> float:
        value = self.text(name, str(default))
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1.0
        if not 0.05 <= seconds <= 3600:
            raise BadSetting(f"{name} must be seconds from 0.05 to 3600, not “{value}”.")
        return seconds

    def rate(self, name: str) -> float:
        value = self.text(name, "0")
        try:
            rate = float(value)
        except ValueError:
            rate = -1.0
        if not (rate == 0 or 0.001 <= rate <= 1_000_000):
            raise BadSetting(f"{name} must be letters a second from 0.001, or 0 for no limit, not “{value}”.")
        return rate

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name, "1" if default else "0").lower()
        if value not in ("1", "0", "true", "false", "yes", "no", "on", "off"):
            raise BadSetting(f"{name} must be 1 or 0, not “{value}”.")
        return value in ("1", "true", "yes", "on")

    def one_of(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise BadSetting(f"{name} must be {' or '.join(allowed)}, not “{value}”.")
        return value

    def like(self, name: str, pattern: str, what: str) -> str:
        """Empty where it is not set."""
        value = self.text(name, "")
        if value and not re.fullmatch(pattern, value):
            raise BadSetting(f"{name} must be {what}, not “{value}”.")
        return value

    def url(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not parts.path
        except ValueError:  # brackets that do not match, a port that is none
            good = False
        if not good or re.search(r"[\s?#@]", value):
            raise BadSetting(f"{name} must be an address like https://example.org, not “{value}”.")
        return value


def _database_url(env: _Variables, instance: Path) -> str:
    url = env.text("DATABASE_URL", f"sqlite:///{instance / 'mailer.db'}")
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            url = "postgresql+psycopg://" + url.removeprefix(short)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL must start with sqlite:/// or postgresql+psycopg://.")
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        raise BadSetting(
            "DATABASE_URL is no address of a database; a sign in its password may need %XX."
        ) from None
    return url


def _secret_key(env: _Variables, instance: Path, *, development: bool) -> str:
    given = env.text("SECRET_KEY", "")
    if given:
        if len(given) < SHORTEST_SECRET and not development:
            raise BadSetting(f"SECRET_KEY must have at least {SHORTEST_SECRET} characters.")
        return given
    path = instance / "secret_key"
    try:
        kept = _kept_secret(path)
    except (OSError, UnicodeError) as problem:
        raise BadSetting(f"SECRET_KEY is not set, and {path} cannot be used: {problem}.") from problem
    if len(kept) < SHORTEST_SECRET:
        raise BadSetting(f"SECRET_KEY is not set, and {path} is damaged: restore it from a backup.")
    return kept


def _kept_secret(path: Path) -> str:
    """Read the key made at the first start; of two processes starting at once, one makes it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, fresh = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # mode 0600
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
        finally:
            os.unlink(fresh)
    return path.read_text("ascii").strip()


def _task_engine(env: _Variables, database_url: str) -> Literal["embedded", "procrastinate"]:
    on_sqlite = database_url.startswith("sqlite")
    default = "embedded" if on_sqlite else "procrastinate"
    shares = env.one_of("TASK_ENGINE", default, ("embedded", "procrastinate")) == "procrastinate"
    if shares and on_sqlite:
        raise BadSetting(
            "TASK_ENGINE=procrastinate shares the sending among machines and needs PostgreSQL:"
            " set DATABASE_URL, or TASK_ENGINE=embedded."
        )
    return "procrastinate" if shares else "embedded"


def _sender(env: _Variables, base_url: str) -> str:
    host = urlsplit(base_url).hostname or "localhost"
    fallback = f"Zeitnah <noreply@{'localhost' if host.replace('.', '').isdigit() else host}>"
    given = env.text("MAIL_DEFAULT_SENDER", fallback)
    local, _, domain = parseaddr(given)[1].rpartition("@")
    if not local or not domain:
        raise BadSetting(
            f"MAIL_DEFAULT_SENDER must be an address like Name <mail@example.org>, not “{given}”."
        )
    return given


def _imap(env: _Variables) -> str | None:
    """The sentence must not repeat what was given: a password stands in it."""
    given = env.text("BOUNCE_IMAP_URL", "")
    try:
        there = urlsplit(given)
        named = there.hostname and there.username and there.password and there.port != 0
    except ValueError:  # brackets that do not match, a port that is none
        named = None
    if given and not (named and re.fullmatch(r"imaps?://[!-~]+", given) and not there.query + there.fragment):
        raise BadSetting(
            "BOUNCE_IMAP_URL must be an address like imaps://user:password@mail.example.org/INBOX;"
            " a sign in name or password may need %XX."
        )
    return given or None


def _refuse_contradictions(config: Config) -> None:
    if config.mail_use_tls and config.mail_use_ssl:
        raise BadSetting("MAIL_USE_TLS and MAIL_USE_SSL exclude each other: set the one your relay asks for.")
    if not config.ratelimit_enabled and not config.in_development:
        raise BadSetting("RATELIMIT_ENABLED=0 is for tests only; it needs ENVIRONMENT=development.")

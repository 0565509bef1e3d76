"""Settings: every default is the documented one, and a bad value names its variable."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from config import ROOT, SHORTEST_SECRET, BadSetting, Config

SECRET = "a secret for tests, long enough for production"


def test_without_settings_everything_has_its_documented_default(tmp_path: Path) -> None:
    config = read(tmp_path)

    assert asdict(config) | {"secret_key": "…"} == {
        "instance": tmp_path / "instance",
        "environment": "production",
        "database_url": f"sqlite:///{tmp_path / 'instance' / 'mailer.db'}",
        "secret_key": "…",
        "base_url": "http://127.0.0.1:8000",
        "mail_server": "localhost",
        "mail_port": 25,
        "mail_use_tls": False,
        "mail_use_ssl": False,
        "mail_username": None,
        "mail_password": None,
        "mail_default_sender": "Zeitnah <noreply@localhost>",
        "mail_timeout": 30,
        "mail_connections": 4,
        "mail_rate": 0.0,
        "mail_rate_per_domain": 0.0,
        "task_engine": "embedded",
        "in_doubt": "resend",
        "return_path_domain": None,
        "unsubscribe_mailbox": None,
        "bounce_imap_url": None,
        "dkim_selector": "",
        "dns_server": "",
        "trusted_proxies": 0,
        "quiet_minutes": 15,
        "tick_seconds": 1.0,
        "ratelimit_enabled": True,
        "web_concurrency": 1,
        "log_format": "text",
        "media_dir": tmp_path / "instance" / "media",
    }


def test_the_instance_lies_beside_the_program_wherever_it_is_started() -> None:
    config = Config.from_env({"SECRET_KEY": SECRET})

    assert (config.instance, config.database_url) == (
        ROOT / "instance",
        f"sqlite:///{ROOT}/instance/mailer.db",
    )


def test_every_setting_is_read(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        ENVIRONMENT="development",
        DATABASE_URL="postgresql+psycopg://mailer@db/mailer",
        SECRET_KEY="short",
        BASE_URL="https://dialog.example.org/",
        MAIL_SERVER="relay.example.org",
        MAIL_PORT="465",
        MAIL_USE_SSL="true",
        MAIL_USERNAME="mailer",
        MAIL_PASSWORD="p4ss",
        MAIL_DEFAULT_SENDER="Netzwerk <buero@example.org>",
        MAIL_TIMEOUT="5",
        MAIL_CONNECTIONS="8",
        MAIL_RATE="2.5",
        MAIL_RATE_PER_DOMAIN="1",
        IN_DOUBT="hold",
        RETURN_PATH_DOMAIN="Bounce.example.org",
        UNSUBSCRIBE_MAILBOX="leave@example.org",
        BOUNCE_IMAP_URL="imaps://user%40example.org:w%C3%B6rd@mail.example.org:1993/INBOX",
        DKIM_SELECTOR="Mail2026",
        DNS_SERVER="127.0.0.1:5353",
        TRUSTED_PROXIES="1",
        QUIET_MINUTES="0",
        TICK_SECONDS="0.1",
        RATELIMIT_ENABLED="0",
        WEB_CONCURRENCY="2",
        LOG_FORMAT="json",
        MEDIA_DIR="/srv/media",
    )

    assert asdict(config) == {
        "instance": tmp_path / "instance",
        "environment": "development",
        "database_url": "postgresql+psycopg://mailer@db/mailer",
        "secret_key": "short",
        "base_url": "https://dialog.example.org",
        "mail_server": "relay.example.org",
        "mail_port": 465,
        "mail_use_tls": False,
        "mail_use_ssl": True,
        "mail_username": "mailer",
        "mail_password": "p4ss",
        "mail_default_sender": "Netzwerk <buero@example.org>",
        "mail_timeout": 5,
        "mail_connections": 8,
        "mail_rate": 2.5,
        "mail_rate_per_domain": 1.0,
        "task_engine": "procrastinate",
        "in_doubt": "hold",
        "return_path_domain": "bounce.example.org",
        "unsubscribe_mailbox": "leave@example.org",
        "bounce_imap_url": "imaps://user%40example.org:w%C3%B6rd@mail.example.org:1993/INBOX",
        "dkim_selector": "mail2026",
        "dns_server": "127.0.0.1:5353",
        "trusted_proxies": 1,
        "quiet_minutes": 0,
        "tick_seconds": 0.1,
        "ratelimit_enabled": False,
        "web_concurrency": 2,
        "log_format": "json",
        "media_dir": Path("/srv/media"),
    }


def test_an_empty_variable_is_the_same_as_none(tmp_path: Path) -> None:
    assert read(tmp_path, MAIL_PORT="", MAIL_USERNAME=" ", BASE_URL="") == read(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENVIRONMENT", "staging"),
        ("DATABASE_URL", "mysql://db/mailer"),
        ("DATABASE_URL", "instance/mailer.db"),
        ("DATABASE_URL", "postgresql://mailer:p@ss@db:none/mailer"),
        ("SECRET_KEY", "s" * (SHORTEST_SECRET - 1)),
        ("SECRET_KEY", "a secret\nof two lines that is long enough"),
        ("BASE_URL", "dialog.example.org"),
        ("BASE_URL", "ftp://dialog.example.org"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://dialog.example.org?x=1"),
        ("BASE_URL", "https://dialog.example.org#top"),
        ("BASE_URL", "https://[::1"),
        ("BASE_URL", "https://dialog.example.org:port"),
        ("BASE_URL", "https://dialog.example.org:99999"),
        ("BASE_URL", "https://me:secret@dialog.example.org"),
        ("BASE_URL", "https://dialog.example.org/reihen"),
        ("BASE_URL", "https://dialog.example.org x"),
        ("MAIL_PORT", "smtp"),
        ("MAIL_PORT", "0"),
        ("MAIL_PORT", "65536"),
        ("MAIL_PORT", "9" * 5000),
        ("MAIL_PORT", "٢٥"),
        ("MAIL_USE_TLS", "maybe"),
        ("MAIL_USE_SSL", "2"),
        ("MAIL_SERVER", "relay\r\n.example.org"),
        ("MAIL_DEFAULT_SENDER", "Netzwerk"),
        ("MAIL_DEFAULT_SENDER", "buero@"),
        ("MAIL_TIMEOUT", "0"),
        ("MAIL_TIMEOUT", "1.5"),
        ("MAIL_CONNECTIONS", "-1"),
        ("MAIL_RATE", "-1"),
        ("MAIL_RATE", "fast"),
        ("MAIL_RATE_PER_DOMAIN", "nan"),
        ("IN_DOUBT", "maybe"),
        ("RETURN_PATH_DOMAIN", "buero@example.org"),
        ("UNSUBSCRIBE_MAILBOX", "leave"),
        ("UNSUBSCRIBE_MAILBOX", "leave@example.org>,<https://evil.example"),
        ("RETURN_PATH_DOMAIN", "\u017feite.example.org"),
        ("BOUNCE_IMAP_URL", "mail.example.org"),
        ("BOUNCE_IMAP_URL", "https://user:word@mail.example.org/INBOX"),
        ("BOUNCE_IMAP_URL", "imaps://mail.example.org/INBOX"),
        ("BOUNCE_IMAP_URL", "imaps://user@mail.example.org/INBOX"),
        ("BOUNCE_IMAP_URL", "imaps://user:word@mail.example.org:0/INBOX"),
        ("BOUNCE_IMAP_URL", "imaps://user:wo rd@mail.example.org/INBOX"),
        ("BOUNCE_IMAP_URL", "imaps://user:wo?rd@mail.example.org/INBOX"),
        ("BOUNCE_IMAP_URL", "imaps://user:word@[mail/INBOX"),
        ("TRUSTED_PROXIES", "yes"),
        ("QUIET_MINUTES", "-15"),
        ("TICK_SECONDS", "0"),
        ("TICK_SECONDS", "nan"),
        ("TICK_SECONDS", "often"),
        ("RATELIMIT_ENABLED", "never"),
        ("RATELIMIT_ENABLED", "0"),
        ("WEB_CONCURRENCY", "0"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_bad_value_names_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read(tmp_path, **{name: value})

    sentence = str(refused.value)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_the_sentence_about_a_secret_does_not_tell_it(tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as refused:
        read(tmp_path, SECRET_KEY="hunter2")

    assert str(refused.value) == "SECRET_KEY must have at least 32 characters."


def test_the_sentence_about_the_mailbox_does_not_tell_its_password(tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as refused:
        read(tmp_path, BOUNCE_IMAP_URL="imap://user:hunter2@")

    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in repr(read(tmp_path, BOUNCE_IMAP_URL="imap://user:hunter2@mail.example.org"))


def test_two_ways_of_encryption_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"^MAIL_USE_TLS and MAIL_USE_SSL exclude each other"):
        read(tmp_path, MAIL_USE_TLS="1", MAIL_USE_SSL="1")


def test_development_lets_short_secrets_and_no_limits_pass(tmp_path: Path) -> None:
    config = read(tmp_path, ENVIRONMENT="development", SECRET_KEY="short", RATELIMIT_ENABLED="0")

    assert (config.in_development, config.secret_key, config.ratelimit_enabled) == (True, "short", False)


@pytest.mark.parametrize("short", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_name_of_postgresql_means_the_driver_we_have(tmp_path: Path, short: str) -> None:
    assert read(tmp_path, DATABASE_URL=f"{short}://mailer@db/mailer").database_url == (
        "postgresql+psycopg://mailer@db/mailer"
    )


@pytest.mark.parametrize(
    ("base_url", "sender"),
    [
        ("https://dialog.example.org", "Zeitnah <noreply@dialog.example.org>"),
        ("http://192.0.2.7:8000", "Zeitnah <noreply@localhost>"),
    ],
)
def test_the_sender_follows_from_the_public_address(tmp_path: Path, base_url: str, sender: str) -> None:
    assert read(tmp_path, BASE_URL=base_url).mail_default_sender == sender


def test_only_https_is_public(tmp_path: Path) -> None:
    addresses = ("https://dialog.example.org", "http://dialog.example.org")

    assert [read(tmp_path, BASE_URL=address).is_public for address in addresses] == [True, False]


def test_a_printed_config_tells_no_secret(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        SECRET_KEY=SECRET,
        MAIL_PASSWORD="p4ss",
        DATABASE_URL="postgresql://mailer:db-p4ss@db/mailer",
    )

    assert [secret for secret in (SECRET, "p4ss") if secret in repr(config)] == []


def test_a_bad_setting_ends_the_command_with_one_sentence(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env=os.environ | {"INSTANCE_DIR": str(tmp_path), "MAIL_PORT": "smtp"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "zeitnah: MAIL_PORT must be a whole number from 1 to 65535, not “smtp”.\n"


def read(folder: Path, **settings: str) -> Config:
    return Config.from_env({"INSTANCE_DIR": str(folder / "instance")} | settings)

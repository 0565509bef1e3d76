"""The house's own rules: sizes, names, layers, errors, and who may do what."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask

import mailer
from config import ROOT, Config
from mailer.app import create_app
from mailer.core.errors import MailerError
from mailer.letters import LetterKind

Node = TypeVar("Node", bound=ast.AST)

LONGEST_FILE = 300
LONGEST_FUNCTION = 60
SAYS_NOTHING = {
    "utils",
    "util",
    "helpers",
    "common",
    "manager",
    "service",
    "services",
    "data",
    "info",
    "misc",
}

MAY_USE_FLASK_MAIL = {"mailer/app.py", "mailer/delivery/transport.py"}
MAY_CATCH_EVERYTHING = {"core/together", "delivery/worker", "jobs/steps", "jobs/working"}
MAY_ASK_THE_CLOCK = {"mailer/core/clock.py"}
MAY_COMMIT = {"mailer/core/db.py"}
MAY_BEGIN = (
    "mailer/core/",
    "mailer/delivery/",
    "mailer/jobs/",
    "mailer/rehearsal/",
    "mailer/checkup/",
    "mailer/cli/",
    "mailer/web/",
)
"""Doors, and the worker around an SMTP conversation, open transactions; rooms never."""

WALL_CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.localtime",
}
WITHOUT_CSRF = {"sign_up.send", "api_subscribing.subscribe", "registering.send", "finding_link.send"}
WITHOUT_CSRF |= {"unsubscribing.leave"}
"""Nothing comes of the first without the mail they send; and everybody may always leave (RFC 8058)."""

NAMES_PEOPLE = {"address", "email", "mailbox", "recipient", "token", "name"}

SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in sorted((ROOT / "mailer").rglob("*.py"))
}
TREES = {name: ast.parse(source) for name, source in SOURCES.items()}
PYTHON = [
    *SOURCES,
    *(
        path.relative_to(ROOT).as_posix()
        for folder in ("tests", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
    ),
]


@pytest.fixture(scope="module", autouse=True)
def whole_house() -> None:
    """Every module imported, so that no class is missing."""
    for module in pkgutil.walk_packages(mailer.__path__, "mailer."):
        importlib.import_module(module.name)


def test_no_file_is_too_long_to_be_read_in_one_go() -> None:
    lengths = {
        name: len((ROOT / name).read_text("utf-8").splitlines()) for name in [*PYTHON, "config.py", "wsgi.py"]
    }

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long_to_be_seen_whole() -> None:
    lengths = {
        f"{name}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for name, node in nodes(ast.FunctionDef)
    }

    assert {name: length for name, length in lengths.items() if length >= LONGEST_FUNCTION} == {}


def test_no_file_bears_the_name_of_what_it_holds() -> None:
    """A file named like the function its room exports hides the module."""
    assert [name for name, tree in TREES.items() if Path(name).stem in top_level_names(tree)] == []


def test_every_file_has_a_name_that_says_what_it_is() -> None:
    parts = {part for name in SOURCES for part in Path(name).with_suffix("").parts}

    assert parts & SAYS_NOTHING == set()


def test_every_room_says_in_one_sentence_what_it_is() -> None:
    sentence = re.compile(r"[^\n.]+(\.[^\n. ][^\n.]*)*\.")
    rooms = {
        name: ast.get_docstring(tree) or "" for name, tree in TREES.items() if name.endswith("__init__.py")
    }

    assert {room: words for room, words in rooms.items() if not sentence.fullmatch(words)} == {}


def test_every_module_says_what_it_holds() -> None:
    assert [name for name, tree in TREES.items() if not ast.get_docstring(tree)] == []


def test_every_room_reads_upstream_only() -> None:
    """In a process of its own: import-linter silences every logger of the one it runs in."""
    lint = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"

    ended = subprocess.run(
        [sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_rooms_are_entered_through_their_door() -> None:
    """`from mailer.room.file import …` is for the room itself; others enter by `mailer.room`."""
    detours = [
        f"{name}: {module}"
        for name, module in imports()
        if module.startswith("mailer.")
        and len(module.split(".")) > 2
        and module.split(".")[1] not in ("core", Path(name).parts[1])
        and (ROOT / (module.replace(".", "/") + ".py")).exists()
    ]

    assert detours == []


def test_only_the_transport_speaks_flask_mail() -> None:
    assert {name for name, module in imports() if module.split(".")[0] == "flask_mail"} == MAY_USE_FLASK_MAIL


def test_few_catch_whatever_comes() -> None:
    """Who raises again after tidying up has not caught it."""
    caught = {
        name.removeprefix("mailer/").removesuffix(".py")
        for name, node in nodes(ast.ExceptHandler)
        if is_broad(node) and not isinstance(node.body[-1], ast.Raise)
    }

    assert sorted(caught - MAY_CATCH_EVERYTHING) == []


def test_only_the_clock_knows_the_time() -> None:
    assert {
        name for name, call in calls() if call.removeprefix("datetime.") in WALL_CLOCKS or call in WALL_CLOCKS
    } == MAY_ASK_THE_CLOCK


def test_only_the_database_commits() -> None:
    assert {name for name, call in calls() if re.search(r"(session|connection)\.commit$", call)} == MAY_COMMIT


def test_only_doors_begin_transactions() -> None:
    beginning = {name for name, call in calls() if call.endswith((".transaction", ".reading"))}

    assert [name for name in sorted(beginning) if not name.startswith(MAY_BEGIN)] == []


def test_every_error_has_a_code_of_its_own() -> None:
    codes = {error: error.__dict__.get("code") for error in errors()}

    assert [error.__name__ for error, code in codes.items() if not code] == []
    assert [code for code, count in Counter(codes.values()).items() if count > 1] == []
    assert [code for code in codes.values() if not re.fullmatch(r"[a-z]+(_[a-z]+)*", str(code))] == []


def test_every_error_says_what_it_is() -> None:
    assert [
        error.__name__ for error in errors() if not (error.__doc__ or "").strip().endswith((".", "``"))
    ] == []


def test_no_error_carries_a_persons_address_or_a_link() -> None:
    """Its details go to the log."""
    ours = {error.__name__ for error in errors()}
    carried = [
        f"{name}:{node.lineno} {word.arg}"
        for name, node in nodes(ast.Call)
        if ast.unparse(node.func).split(".")[-1] in ours
        for word in node.keywords
        if word.arg in NAMES_PEOPLE
    ]

    assert carried == []


def test_every_kind_of_letter_is_complete() -> None:
    folders = ROOT / "templates" / "email"
    parts = {kind.value: {path.name for path in (folders / kind.value).iterdir()} for kind in LetterKind}

    assert {
        kind: files for kind, files in parts.items() if files != {"subject.txt", "body.txt", "body.mjml"}
    } == {}


def test_no_template_lets_html_through_unasked() -> None:
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]

    assert [
        path.name for path in templates if re.search(r"\|\s*safe\b|autoescape false", path.read_text("utf-8"))
    ] == []


def test_every_form_is_guarded_but_what_needs_a_mail_and_the_one_click(app: Flask) -> None:
    """A POST without the form's token is refused before anything else is looked at."""
    client = app.test_client()
    posts = [
        rule
        for rule in app.url_map.iter_rules()
        if {"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set())
    ]

    urls = {rule.endpoint: re.sub(r"<[^>]+>", "x", re.sub(r"<int:\w+>", "1", rule.rule)) for rule in posts}
    answers = {endpoint: client.post(url).status_code for endpoint, url in urls.items()}

    assert {endpoint for endpoint, status in answers.items() if status != 400} == WITHOUT_CSRF
    assert len(posts) > len(WITHOUT_CSRF)


def test_no_address_of_the_house_changes_anything_by_a_get(app: Flask) -> None:
    """A view that takes GET takes nothing else: what is shown and what is done are two functions."""
    both = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and {"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set())
    ]

    assert both == []


@pytest.fixture
def app(empty_sqlite: Path, tmp_path: Path) -> Iterator[Flask]:
    settings = {"ENVIRONMENT": "development", "RATELIMIT_ENABLED": "0", "SECRET_KEY": "for this test alone"}
    places = {"INSTANCE_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{empty_sqlite}"}
    made = create_app(Config.from_env(settings | places))
    yield made
    made.extensions["zeitnah"].database.dispose()


def errors() -> list[type[MailerError]]:
    """MailerError and all that come from it."""
    found: list[type[MailerError]] = [MailerError]
    for error in found:
        found += error.__subclasses__()
    return [error for error in found if error.__module__.startswith("mailer.")]


def nodes(kind: type[Node]) -> Iterator[tuple[str, Node]]:
    """Every node of a kind, with the file it stands in."""
    for name, tree in TREES.items():
        yield from ((name, node) for node in ast.walk(tree) if isinstance(node, kind))


def is_broad(handler: ast.ExceptHandler) -> bool:
    caught = "" if handler.type is None else ast.unparse(handler.type)
    return not caught or bool({"Exception", "BaseException"} & set(re.findall(r"\w+", caught)))


def top_level_names(tree: ast.Module) -> set[str]:
    return {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def imports() -> Iterator[tuple[str, str]]:
    yield from ((name, alias.name) for name, node in nodes(ast.Import) for alias in node.names)
    yield from ((name, node.module) for name, node in nodes(ast.ImportFrom) if node.module)


def calls() -> Iterator[tuple[str, str]]:
    yield from ((name, ast.unparse(node.func)) for name, node in nodes(ast.Call))

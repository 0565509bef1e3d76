"""YAML as a tree that knows its lines. Everything is text here: what a value means, its field decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from mailer.exchange.problems import BadSeriesFile, Problem

if TYPE_CHECKING:
    from ruamel.yaml.events import Event

LARGEST = 1_000_000
"""Bytes of a series file; the real one of 2023, with two dialogues documented, has 41,000."""

MOST_VALUES = 50_000
"""Values of a series file, which bounds the seconds that reading may take; the real one has 900."""

DEEPEST = 12
"""Levels of nesting: a series file needs seven."""

NULLS = ("", "~", "null", "Null", "NULL")
"""How YAML 1.2 writes that nothing is there (section 10.3.2)."""


@dataclass(frozen=True)
class Scalar:
    text: str
    line: int
    is_null: bool = False
    """Whether nothing stands there, or ``null``."""


@dataclass(frozen=True)
class Listing:
    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Mapping:
    line: int
    entries: list[tuple[Node, Node]] = field(default_factory=list)


Node: TypeAlias = Scalar | Listing | Mapping


def read_tree(source: bytes) -> Node:
    """The one document of a file.

    Aliases and tags are refused: a series needs neither, and a few lines of nested
    aliases can stand for billions of values.

    Raises BadSeriesFile.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    text = _decode(source)
    try:
        return _build(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise _bad(
            mark.line + 1 if mark else 1, "no_yaml", cause=problem.problem or problem.context
        ) from None
    except ReaderError as problem:
        raise _bad(_line_at(text, problem.position), "control_character") from None


def _decode(source: bytes) -> str:
    if len(source) > LARGEST:
        raise _bad(1, "file_too_large", most=LARGEST)
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise _bad(source.count(b"\n", 0, problem.start) + 1, "not_utf8") from None


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _build(events: Iterable[Event]) -> Node:
    builder = _Builder()
    for event in events:
        builder.add(event)
    if len(builder.documents) != 1:
        raise _bad(1, "not_one_document")
    return builder.documents[0]


class _Builder:
    """Puts events together without recursion: a file's depth is not the depth of our calls."""

    def __init__(self) -> None:
        self.documents: list[Node] = []
        self._count = 0
        self._open: list[tuple[Listing | Mapping, list[Node]]] = []

    def add(self, event: Event) -> None:
        name, line = type(event).__name__, event.start_mark.line + 1
        if name == "AliasEvent" or getattr(event, "tag", None) is not None:
            raise _bad(line, "alias_or_tag")
        if name == "ScalarEvent":
            text, style = getattr(event, "value", ""), getattr(event, "style", None)
            self._put(Scalar(text, line, is_null=not style and text in NULLS))
        elif name in ("SequenceStartEvent", "MappingStartEvent"):
            self._start(Listing(line) if name == "SequenceStartEvent" else Mapping(line))
        elif name in ("SequenceEndEvent", "MappingEndEvent"):
            self._end()

    def _put(self, node: Node) -> None:
        self._count += 1
        if self._count > MOST_VALUES:
            raise _bad(node.line, "too_many_values", most=MOST_VALUES)
        (self._open[-1][1] if self._open else self.documents).append(node)

    def _start(self, node: Listing | Mapping) -> None:
        self._put(node)
        self._open.append((node, node.items if isinstance(node, Listing) else []))
        if len(self._open) > DEEPEST:
            raise _bad(node.line, "too_deep")

    def _end(self) -> None:
        node, items = self._open.pop()
        if isinstance(node, Mapping):
            node.entries.extend(zip(items[::2], items[1::2], strict=True))


def _bad(line: int, reason: str, **details: object) -> BadSeriesFile:
    return BadSeriesFile([Problem(line, "", reason, details)])

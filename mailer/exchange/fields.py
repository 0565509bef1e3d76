"""Reading one mapping of the file key by key. What is wrong is noted and reading goes on: all problems come at once."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from mailer.core.types import Words
from mailer.exchange.nodes import Listing, Mapping, Node, Scalar
from mailer.exchange.problems import Problem, Wrong
from mailer.exchange.values import LONGEST_LINE, parse_line, parse_member, parse_text

T = TypeVar("T")
K = TypeVar("K", bound=enum.StrEnum)


class Fields:
    """A mapping that stands under ``path``. Whatever is read is known; `finish` notes what is left."""

    def __init__(self, node: Node, path: str, problems: list[Problem]) -> None:
        self.line = node.line
        self.path = path
        self.problems = problems
        self.is_mapping = isinstance(node, Mapping)
        self._values: dict[str, Node] = {}
        self._lines: dict[str, int] = {}
        self._unread: dict[str, int] = {}
        if isinstance(node, Mapping):
            self._collect(node)
        else:
            self.note("", "not_a_map")

    def _collect(self, node: Mapping) -> None:
        for key, value in node.entries:
            if not isinstance(key, Scalar):
                self.note("", "key_is_no_text", line=key.line)
            elif key.text in self._values:
                self.note(key.text, "key_twice", line=key.line)
            else:
                self._values[key.text] = value
                self._lines[key.text] = key.line
        self._unread = dict(self._lines)

    def note(self, key: str, reason: str, *, line: int | None = None, **details: object) -> None:
        """Remember a problem of ``key``, or of the mapping itself where that is empty."""
        shown = "".join(c if c.isprintable() else "?" for c in key[:40])
        name = ".".join(part for part in (self.path, shown) if part)
        at = self._lines.get(key, self.line) if line is None else line
        self.problems.append(Problem(at, name, reason, details))

    def finish(self, reason: str = "unknown_key") -> None:
        """Note every key nobody asked for: a misspelt one must not be lost in silence."""
        for key in self._unread:
            self.note(key, reason)

    def has(self, key: str) -> bool:
        """Whether the key stands there with something behind it."""
        node = self._values.get(key)
        return node is not None and not (isinstance(node, Scalar) and node.is_null)

    def is_left_empty(self, key: str) -> bool:
        return key in self._values and not self.has(key)

    def take(self, key: str, *, required: bool = False) -> Node | None:
        """The value of ``key``; None when it is absent or nothing stands behind it."""
        self._unread.pop(key, None)
        if self.has(key):
            return self._values[key]
        if required and self.is_mapping:
            self.note(key, "missing")
        return None

    def value(self, key: str, parse: Callable[[str], T], default: T, *, required: bool = False) -> T:
        """What ``parse`` makes of the key's value; ``default`` when it is absent or wrong."""
        node = self.take(key, required=required)
        if node is None:
            return default
        if not isinstance(node, Scalar):
            self.note(key, "not_a_value", line=node.line)
            return default
        try:
            return parse(node.text)
        except Wrong as wrong:
            self.note(key, wrong.reason, line=node.line, **wrong.details)
            return default

    def one_of(self, key: str, members: type[K], default: K, *, required: bool = False) -> K:
        return self.value(key, partial(parse_member, members), default, required=required)

    def name(self, key: str, *, longest: int = LONGEST_LINE, required: bool = False) -> str:
        """A text of one line that is the same in every language."""
        parse = partial(parse_line, longest=longest, required=required)
        return self.value(key, parse, "", required=required)

    def words(
        self,
        key: str,
        languages: Iterable[str],
        *,
        parse: Callable[[str], str] = parse_text,
        required: bool = False,
    ) -> Words:
        """A text in the first of ``languages``, or a map of them; languages without a text are left out."""
        node = self.take(key, required=required)
        told = len(self.problems)
        if not isinstance(node, Mapping):
            first = next(iter(languages))
            found = {first: self.value(key, parse, "")}
        else:
            texts = self.inside(key, node)
            found = {language: texts.value(language, parse, "") for language in languages}
            texts.finish("unknown_language")
        filled = {language: text for language, text in found.items() if text}
        if required and node is not None and not filled and len(self.problems) == told:
            self.note(key, "missing")
        return filled

    def nodes(self, key: str) -> list[Node]:
        """The entries of a list; an absent one has none."""
        node = self.take(key)
        if node is None or isinstance(node, Listing):
            return node.items if node else []
        self.note(key, "not_a_list", line=node.line)
        return []

    def rows(self, key: str, read: Callable[[Fields], T]) -> list[T]:
        """What ``read`` makes of each mapping in a list."""
        found = []
        for node in self.nodes(key):
            fields = self.inside(key, node)
            found.append(read(fields))
            fields.finish()
        return found

    def inside(self, key: str, node: Node) -> Fields:
        """The mapping that stands at ``key``, or at one entry of its list."""
        return Fields(node, ".".join(part for part in (self.path, key) if part), self.problems)

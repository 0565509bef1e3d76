"""Plain values as YAML that is pleasant to edit: blocks for long texts, short lists on one line."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 100
"""Columns of a folded text."""

LONG = 70
"""Characters from which a text gets a block of its own."""

ODD = re.compile(r"[\t\u2028\u2029\ufeff\ufffe\uffff]")
"""What a block might read back differently: tabs, other line ends, marks of byte order."""

CLOCK = re.compile(r"\d\d:\d\d")
"""Readers of YAML 1.1 take an unquoted ``09:00`` for a number."""


@dataclass(frozen=True)
class Flow:
    """A list or a map that is written on one line."""

    content: Sequence[object] | Mapping[str, object]


def to_yaml(document: object) -> str:
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = io.StringIO()
    yaml.dump(_styled(document), written)
    return written.getvalue()


def _styled(value: object) -> Any:
    """The value in the writer's own types, which carry how it is to look."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if isinstance(value, Flow):
        content = _styled(value.content)
        content.fa.set_flow_style()
        return content
    if isinstance(value, Mapping):
        return CommentedMap((key, _styled(inner)) for key, inner in value.items())
    if isinstance(value, str):
        return _styled_text(value)
    if isinstance(value, Sequence):
        return CommentedSeq(_styled(inner) for inner in value)
    return value


def _styled_text(text: str) -> Any:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString, LiteralScalarString

    if ODD.search(text) or CLOCK.fullmatch(text):
        return DoubleQuotedScalarString(text)
    if "\n" in text:
        return LiteralScalarString(text)
    if len(text) > LONG and " " in text:
        # Folding breaks at single spaces only; two in a row would come back as one.
        return DoubleQuotedScalarString(text) if "  " in text else FoldedScalarString(text)
    return text

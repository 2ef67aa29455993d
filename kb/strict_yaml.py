"""YAML without its traps: mappings, lists and text, each value with its line.

Reads PyYAML's safe events and builds the values itself, so nothing is ever constructed.
Every scalar is text: ``no``, ``1.10``, ``0123`` and ``12:30`` stay what was written.
Refuses anchors, aliases, merge keys, tags, duplicate keys, further documents, and more depth or
values than it is told to allow.
"""

from dataclasses import dataclass, field
from typing import Any

import yaml

from kb.problem import Problem

Location = tuple[str | int, ...]
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PLAIN = "Write plain keys, lists and text only."


@dataclass(frozen=True, slots=True)
class Document:
    """What was read: nested ``dict``, ``list`` and ``str``, and the line of each value's key."""

    value: Any
    lines: dict[Location, int]
    problems: tuple[Problem, ...]


class _Refused(Exception):
    def __init__(self, line: int, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.parts = (line, code, message, hint)


@dataclass(slots=True)
class _Frame:
    container: dict[str, Any] | list[Any]
    location: Location
    key: str | None = None
    key_line: int = 0
    duplicate: bool = False


def read_yaml(
    text: str, *, path: str, first_line: int, max_depth: int, max_values: int
) -> Document:
    """Read one document; ``first_line`` is the line of the file on which ``text`` begins.

    Never raises: what is wrong stands in ``problems``, and ``value`` is then as far as it was read.
    """
    composer = _Composer(path, first_line, max_depth, max_values)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            composer.take(event)
    except _Refused as refused:
        composer.report(*refused.parts)
    except (yaml.YAMLError, RecursionError) as error:
        composer.report(*_syntax(error, first_line))
    return Document(composer.root, composer.lines, tuple(composer.problems))


def _syntax(error: Exception, first_line: int) -> tuple[int, str, str, str]:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = first_line + (mark.line if mark else 0)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "nested too deeply"
    hint = "Check indentation, quotes and the space after each colon; quote text that has `: `."
    return line, "yaml", f"this is not valid YAML: {what}", hint


@dataclass(slots=True)
class _Composer:
    path: str
    first_line: int
    max_depth: int
    max_values: int
    root: Any = None
    lines: dict[Location, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=list)
    values: int = 0
    documents: int = 0

    def report(self, line: int, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(self.path, line, code, message, hint))

    def take(self, event: yaml.Event) -> None:
        mark = event.start_mark
        line = self.first_line + (mark.line if mark else 0)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _Refused(line, "yaml", "a second document begins here", PLAIN)
        elif isinstance(event, yaml.NodeEvent):
            self._check_node(event, line)
            self._take_node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()

    def _check_node(self, event: yaml.NodeEvent, line: int) -> None:
        self.values += 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _Refused(line, "anchor", "anchors and aliases (&, *) are not allowed", PLAIN)
        if (tag := getattr(event, "tag", None)) is not None:
            raise _Refused(line, "tag", f"the tag {tag!a} is not allowed", PLAIN)
        if self.values > self.max_values:
            raise _Refused(line, "size", f"more than {self.max_values} values", "Write less.")
        if len(self.stack) > self.max_depth:
            raise _Refused(line, "depth", "nested too deeply", PLAIN)

    def _take_node(self, event: yaml.NodeEvent, line: int) -> None:
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.container, dict) and top.key is None:
            self._take_key(top, event, line)
            return
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        if isinstance(event, yaml.ScalarEvent):
            value = event.value
        location = self._put(top, value, line)
        if not isinstance(event, yaml.ScalarEvent):
            self.stack.append(_Frame(value, location))

    def _take_key(self, top: _Frame, event: yaml.NodeEvent, line: int) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            raise _Refused(line, "yaml", "a key must be plain text", PLAIN)
        key = event.value
        if key == "<<":
            raise _Refused(line, "anchor", "merge keys (<<) are not allowed", PLAIN)
        top.key, top.key_line, top.duplicate = key, line, key in top.container
        if top.duplicate:
            first = self.lines.get((*top.location, key), line)
            message = f"`{key}` stands here a second time (first on line {first})"
            self.report(line, "duplicate-key", message, "Keep one of the two.")

    def _put(self, top: _Frame | None, value: Any, line: int) -> Location:
        if top is None:
            self.root = value
            self.lines[()] = line
            return ()
        if isinstance(top.container, list):
            location = (*top.location, len(top.container))
            top.container.append(value)
            self.lines[location] = line
            return location
        location = (*top.location, top.key or "")
        if not top.duplicate:
            top.container[top.key or ""] = value
            self.lines[location] = top.key_line
        top.key = None
        return location

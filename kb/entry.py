"""An entry and its file: text to fields and back, with every problem at once.

Promises ``parse_entry(e.path, format_entry(e).encode()) == e`` for every entry it has read.
Refuses to guess: a file that breaks one rule is invalid as a whole, and nothing in it has a
default that would show it to more people than its author wrote down.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml

from kb.disclosure import Level, Status
from kb.errors import EntryInvalid, UnsafeName
from kb.header import KEYS, Header, read_header
from kb.markdown_limits import find_faults
from kb.names import Name, split_path
from kb.problem import Problem
from kb.strict_yaml import Location, read_yaml

__all__ = ["Entry", "Problem", "fingerprint", "format_entry", "parse_entry", "parse_with_lines"]

MAX_FILE_BYTES = 256 * 1024
MAX_HEADER_BYTES = 16 * 1024
FENCE = "---"


@dataclass(frozen=True, slots=True)
class Entry:
    """One language of one entry, as its file says. ``answer`` and ``agent_note`` are Markdown."""

    slug: str
    lang: str
    topic: str
    question: str
    level: Level
    status: Status
    answer: str
    alternates: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    owner: str = ""
    review_by: date | None = None
    updated: date | None = None
    publish_from: datetime | None = None
    publish_until: datetime | None = None
    agent_note: str = ""

    @property
    def path(self) -> str:
        """``<topic>/<slug>.<lang>.md`` below the content folder."""
        return Name(self.topic, self.slug, self.lang).path


def fingerprint(data: bytes) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def parse_entry(path: str, data: bytes) -> Entry:
    """The entry in ``data``, the bytes of the file at ``path`` (below the content folder).

    Raises ``EntryInvalid`` with every problem, each with its line.
    """
    return parse_with_lines(path, data)[0]


def parse_with_lines(path: str, data: bytes) -> tuple[Entry, dict[Location, int]]:
    """``parse_entry``, with the line of each value of the header."""
    try:
        name = split_path(path)
    except UnsafeName as error:
        hint = "Name the file <slug>.<lang>.md: a–z, 0–9 and hyphens, language zh or en."
        raise EntryInvalid([Problem(path, 1, "name", str(error), hint)]) from None
    header_text, body, body_line = _split(_decode(data, path), path)
    document = read_yaml(header_text, path=path, first_line=2, max_depth=3, max_values=1_000)
    problems = list(document.problems)
    header: Header | None = None
    if not problems or all(problem.code == "duplicate-key" for problem in problems):
        header, found = read_header(document.value, document.lines, path=path)
        problems += found
    problems += _body_problems(body, body_line, path)
    if header is not None:
        problems += _window_problems(header, document.lines, path)
    if problems or header is None:
        raise EntryInvalid(problems)
    return _entry(name, header, body), document.lines


def _decode(data: bytes, path: str) -> str:
    if len(data) > MAX_FILE_BYTES:
        message = f"the file is larger than {MAX_FILE_BYTES // 1024} KB"
        raise EntryInvalid([Problem(path, 1, "size", message, "Split it into several entries.")])
    if not data.strip():
        message, hint = "the file is empty", "Write the entry, or remove the file."
        raise EntryInvalid([Problem(path, 1, "empty", message, hint)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = "Save the file as UTF-8 (it may be GBK or UTF-16)."
        raise EntryInvalid([Problem(path, line, "encoding", "not UTF-8", hint)]) from None
    text = text.replace("\r\n", "\n")
    _refuse_characters(text, path)
    return text


def _refuse_characters(text: str, path: str) -> None:
    for character, name in (("\x00", "a NUL character"), ("\r", "a lone carriage return")):
        if character in text:
            line = text.count("\n", 0, text.index(character)) + 1
            hint = "Save the file as plain UTF-8 text with ordinary line ends."
            raise EntryInvalid([Problem(path, line, "encoding", f"{name} in the text", hint)])


def _split(text: str, path: str) -> tuple[str, str, int]:
    """Header text, body, and the line on which the body begins."""
    lines = text.split("\n")
    hint = f"Begin the file with a line `{FENCE}`, the keys, and a line `{FENCE}`."
    if lines[0] != FENCE:
        message = f"the first line is not `{FENCE}`"
        raise EntryInvalid([Problem(path, 1, "header", message, hint)])
    if FENCE not in lines[1:]:
        message = f"the header has no closing `{FENCE}`"
        raise EntryInvalid([Problem(path, len(lines), "header", message, hint)])
    end = lines.index(FENCE, 1)
    header = "\n".join(lines[1:end]) + "\n"
    if len(header.encode()) > MAX_HEADER_BYTES:
        message = f"the header is larger than {MAX_HEADER_BYTES // 1024} KB"
        problem = Problem(path, 1, "size", message, "Move long text into the answer.")
        raise EntryInvalid([problem])
    return header, "\n".join(lines[end + 1 :]), end + 2


def _body_problems(body: str, body_line: int, path: str) -> list[Problem]:
    problems = []
    for number, text in enumerate(body.split("\n"), start=body_line):
        if text.rstrip() == FENCE:
            hint = "For a rule across the page write `***`."
            message = f"a second `{FENCE}` below the header"
            problems.append(Problem(path, number, "header", message, hint))
    if not body.strip():
        hint = "Write the answer below the header."
        problems.append(Problem(path, body_line, "empty", "the answer is empty", hint))
    return problems + _markdown_problems(body, body_line, path)


def _window_problems(header: Header, lines: dict[Location, int], path: str) -> list[Problem]:
    begin, end = header.publish_from, header.publish_until
    problems = []
    if begin and end and end <= begin:
        message = "`publish_until` is not after `publish_from`"
        line = lines[("publish_until",)]
        problems.append(Problem(path, line, "date", message, "Put the later moment here."))
    note_line = lines.get(("agent_note",), 2) + 1
    return problems + _markdown_problems(header.agent_note, note_line, path)


def _markdown_problems(text: str, first_line: int, path: str) -> list[Problem]:
    return [
        Problem(path, first_line + fault.line - 1, "markdown", fault.message, fault.hint)
        for fault in find_faults(text)
    ]


def _entry(name: Name, header: Header, body: str) -> Entry:
    return Entry(
        slug=name.slug,
        lang=name.lang,
        topic=name.topic,
        question=header.question,
        level=header.disclosure,
        status=header.status,
        answer=body.strip("\n").rstrip(),
        alternates=tuple(header.alternates),
        not_for=tuple(header.not_for),
        tags=tuple(header.tags),
        aliases=tuple(header.aliases),
        owner=header.owner,
        review_by=header.review_by,
        updated=header.updated,
        publish_from=header.publish_from,
        publish_until=header.publish_until,
        agent_note=header.agent_note,
    )


class _Writer(yaml.SafeDumper):
    """Writes every scalar as the text that ``read_yaml`` reads back."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)


def _represent_text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.yaml_implicit_resolvers = {}
_Writer.add_representer(str, _represent_text)


def format_entry(entry: Entry) -> str:
    """The text of the entry's file, keys in their fixed order, absent ones left out."""
    blocks = []
    for key in KEYS:
        value = _plain(entry, key)
        if value:
            blocks.append(_dump(key, value, flow=key == "tags"))
    return f"{FENCE}\n{''.join(blocks)}{FENCE}\n{entry.answer}\n"


def _plain(entry: Entry, key: str) -> str | list[str]:
    value = entry.level.label if key == "disclosure" else getattr(entry, key)
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes" if value.second == 0 else "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    text = str(value or "")
    return f"{text}\n" if "\n" in text else text


def _dump(key: str, value: str | list[str], *, flow: bool) -> str:
    options: dict[str, Any] = {"allow_unicode": True, "width": 1_000_000, "sort_keys": False}
    if flow and isinstance(value, list):
        text = yaml.dump(value, Dumper=_Writer, default_flow_style=True, **options)
        return f"{key}: {text}"
    return str(yaml.dump({key: value}, Dumper=_Writer, default_flow_style=False, **options))

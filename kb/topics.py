"""``content/topics.yaml``: the ordered tree of topics, read as strictly as an entry.

Promises every fault at once, with its line. Refuses the file as a whole when anything is wrong;
the caller then keeps the tree it had.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.errors import TopicsInvalid, UnsafeName
from kb.names import LANGUAGES, TOPICS_FILE, check_topic
from kb.problem import Problem
from kb.strict_yaml import Location, read_yaml

MAX_FILE_BYTES = 64 * 1024
MAX_DEPTH = 3
MAX_TEXT = 200
TEXTS = ("name", "description")
KEYS = ("id", *TEXTS, "icon", "children")
_ICON = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic; ``names`` and ``descriptions`` are per language, ``children`` in their order."""

    id: str
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    icon: str = ""
    children: tuple["Topic", ...] = ()


@dataclass(frozen=True, slots=True)
class TopicTree:
    """The topics of the top level, in their order."""

    topics: tuple[Topic, ...] = ()

    def walk(self) -> Iterator[tuple[Topic, str | None]]:
        """Every topic with the id of its parent, parents before children."""
        waiting: list[tuple[Topic, str | None]] = [(topic, None) for topic in self.topics]
        while waiting:
            topic, parent = waiting.pop(0)
            yield topic, parent
            waiting[:0] = [(child, topic.id) for child in topic.children]

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all topics, at every depth."""
        return frozenset(topic.id for topic, _ in self.walk())


def parse_topics(data: bytes, *, path: str = TOPICS_FILE) -> TopicTree:
    """The tree in ``data``. Raises ``TopicsInvalid`` with every problem."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(path, line, "encoding", "not UTF-8", "Save the file as UTF-8.")
        raise TopicsInvalid([problem]) from None
    document = read_yaml(text, path=path, first_line=1, max_depth=3 * MAX_DEPTH, max_values=5_000)
    reader = _Reader(path, document.lines, list(document.problems))
    topics: tuple[Topic, ...] = ()
    if not reader.problems:
        topics = reader.read_list(document.value, (), depth=1)
    if reader.problems:
        raise TopicsInvalid(reader.problems)
    return TopicTree(topics)


@dataclass(slots=True)
class _Reader:
    path: str
    lines: Mapping[Location, int]
    problems: list[Problem]
    seen: dict[str, int] = field(default_factory=dict)

    def report(self, location: Location, code: str, message: str, hint: str) -> None:
        line = self.lines.get(location) or self.lines.get(location[:-1]) or 1
        self.problems.append(Problem(self.path, line, code, message, hint))

    def read_list(self, value: Any, location: Location, *, depth: int) -> tuple[Topic, ...]:
        if not isinstance(value, list) or not value:
            hint = "Write `- id: …` with `name:` and `description:` below it."
            self.report(location, "topics", "here must be a list of topics", hint)
            return ()
        if depth > MAX_DEPTH:
            message = f"topics are nested more than {MAX_DEPTH} deep"
            self.report(location, "topics", message, "Move these up.")
            return ()
        read = [
            self._read_topic(item, (*location, number), depth) for number, item in enumerate(value)
        ]
        return tuple(topic for topic in read if topic is not None)

    def _read_topic(self, value: Any, location: Location, depth: int) -> Topic | None:
        if not isinstance(value, dict):
            self.report(location, "topics", "a topic must have keys", "Write `- id: …`.")
            return None
        for key in value.keys() - set(KEYS):
            message, hint = f"unknown key {key!a}", f"The keys are {', '.join(KEYS)}."
            self.report((*location, key), "unknown-key", message, hint)
        children: tuple[Topic, ...] = ()
        if "children" in value:
            place = (*location, "children")
            children = self.read_list(value["children"], place, depth=depth + 1)
        topic_id = self._read_id(value.get("id"), (*location, "id"))
        names, descriptions = (self._read_texts(value, location, key) for key in TEXTS)
        icon = self._read_icon(value.get("icon", ""), (*location, "icon"))
        return Topic(topic_id, names, descriptions, icon, children)

    def _read_id(self, value: Any, location: Location) -> str:
        if not isinstance(value, str):
            self.report(location, "missing", "`id` is missing", "Add `id:`, the folder's name.")
            return ""
        try:
            check_topic(value)
        except UnsafeName as error:
            self.report(location, "name", str(error), "Use a–z, 0–9 and single hyphens.")
        if value in self.seen:
            message = f"the topic {value!a} stands here a second time (first on line "
            hint = "Give each topic an id of its own."
            self.report(location, "duplicate-topic", f"{message}{self.seen[value]})", hint)
        self.seen.setdefault(value, self.lines.get(location, 1))
        return value

    def _read_texts(self, topic: dict[str, Any], location: Location, key: str) -> dict[str, str]:
        texts, place = topic.get(key), (*location, key)
        hint = f"Write `{key}: {{zh: …, en: …}}`."
        if not isinstance(texts, dict):
            self.report(place, "missing", f"`{key}` needs a text for each language", hint)
            return {}
        for lang in sorted(texts.keys() | set(LANGUAGES)):
            text = texts.get(lang)
            if lang not in LANGUAGES:
                self.report((*place, lang), "unknown-key", f"unknown language {lang!a}", hint)
            elif not isinstance(text, str) or not text.strip():
                self.report((*place, lang), "missing", f"`{key}` has no text for {lang}", hint)
            elif len(text) > MAX_TEXT or _CONTROL.search(text):
                message = f"`{key}` is longer than {MAX_TEXT} or has an unseen character"
                self.report((*place, lang), "too-long", message, "Write one plain, short line.")
        return {lang: text for lang, text in texts.items() if isinstance(text, str)}

    def _read_icon(self, value: Any, location: Location) -> str:
        if value == "" or (isinstance(value, str) and len(value) <= 40 and _ICON.fullmatch(value)):
            return str(value)
        self.report(location, "topics", f"{value!a} is no icon", "Use the name of an icon.")
        return ""

"""The passages of an entry: each is embedded and counted on its own.

Pure: a row goes in, passages come out. Promises that a passage never mixes levels: what is in an
agent note is a passage at agent level or above, and in no other. Text is normalised, and only
searched with, never shown: what is shown comes from the database at the moment it is shown.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kb.disclosure import Level, Status
from search.text import HAN, normalise

PIECE_MIN = 120
PIECE_MAX = 180
"""Size of an answer's piece, in Chinese characters; other characters count ``LATIN_SHARE``."""
LATIN_SHARE = 0.35

_SENTENCE = re.compile(r"(?:[^。！？!?；;\n.]|\.(?!\s))+[。！？!?；;\n.]*\s*")
_HAN = re.compile(f"[{HAN}]")


class Kind(StrEnum):
    """What a passage is within its entry."""

    QUESTION = "question"
    ALTERNATE = "alternate"
    ANSWER = "answer"
    NOTE = "note"
    NOT_FOR = "not_for"
    PIN = "pin"
    """No passage: an editor has put the entry first for this wording."""


PHRASINGS = frozenset({Kind.QUESTION, Kind.ALTERNATE})
"""The passages that say what the entry is asked as."""
PROSE = frozenset({Kind.ANSWER, Kind.NOTE})
"""The passages that tell something."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One searchable piece of one language of one entry."""

    slug: str
    lang: str
    kind: Kind
    level: Level
    ordinal: int
    text: str
    publish_from: datetime | None = None
    publish_until: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether ``now`` lies in the window of its entry (start in, end out)."""
        begun = self.publish_from is None or self.publish_from <= now
        return begun and not (self.publish_until is not None and self.publish_until <= now)


class Searchable(Protocol):
    """What is read of an entry; ``kb.tables.EntryRow`` has it."""

    @property
    def slug(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def alternates(self) -> Sequence[str]: ...
    @property
    def not_for(self) -> Sequence[str]: ...
    @property
    def answer_text(self) -> str: ...
    @property
    def agent_note_text(self) -> str: ...
    @property
    def publish_from(self) -> datetime | None: ...
    @property
    def publish_until(self) -> datetime | None: ...


def passages_of(entry: Searchable) -> Iterator[Passage]:
    """The passages of one published entry in one language; none of any other entry."""
    if entry.status != Status.PUBLISHED:
        return
    level = Level(entry.level)
    note_level = max(Level.AGENT, level)
    parts: tuple[tuple[Kind, Level, Iterable[str]], ...] = (
        (Kind.QUESTION, level, [entry.question]),
        (Kind.ALTERNATE, level, entry.alternates),
        (Kind.ANSWER, level, split_answer(entry.answer_text)),
        (Kind.NOTE, note_level, split_answer(entry.agent_note_text)),
        (Kind.NOT_FOR, level, entry.not_for),
    )
    window = (entry.publish_from, entry.publish_until)
    for kind, shown_at, texts in parts:
        for ordinal, text in enumerate(texts):
            if searchable := normalise(text):
                yield Passage(entry.slug, entry.lang, kind, shown_at, ordinal, searchable, *window)


def split_answer(text: str) -> list[str]:
    """Pieces of about ``PIECE_MIN`` to ``PIECE_MAX``, cut at the ends of sentences."""
    pieces: list[str] = []
    piece = ""
    for sentence in _sentences(text):
        if piece and _size(piece) + _size(sentence) > PIECE_MAX:
            pieces.append(piece)
            piece = ""
        piece += sentence
        if _size(piece) >= PIECE_MIN:
            pieces.append(piece)
            piece = ""
    if piece:
        pieces.append(piece)
    return [stripped for piece in pieces if (stripped := piece.strip())]


def _sentences(text: str) -> Iterator[str]:
    """Sentences, those too long for a piece cut to its size."""
    for found in _SENTENCE.finditer(text):
        sentence = found.group()
        if _size(sentence) <= PIECE_MAX:
            yield sentence
            continue
        step = PIECE_MAX if _HAN.search(sentence) else int(PIECE_MAX / LATIN_SHARE)
        yield from (sentence[at : at + step] for at in range(0, len(sentence), step))


def _size(text: str) -> float:
    han = len(_HAN.findall(text))
    return han + (len(text) - han) * LATIN_SHARE

"""What a search gives: values only."""

from dataclasses import dataclass
from enum import StrEnum

from kb.disclosure import Level
from search.passages import Kind


class Outcome(StrEnum):
    """How a search ended; a door need not look at numbers."""

    ANSWERED = "answered"
    SUGGESTED = "suggested"
    MISSED = "missed"


class Mode(StrEnum):
    """With vectors and words, or with words alone; a miss in the latter is not counted as one."""

    HYBRID = "hybrid"
    LEXICAL = "lexical"


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that may answer. Texts are read from the database at the moment of the search.

    ``confidence`` is the probability, 0…1, that this entry answers; ``matched`` says which kind of
    passage spoke best for it.
    """

    slug: str
    lang: str
    topic: str
    topic_name: str
    question: str
    snippet: str
    confidence: float
    matched: Kind
    level: Level


@dataclass(frozen=True, slots=True)
class Result:
    """One search. ``hits`` are best first, and none when the search missed.

    ``read_as`` is the query as it was read where that is not what was typed: with its pinyin in
    characters, or a typing slip undone; else empty.
    """

    query: str
    lang: str
    outcome: Outcome
    mode: Mode
    confidence: float
    hits: tuple[Hit, ...]
    generation: str
    read_as: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that someone who is still typing may mean."""

    slug: str
    lang: str
    question: str


@dataclass(frozen=True, slots=True)
class EngineState:
    """How the engine serves now; ``reason`` is empty when nothing is wrong."""

    mode: Mode
    generation: str
    passages: int
    model: str
    reason: str

"""How well the engine finds: a folder of entries and judged queries in, figures out.

Builds an index in memory and asks the very engine that serves, with the defaults that ship.
A query without gold ids is one that the knowledge base cannot answer.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import numpy as np

from kb.catalog import EntryCard
from kb.disclosure import Audience, Level, Status
from search.encoder import Embedder
from search.engine import SearchEngine
from search.errors import FileInvalid
from search.gate import FixedGate
from search.index import Index, terms_of
from search.passages import passages_of
from search.results import Outcome
from search.shelf import FixedShelf
from search.text import normalise, query_language

DEPTH = 10
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class JudgedEntry:
    """An entry of an evaluation, with what the engine reads of one."""

    slug: str
    topic: str
    question: str
    answer_text: str
    alternates: tuple[str, ...]
    lang: str
    not_for: tuple[str, ...] = ()
    agent_note_text: str = ""
    level: int = int(Level.PUBLIC)
    status: str = Status.PUBLISHED.value
    publish_from: datetime | None = None
    publish_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A question, the entries that answer it (none where nothing does), and who asks."""

    text: str
    gold: frozenset[str]
    level: Level = Level.PUBLIC


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine said to a judged query. ``rank`` is that of the first gold entry, from 1."""

    query: JudgedQuery
    first: str
    rank: int | None
    confidence: float
    outcome: Outcome
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one evaluation; recall is over answerable queries."""

    entries: int
    queries: int
    unanswerable: int
    r_at_1: float
    r_at_5: float
    mrr_at_10: float
    auroc: float | None
    answered: float
    suggested: float
    missed: float
    wrong_among_answered: float
    ms_p50: float
    ms_p95: float

    def as_dict(self) -> dict[str, Any]:
        """The figures by name."""
        return asdict(self)


def read_entries(folder: Path) -> list[JudgedEntry]:
    """``entries.jsonl``. Raises ``FileInvalid`` with the line that is wrong."""
    return list(_read(folder / "entries.jsonl", _entry))


def read_queries(folder: Path, *, split: str | None = None) -> list[JudgedQuery]:
    """``queries.jsonl``, or one split of it. Raises ``FileInvalid``."""
    return read_judged(folder / "queries.jsonl", split=split)


def read_judged(path: Path, *, split: str | None = None) -> list[JudgedQuery]:
    """The judged queries of a file, or one split of them. Raises ``FileInvalid``."""
    judged = _read(path, lambda record: (record.get("split"), _query(record)))
    return [query for part, query in judged if split is None or part == split]


def engine_over(
    entries: Sequence[JudgedEntry],
    embedder: Embedder,
    *,
    progress: Callable[[Iterable[str]], Iterable[str]] = lambda texts: texts,
) -> SearchEngine:
    """The engine on an index of these entries. Raises ``FileInvalid`` where they say nothing."""
    passages = [passage for entry in entries for passage in passages_of(entry)]
    if not passages:
        raise FileInvalid("there is no entry with a question or an answer to ask")
    texts = sorted({passage.text for passage in passages}, key=len)
    vectors = {text: embedder.encode([text])[0] for text in progress(texts)}
    rows = np.stack([vectors[passage.text] for passage in passages])
    index = Index(passages, terms_of(passages), rows)
    gate = FixedGate([_card(one) for one in entries])
    return SearchEngine.over(FixedShelf(index), gate, embedder)


def ask(
    engine: SearchEngine, queries: Iterable[JudgedQuery], *, depth: int = DEPTH
) -> Iterator[Answer]:
    """Each query asked once, as anybody would ask it."""
    for query in queries:
        begun = perf_counter()
        lang = query_language(normalise(query.text))
        found = engine.look(query.text, audience=Audience(query.level), lang=lang, limit=depth)
        spent = (perf_counter() - begun) * 1000.0
        slugs = [hit.slug for hit in found.hits]
        rank = next((at for at, slug in enumerate(slugs, 1) if slug in query.gold), None)
        first = slugs[0] if slugs else ""
        yield Answer(query, first, rank, found.confidence, found.outcome, spent)


def figures(answers: Sequence[Answer], *, entries: int) -> Figures:
    """The figures of these answers."""
    answerable = [one for one in answers if one.query.gold]
    answered = [one for one in answers if one.outcome is Outcome.ANSWERED]
    times = [one.milliseconds for one in answers]
    return Figures(
        entries=entries,
        queries=len(answers),
        unanswerable=len(answers) - len(answerable),
        r_at_1=_share(one.rank == 1 for one in answerable),
        r_at_5=_share(one.rank is not None and one.rank <= 5 for one in answerable),
        mrr_at_10=_mean(1.0 / one.rank if one.rank else 0.0 for one in answerable),
        auroc=auroc(answers),
        answered=_share(one.outcome is Outcome.ANSWERED for one in answers),
        suggested=_share(one.outcome is Outcome.SUGGESTED for one in answers),
        missed=_share(one.outcome is Outcome.MISSED for one in answers),
        wrong_among_answered=_share(one.rank != 1 for one in answered),
        ms_p50=round(float(np.percentile(times, 50)), 3) if times else 0.0,
        ms_p95=round(float(np.percentile(times, 95)), 3) if times else 0.0,
    )


def found_within(answers: Sequence[Answer], depth: int) -> float:
    """The share of answerable queries with a right entry among the first ``depth``."""
    answerable = [one for one in answers if one.query.gold]
    return _share(one.rank is not None and one.rank <= depth for one in answerable)


def auroc(answers: Sequence[Answer]) -> float | None:
    """The chance that an answerable query is given more confidence than an unanswerable one."""
    yes = np.array([one.confidence for one in answers if one.query.gold])
    no = np.sort([one.confidence for one in answers if not one.query.gold])
    if not len(yes) or not len(no):
        return None
    below = np.searchsorted(no, yes, side="left")
    equal = np.searchsorted(no, yes, side="right") - below
    return round(float((below + equal / 2).sum() / (len(yes) * len(no))), 4)


def _read(path: Path, made: Callable[[Mapping[str, Any]], Item]) -> Iterator[Item]:
    """What each line of a file makes. Raises ``FileInvalid`` with the line that makes nothing."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                record = json.loads(line)
                if not isinstance(record, dict):
                    raise ValueError("a line is one JSON object")
                yield made(record)
            except KeyError as error:
                raise FileInvalid(f"{path}:{number}: {error} is missing") from error
            except (ValueError, TypeError) as error:
                raise FileInvalid(f"{path}:{number}: {error}") from error


def _query(record: Mapping[str, Any]) -> JudgedQuery:
    level = Level.from_label(str(record.get("level", Level.PUBLIC.label)))
    return JudgedQuery(str(record["q"]), frozenset(map(str, record["ids"] or ())), level)


def _entry(record: Mapping[str, Any]) -> JudgedEntry:
    question = str(record.get("question") or "")
    answer = str(record.get("answer") or "")
    return JudgedEntry(
        slug=str(record["id"]),
        topic=str(record.get("topic") or ""),
        question=question,
        answer_text=answer,
        alternates=tuple(map(str, record.get("alts") or ())),
        lang=query_language(normalise(question or answer)),
    )


def _card(entry: JudgedEntry) -> EntryCard:
    return EntryCard(
        entry.slug, entry.lang, entry.topic, entry.topic, entry.question, "", Level.PUBLIC
    )


def _share(values: Iterable[bool]) -> float:
    return _mean(float(value) for value in values)


def _mean(values: Iterable[float]) -> float:
    every = list(values)
    return round(sum(every) / len(every), 4) if every else 0.0

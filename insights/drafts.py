"""A change that is not published yet, and the index as it would be with it. Nothing is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from insights.vectors import encode
from kb.disclosure import Level
from kb.entry import Entry
from kb.markdown import render
from search.engine import SearchEngine
from search.index import Index, terms_of
from search.passages import Passage, passages_of
from search.shelf import Serving
from search.stores import Vectors

Key = tuple[str, str]
"""Slug and language of a file."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Entries as they would be, each in place of the one with its slug and language; ``gone`` are
    files that would be there no more, such as that of an address that changes."""

    entries: tuple[Entry, ...] = ()
    gone: frozenset[Key] = frozenset()

    @property
    def slugs(self) -> frozenset[str]:
        """The entries that the change touches, old and new addresses."""
        return frozenset([one.slug for one in self.entries] + [slug for slug, _ in self.gone])


@dataclass(frozen=True, slots=True)
class _Drafted:
    """An entry as its passages are made of it."""

    slug: str
    lang: str
    level: Level
    status: str
    question: str
    alternates: Sequence[str]
    not_for: Sequence[str]
    answer_text: str
    agent_note_text: str
    publish_from: datetime | None
    publish_until: datetime | None


def with_changes(
    engine: SearchEngine, serving: Serving, changes: ChangeSet, *, now: datetime
) -> Serving:
    """What would serve at ``now`` after the change.

    An entry that is to be shown later counts as shown, for that is what its writer asks about.
    Raises ``ModelUnusable`` or ``EncoderBusy``.
    """
    replaced = changes.gone | {(one.slug, one.lang) for one in changes.entries}
    index = serving.index
    kept = [at for at, one in enumerate(index.passages) if (one.slug, one.lang) not in replaced]
    added = [one for entry in changes.entries for one in _passages(entry, now)]
    passages = [*(index.passages[at] for at in kept), *added]
    vectors = None if index.vectors is None else _vectors(engine, index, kept, added)
    guidance = serving.index.guidance
    changed = Index(passages, terms_of(passages), vectors, guidance=guidance)
    return Serving(changed, "", 0, "", serving.revision, dict(serving.calibrations))


def _passages(entry: Entry, now: datetime) -> Iterator[Passage]:
    drafted = _Drafted(
        entry.slug,
        entry.lang,
        entry.level,
        entry.status.value,
        entry.question,
        entry.alternates,
        entry.not_for,
        render(entry.answer).text,
        render(entry.agent_note).text,
        entry.publish_from,
        entry.publish_until,
    )
    for one in passages_of(drafted):
        at = max(now, entry.publish_from or now)
        if one.is_live(at):
            yield replace(one, publish_from=None, publish_until=None)


def _vectors(
    engine: SearchEngine, index: Index, kept: Sequence[int], added: Sequence[Passage]
) -> Vectors:
    """Vectors of the passages kept and added; a text that the index knows is not encoded."""
    rows = {one.text: at for at, one in enumerate(index.passages)}
    before = np.zeros((0, engine.embedder.dimension)) if index.vectors is None else index.vectors
    fresh = encode(engine, [one.text for one in added if one.text not in rows])
    own = [before[rows[one.text]] if one.text in rows else fresh[one.text] for one in added]
    return np.concatenate([before[list(kept)], *(one[np.newaxis] for one in own)], dtype=np.float32)

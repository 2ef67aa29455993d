"""Passages as columns: a hundred thousand entries without a million Python objects.

A table reads as a sequence of ``Passage``; each is made when it is asked for. Numbers stand in one
NumPy array, all texts in one run of UTF-8 that may be mapped from a file.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from mmap import mmap
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from kb.disclosure import Level
from search.passages import Kind, Passage

Columns = npt.NDArray[np.void]
Positions = npt.NDArray[np.int64]
"""Where passages stand in a table."""
Window = tuple[datetime | None, datetime | None]
Place = tuple[int, str, str, str, int]
FOUND_MAX = 5_000
ALWAYS: Window = (None, None)

LAYOUT = np.dtype(
    [
        ("owner", "<i4"),
        ("lang", "<i2"),
        ("kind", "i1"),
        ("level", "i1"),
        ("ordinal", "<i4"),
        ("window", "<i4"),
        ("end", "<i8"),
        ("text", "<u8"),
        ("source", "<u8"),
    ]
)
"""Owner, language, kind and window are numbers of names; ``end`` is where the text ends, ``text``
a name for it, ``source`` one for the state of the entry that the passage was made of, or zero."""
KINDS = tuple(Kind)
_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}


class PassageTable(Sequence[Passage]):
    """Passages in the order of their places, and what their numbers stand for.

    ``slugs`` are sorted, and owners are places in them.
    """

    def __init__(
        self,
        columns: Columns,
        *,
        slugs: tuple[str, ...],
        langs: tuple[str, ...],
        windows: tuple[Window, ...],
        texts: bytes | mmap,
    ) -> None:
        self.columns = columns
        self.slugs = slugs
        self.langs = langs
        self.windows = windows
        self.texts = texts
        self.ends = np.ascontiguousarray(columns["end"])
        if len(columns) and int(self.ends[-1]) != len(texts):
            raise ValueError("its texts are not those of its passages")

    def __len__(self) -> int:
        return len(self.columns)

    @overload
    def __getitem__(self, at: int) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Passage]: ...
    def __getitem__(self, at: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        row: Any = self.columns[at]
        begin, until = self.windows[row["window"]]
        return Passage(
            self.slugs[row["owner"]],
            self.langs[row["lang"]],
            KINDS[row["kind"]],
            Level(row["level"]),
            int(row["ordinal"]),
            self.text(int(at)),
            begin,
            until,
        )

    def __iter__(self) -> Iterator[Passage]:
        return (self[at] for at in range(len(self)))

    def text(self, at: int) -> str:
        """The text of one passage."""
        at = range(len(self))[at]
        begin = int(self.ends[at - 1]) if at else 0
        return self.texts[begin : int(self.ends[at])].decode()

    def lines(self, begin: int, end: int) -> str:
        """The texts of neighbouring passages, each on a line of its own."""
        first = int(self.ends[begin - 1]) if begin else 0
        ends = self.ends[begin:end] - first
        size = int(ends[-1]) if len(ends) else 0
        written = np.frombuffer(self.texts[first : first + size], dtype=np.uint8)
        return np.insert(written, ends, ord("\n")).tobytes().decode()

    def holding(self, part: str, *, visible: int, most: int = FOUND_MAX) -> list[int]:
        """Which of the first ``visible`` passages hold this part of a text; found bytewise.

        The first ``most`` of them: what a hundred thousand texts hold says nothing.
        """
        found: list[int] = []
        sought, end = part.encode(), int(self.ends[visible - 1]) if visible else 0
        at = self.texts.find(sought, 0, end) if sought else -1
        while at >= 0 and len(found) < most:
            row = int(np.searchsorted(self.ends, at, side="right"))
            if at + len(sought) <= int(self.ends[row]):
                found.append(row)
                at = self.texts.find(sought, int(self.ends[row]), end)
            else:
                at = self.texts.find(sought, at + 1, end)
        return found

    def where(self, text: str) -> int:
        """A passage with exactly this text; -1 where there is none."""
        for at in np.flatnonzero(self.columns["text"] == name_of(text)).tolist():
            if self.text(at) == text:
                return int(at)
        return -1

    def span(self, level: Level) -> tuple[int, int]:
        """Where the passages of a level begin and end."""
        levels = np.ascontiguousarray(self.columns["level"])
        begin, end = np.searchsorted(levels, [level, level + 1]).tolist()
        return begin, end

    def live(self, now: datetime) -> npt.NDArray[np.bool_]:
        """Which passages ``now`` lies in the window of (start in, end out)."""
        open_now = [
            (begin is None or begin <= now) and not (until is not None and until <= now)
            for begin, until in self.windows
        ]
        live: npt.NDArray[np.bool_] = np.array(open_now, dtype=bool)[self.columns["window"]]
        return live

    def place(self, at: int) -> Place:
        """What the passage is sorted by."""
        row = self.columns[at]
        kind = KINDS[row["kind"]]
        slug, lang = self.slugs[row["owner"]], self.langs[row["lang"]]
        return int(row["level"]), slug, lang, kind, int(row["ordinal"])

    def revised(
        self, kept: npt.NDArray[np.bool_], added: Sequence[Passage], sources: Sequence[int]
    ) -> tuple["PassageTable", Positions]:
        """The table of the kept passages and the added ones, and where in it the added stand.

        ``added`` are in the order of their places, ``sources`` their column. Costs what changed,
        and one copy of the columns.
        """
        stays = np.flatnonzero(kept)
        points = np.array(
            [bisect_left(stays, place_of(one), key=self.place) for one in added], dtype=np.int64
        )
        owned = np.zeros(len(self.slugs), dtype=bool)
        owned[self.columns["owner"][stays]] = True
        remaining = [self.slugs[one] for one in np.flatnonzero(owned)]
        slugs = tuple(sorted({*remaining, *(one.slug for one in added)}))
        numbers = {slug: number for number, slug in enumerate(slugs)}
        rows = self.columns[stays]
        spoken = [self.langs[one] for one in np.unique(rows["lang"])]
        langs = tuple(sorted({*spoken, *(one.lang for one in added)}))
        opened = [self.windows[one] for one in np.unique(rows["window"])]
        windows = tuple(sorted({ALWAYS, *opened, *map(_window, added)}, key=str))
        renumbered = np.zeros(len(self.slugs), dtype=np.int32)
        renumbered[owned] = [numbers[slug] for slug in remaining]
        rows["owner"] = renumbered[rows["owner"]]
        lang_numbers = {lang: number for number, lang in enumerate(langs)}
        window_numbers = {window: number for number, window in enumerate(windows)}
        if len(rows):
            moved = np.array([lang_numbers.get(one, -1) for one in self.langs], dtype=np.int16)
            rows["lang"] = moved[rows["lang"]]
            shifted = np.array(
                [window_numbers.get(one, -1) for one in self.windows], dtype=np.int32
            )
            rows["window"] = shifted[rows["window"]]
        new = np.zeros(len(added), dtype=LAYOUT)
        texts = [one.text.encode() for one in added]
        for at, one in enumerate(added):
            new[at] = (
                numbers[one.slug],
                lang_numbers[one.lang],
                _NUMBERS[one.kind],
                int(one.level),
                one.ordinal,
                window_numbers[_window(one)],
                0,
                name_of(one.text),
                sources[at] if sources else 0,
            )
        columns = np.insert(rows, points, new)
        places = points + np.arange(len(added))
        sizes = np.insert(np.diff(self.ends, prepend=0)[stays], points, list(map(len, texts)))
        columns["end"] = np.cumsum(sizes)
        joined = b"".join(self._runs(stays, points, texts))
        table = PassageTable(columns, slugs=slugs, langs=langs, windows=windows, texts=joined)
        return table, places

    def only(self, kept: npt.NDArray[np.bool_]) -> "PassageTable":
        """The table of these passages."""
        return self if kept.all() else self.revised(kept, (), ())[0]

    def _runs(self, stays: Positions, points: Positions, texts: list[bytes]) -> Iterator[bytes]:
        """The texts of kept passages in long runs, and between them those that are added."""
        cuts = np.unique(np.r_[0, np.flatnonzero(np.diff(stays) != 1) + 1, points, len(stays)])
        added = 0
        for begin, end in zip(cuts, np.r_[cuts[1:], len(stays)], strict=True):
            while added < len(points) and points[added] <= begin:
                yield texts[added]
                added += 1
            if begin < end:
                first, last = int(stays[begin]), int(stays[end - 1])
                yield self.texts[int(self.ends[first - 1]) if first else 0 : int(self.ends[last])]


def table_of(passages: Sequence[Passage]) -> PassageTable:
    """The table of passages that stand in the order of their places."""
    if isinstance(passages, PassageTable):
        return passages
    return NOTHING.revised(np.zeros(0, dtype=bool), passages, ())[0]


def copy_kept(
    rows: npt.NDArray[np.float32],
    kept: npt.NDArray[np.bool_],
    target: npt.NDArray[np.float32],
    places: Positions,
) -> None:
    """Copy the kept rows into ``target`` around ``places``, run by run and nothing twice."""
    free = np.ones(len(target), dtype=bool)
    free[places] = False
    sources, targets = np.flatnonzero(kept), np.flatnonzero(free)
    cuts = np.flatnonzero((np.diff(sources) != 1) | (np.diff(targets) != 1)) + 1
    begins, ends = np.r_[0, cuts].tolist(), np.r_[cuts, len(sources)].tolist()
    for begin, end in zip(begins, ends, strict=True):
        if begin < end:
            to, of = int(targets[begin]), int(sources[begin])
            target[to : to + end - begin] = rows[of : of + end - begin]


def place_of(passage: Passage) -> Place:
    """What passages are sorted by: level first, so that an audience sees a prefix."""
    return int(passage.level), passage.slug, passage.lang, passage.kind, passage.ordinal


def name_of(text: str) -> int:
    """64 bits that stand for a text, for quick looks; equality is still looked at."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def _window(passage: Passage) -> Window:
    return passage.publish_from, passage.publish_until


NOTHING = PassageTable(np.zeros(0, dtype=LAYOUT), slugs=(), langs=(), windows=(ALWAYS,), texts=b"")

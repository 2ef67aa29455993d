"""The files of a content.

``passages.npy`` and ``texts.utf8`` are the passages as columns (``search.table``), ``names.json``
what their numbers stand for. The counts of all fields stand one after the other in ``terms.npy``,
``begins.npy``, ``places.npy``, ``counts.npy`` and ``lengths.npy``; ``vectors.npy`` has one row per
passage; ``centres.npy`` and ``cells.npy`` divide large shards; ``pairs.npy``, ``often.npy`` and
``spellings.json`` say how the texts of each level are spelt; ``calibrations.json`` says how sure to
be, ``guidance.json`` what editors have said about words.
Arrays and texts are mapped, not read: what no question needs takes no memory.
Reading checks that the parts belong together.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import pairwise
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.disclosure import Level
from search.cells import Cells
from search.confidence import FEATURES, Calibration
from search.content import Content
from search.durable import write_array, write_bytes
from search.guidance import read_guidance
from search.mapped import mapped_array, mapped_bytes
from search.postings import Counts
from search.spelling import Spelling
from search.table import LAYOUT, PassageTable, Window

Digests = dict[str, str]
_COUNTED = ("terms", "begins", "places", "counts", "lengths")
_PARTS = {"places": "passages"}
ARRAYS = ("passages", *_COUNTED, "vectors", "centres", "cells", "pairs", "often")
FILES = (
    *(f"{name}.npy" for name in ARRAYS),
    "texts.utf8",
    "names.json",
    "spellings.json",
    "calibrations.json",
    "guidance.json",
)
NOTHING = np.zeros((0, 0), dtype=np.float32)
NO_PAIRS = np.zeros(0, dtype=np.uint64)
NEVER = np.zeros(0, dtype=np.int64)


def write_rows(folder: Path, content: Content) -> Digests:
    """Write, durably, every file that needs nothing learned. Gives the SHA-256 of each."""
    arrays: dict[str, Sequence[npt.NDArray[Any]]] = {
        "passages": [content.passages.columns],
        "vectors": [NOTHING if content.vectors is None else content.vectors],
        "pairs": [one.pairs for one in content.spellings.values()] or [NO_PAIRS],
        "often": [one.counts for one in content.spellings.values()] or [NEVER],
    }
    for name in _COUNTED:
        arrays[name] = [getattr(one, _PARTS.get(name, name)) for one in content.counts.values()]
    texts = {
        "texts.utf8": content.passages.texts,
        "spellings.json": json.dumps(_spelled(content), ensure_ascii=False).encode(),
        "guidance.json": content.guidance.as_json().encode(),
    }
    return _written(folder, arrays, texts)


def write_learned(folder: Path, content: Content) -> Digests:
    """Write the other files of ``FILES`` likewise."""
    arrays: dict[str, Sequence[npt.NDArray[Any]]] = {
        "centres": [one.centres for one in content.cells] or [NOTHING],
        "cells": [one.of for one in content.cells] or [np.zeros(0, dtype=np.int32)],
    }
    texts = {
        "names.json": json.dumps(_names(content), ensure_ascii=False).encode(),
        "calibrations.json": json.dumps([asdict(one) for one in content.calibrations]).encode(),
    }
    return _written(folder, arrays, texts)


def _written(
    folder: Path,
    arrays: Mapping[str, Sequence[npt.NDArray[Any]]],
    texts: Mapping[str, "bytes | mmap"],
) -> Digests:
    paths = {name: folder / f"{name}.npy" for name in arrays}
    digests = {path.name: write_array(path, arrays[name]) for name, path in paths.items()}
    return digests | {name: write_bytes(folder / name, data) for name, data in texts.items()}


def read_content(folder: Path, *, revision: str) -> Content:
    """The content in a folder. Raises ``ValueError`` or ``OSError`` where it is not whole."""
    arrays = {name: mapped_array(folder / f"{name}.npy") for name in ARRAYS}
    names = json.loads((folder / "names.json").read_text("utf-8"))
    passages = _passages(arrays["passages"], names, mapped_bytes(folder / "texts.utf8"))
    if revision and len(arrays["vectors"]) != len(passages):
        raise ValueError("its vectors are not those of its passages")
    learned = json.loads((folder / "calibrations.json").read_text("utf-8"))
    spelled = json.loads((folder / "spellings.json").read_text("utf-8"))
    return Content(
        passages,
        _counts(arrays, names["counts"], len(passages)),
        arrays["vectors"] if revision else None,
        revision,
        tuple(_calibration(one) for one in learned),
        read_guidance((folder / "guidance.json").read_text("utf-8")),
        tuple(_cells(arrays, names["shards"])),
        _spellings(arrays, spelled),
    )


def shards_of(content: Content) -> list[dict[str, Any]]:
    """How the large shards are divided, in words and numbers."""
    return [
        {
            "level": one.level.label,
            "vectors": len(one.of),
            "cells": len(one.centres),
            "probes": one.probes,
            "recall": one.recall,
            "sample": one.sample,
        }
        for one in content.cells
    ]


def _names(content: Content) -> dict[str, Any]:
    windows = [
        [moment.isoformat() if moment else None for moment in window]
        for window in content.passages.windows
    ]
    counts = {
        name: [len(getattr(one, _PARTS.get(part, part))) for part in _COUNTED]
        for name, one in content.counts.items()
    }
    return {
        "slugs": content.passages.slugs,
        "langs": content.passages.langs,
        "windows": windows,
        "counts": counts,
        "shards": shards_of(content),
    }


def _passages(
    columns: npt.NDArray[Any], names: Mapping[str, Any], texts: "mmap | bytes"
) -> PassageTable:
    if columns.dtype != LAYOUT:
        raise ValueError("its passages are not of this version")
    return PassageTable(
        columns,
        slugs=tuple(names["slugs"]),
        langs=tuple(names["langs"]),
        windows=tuple(_window(one) for one in names["windows"]),
        texts=texts,
    )


def _counts(
    arrays: Mapping[str, npt.NDArray[Any]], sizes: Mapping[str, Sequence[int]], passages: int
) -> dict[str, Counts]:
    """The counts of each field, cut out of the arrays of all."""
    ends = np.cumsum([[0] * len(_COUNTED), *sizes.values()], axis=0)
    if [len(arrays[name]) for name in _COUNTED] != ends[-1].tolist():
        raise ValueError("its counts are not those of its fields")
    cut = {
        field: Counts(
            *(arrays[part][at:end] for part, at, end in zip(_COUNTED, *span, strict=True))
        )
        for field, span in zip(sizes, pairwise(ends.tolist()), strict=True)
    }
    if len(cut["words"].lengths) != passages:
        raise ValueError("its counts are not those of its passages")
    return cut


def _cells(
    arrays: Mapping[str, npt.NDArray[Any]], shards: Sequence[Mapping[str, Any]]
) -> "list[Cells]":
    found: list[Cells] = []
    at = row = 0
    for one in shards:
        count, vectors = int(one["cells"]), int(one["vectors"])
        centres = np.ascontiguousarray(arrays["centres"][at : at + count])
        of = arrays["cells"][row : row + vectors]
        level = Level.from_label(one["level"])
        probes, recall = int(one["probes"]), float(one["recall"])
        found.append(Cells(level, centres, of, probes, recall, str(one["sample"])))
        at, row = at + count, row + vectors
    if (at, row) != (len(arrays["centres"]), len(arrays["cells"])):
        raise ValueError("its cells are not those of its shards")
    return found


def _spelled(content: Content) -> list[dict[str, Any]]:
    return [
        {
            "level": level.label,
            "pairs": len(one.pairs),
            "characters": one.characters,
            "latin": one.latin,
        }
        for level, one in content.spellings.items()
    ]


def _spellings(
    arrays: Mapping[str, npt.NDArray[Any]], spelled: Sequence[Mapping[str, Any]]
) -> dict[Level, Spelling]:
    ends = np.cumsum([0, *(int(one["pairs"]) for one in spelled)]).tolist()
    if {len(arrays["pairs"]), len(arrays["often"])} != {ends[-1]}:
        raise ValueError("its spellings are not those of its levels")
    return {
        Level.from_label(one["level"]): Spelling(
            one["characters"], arrays["pairs"][at:end], arrays["often"][at:end], one["latin"]
        )
        for one, (at, end) in zip(spelled, pairwise(ends), strict=True)
    }


def _calibration(record: dict[str, Any]) -> Calibration:
    weights = tuple(float(weight) for weight in record["weights"])
    if len(weights) != len(FEATURES) + 1:
        raise ValueError("its calibration is not of this version")
    return Calibration(weights, str(record["basis"]))


def _window(moments: Sequence[str | None]) -> Window:
    begin, until = (None if one is None else datetime.fromisoformat(one) for one in moments)
    return begin, until

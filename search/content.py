"""What an index generation holds, and its files.

``passages.jsonl`` has one passage per line, ``terms.npy`` with ``term_counts.npy`` their terms by
field, ``vectors.npy`` one row per passage, ``calibrations.json`` how sure to be,
``guidance.json`` what editors have said about words.
Reading checks that the parts belong together.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.disclosure import Level
from search.confidence import FEATURES, Calibration
from search.durable import write_array, write_text
from search.fields import FIELDS
from search.guidance import NO_GUIDANCE, Guidance, read_guidance
from search.passages import Kind, Passage
from search.stores import Vectors
from search.text import RECIPE
from search.words import Terms

FILES = (
    "passages.jsonl",
    "terms.npy",
    "term_counts.npy",
    "vectors.npy",
    "calibrations.json",
    "guidance.json",
)


@dataclass(frozen=True, slots=True)
class Content:
    """Passages, their terms by field, and their vectors, row by row.

    ``vectors`` is ``None`` where no model was usable; ``revision``, the model's, is then empty.
    ``calibrations`` are one per audience, learned from the passages that were live then.
    """

    passages: tuple[Passage, ...]
    terms: Mapping[str, Sequence[Terms]]
    vectors: Vectors | None
    revision: str
    calibrations: tuple[Calibration, ...] = ()
    guidance: Guidance = NO_GUIDANCE

    @property
    def digest(self) -> str:
        """A name for exactly these passages, guidance, model and recipe."""
        digest = sha256(f"{RECIPE} {self.revision} {self.guidance.as_json()}".encode())
        for passage in self.passages:
            digest.update(_line(passage).encode())
        return digest.hexdigest()


def write_content(folder: Path, content: Content) -> None:
    """Write every file of ``FILES``, durably."""
    write_text(folder / "passages.jsonl", "".join(map(_line, content.passages)))
    by_field = [content.terms[field.name] for field in FIELDS]
    counts = np.array([[len(one) for one in terms] for terms in by_field], dtype=np.int32)
    every = [one for terms in by_field for one in terms]
    write_array(folder / "terms.npy", np.concatenate([np.zeros(0, dtype=np.uint32), *every]))
    write_array(folder / "term_counts.npy", counts)
    nothing = np.zeros((0, 0), dtype=np.float32)
    write_array(folder / "vectors.npy", nothing if content.vectors is None else content.vectors)
    learned = [asdict(one) for one in content.calibrations]
    write_text(folder / "calibrations.json", json.dumps(learned))
    write_text(folder / "guidance.json", content.guidance.as_json())


def read_content(folder: Path, *, revision: str) -> Content:
    """The content in a folder. Raises ``ValueError`` or ``OSError`` where it is not whole."""
    with (folder / "passages.jsonl").open(encoding="utf-8") as file:
        passages = tuple(_passage(json.loads(line)) for line in file)
    learned = (folder / "calibrations.json").read_text("utf-8")
    counts = np.load(folder / "term_counts.npy", allow_pickle=False)
    spelled = np.load(folder / "terms.npy", allow_pickle=False)
    vectors: Vectors = np.load(folder / "vectors.npy", allow_pickle=False, mmap_mode="r")
    if counts.shape != (len(FIELDS), len(passages)) or counts.sum() != len(spelled):
        raise ValueError("its terms are not those of its passages")
    if revision and len(vectors) != len(passages):
        raise ValueError("its vectors are not those of its passages")
    return Content(
        passages,
        _cut(spelled, counts),
        vectors if revision else None,
        revision,
        tuple(_calibration(one) for one in json.loads(learned)),
        read_guidance((folder / "guidance.json").read_text("utf-8")),
    )


def _cut(spelled: Terms, counts: npt.NDArray[np.int32]) -> dict[str, list[Terms]]:
    """The terms of each passage by field, out of all of them in a row."""
    ends = np.cumsum(counts.ravel(), dtype=np.int64)
    pieces = [spelled[end - count : end] for end, count in zip(ends, counts.ravel(), strict=True)]
    width = counts.shape[1]
    return {field.name: pieces[row * width : (row + 1) * width] for row, field in enumerate(FIELDS)}


def _line(passage: Passage) -> str:
    moments = (passage.publish_from, passage.publish_until)
    window = [moment.isoformat() if moment else None for moment in moments]
    place = [passage.slug, passage.lang, passage.kind, int(passage.level), passage.ordinal]
    return json.dumps([*place, passage.text, *window], ensure_ascii=False) + "\n"


def _passage(record: list[Any]) -> Passage:
    slug, lang, kind, level, ordinal, text, begin, end = record
    return Passage(
        slug, lang, Kind(kind), Level(level), int(ordinal), text, _moment(begin), _moment(end)
    )


def _calibration(record: dict[str, Any]) -> Calibration:
    weights = tuple(float(weight) for weight in record["weights"])
    if len(weights) != len(FEATURES) + 1:
        raise ValueError("its calibration is not of this version")
    return Calibration(weights, str(record["basis"]))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

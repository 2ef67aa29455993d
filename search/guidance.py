"""What editors have said about words: synonyms and pins, as an index generation carries them."""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from kb.pins import Pin
from kb.synonyms import Synonyms
from search.text import normalise

_UNSPOKEN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Guidance:
    """``synonyms`` are groups of equivalents; ``pins`` pairs of a query's form and a slug."""

    synonyms: Synonyms = ()
    pins: tuple[tuple[str, str], ...] = ()

    def pinned(self, text: str) -> tuple[str, ...]:
        """The slugs pinned to this very wording, in the order of the file: the first that somebody
        may see stands first for them."""
        form = form_of(text) if self.pins else ""
        return tuple(slug for query, slug in self.pins if query == form)

    def as_json(self) -> str:
        """One line; the same guidance gives the same line."""
        return json.dumps(asdict(self), ensure_ascii=False)


NO_GUIDANCE = Guidance()


def guidance_of(
    synonyms: Synonyms | None, pins: tuple[Pin, ...] | None, *, before: Guidance
) -> Guidance:
    """What the files say; of a file that is faulty (None) what it said ``before``."""
    kept = before.pins if pins is None else tuple((form_of(pin.query), pin.slug) for pin in pins)
    return Guidance(before.synonyms if synonyms is None else synonyms, kept)


def form_of(text: str) -> str:
    """What two wordings share that differ in case, width and punctuation only."""
    return _UNSPOKEN.sub(" ", normalise(text)).strip()


def read_guidance(text: str) -> Guidance:
    """The guidance in ``as_json``. Raises ``ValueError``, ``KeyError`` or ``TypeError``."""
    record: dict[str, Any] = json.loads(text)
    return Guidance(
        tuple(tuple(map(str, group)) for group in record["synonyms"]),
        tuple((str(query), str(slug)) for query, slug in record["pins"]),
    )

"""How well misses group by meaning, and how fast: ``python -m benchmarks.clusters``.

Every set is queries with the entry that answers each; queries of one entry are of one meaning.
The adjusted mutual information between groups and meanings is 1 for equal and 0 for chance. It is
given for several thresholds, so that ``insights.clusters.ALIKE_AT`` can be chosen; the small
labelled set of the tests, which is like a shop's misses, decides where they differ.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score

from benchmarks.subjects import Remembering
from insights.clusters import ALIKE_AT
from insights.linkage import link, no_groups
from insights.priority import ANSWERS_AT
from insights.space import Space
from kb.disclosure import Level, Status
from kb.library import Library
from kb.markdown import render
from search.embedder import open_embedder
from search.encoder import Embedder
from search.engine import centre_of
from search.evaluation import JudgedEntry, JudgedQuery, ask, engine_over
from search.results import Outcome
from search.text import normalise, query_language

ROOT = Path(__file__).resolve().parent.parent
LABELLED = ROOT / "tests" / "insights" / "clusters.jsonl"
THRESHOLDS = (0.15, 0.2, 0.23, 0.25, 0.27, 0.3, 0.33, 0.36, 0.4, 0.45)
LARGEST = 1_500
KEPT_PASSAGES = 2_000
SCALE = 20_000
NEW = "new"
LEAST_PER_MEANING = 3
"""Sets with fewer queries for each meaning have nothing to group."""

Labelled = list[tuple[str, str]]


def lines(path: Path) -> Iterator[dict[str, object]]:
    """The objects of a file of JSON lines."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def labelled_set() -> Labelled:
    """The labelled misses of the tests."""
    return [(normalise(str(one["text"])), str(one["meaning"])) for one in lines(LABELLED)]


def queries(folder: Path, *, seed: int = 1) -> Labelled:
    """At most ``LARGEST`` different queries of a set that have exactly one right entry."""
    found: dict[str, str] = {}
    for one in lines(folder / "queries.jsonl"):
        ids = one["ids"]
        if isinstance(ids, list) and len(ids) == 1:
            found[normalise(str(one["q"]))] = str(ids[0])
    chosen = sorted(found.items())
    random.Random(seed).shuffle(chosen)
    return chosen[:LARGEST]


def passages(folder: Path) -> list[str]:
    """Texts of the entries, which the centre is the mean of."""
    found: list[str] = []
    for one in lines(folder / "entries.jsonl"):
        alternates = one.get("alts") or []
        texts = [one.get("question"), *(alternates if isinstance(alternates, list) else [])]
        found += [normalise(str(text)) for text in texts if text]
        if not any(texts) and one.get("answer"):
            found.append(normalise(str(one["answer"]))[:200])
    return found[:KEPT_PASSAGES]


def shop_passages() -> list[str]:
    """Questions and other ways to ask of the content that ships."""
    entries = [found.entry for found in Library(ROOT / "content").scan().entries.values()]
    return [normalise(text) for one in entries for text in (one.question, *one.alternates)]


def scores(labelled: Labelled, space: Space, thresholds: Sequence[float]) -> list[float]:
    """The adjusted mutual information at each threshold."""
    vectors = space.centred(space.encode([text for text, _meaning in labelled]))
    meanings = [meaning for _text, meaning in labelled]
    none = no_groups(vectors.shape[1])
    groups = [link(vectors, standing=none, at_least=least) for least in thresholds]
    return [float(adjusted_mutual_info_score(meanings, one.tolist())) for one in groups]


def reach(labelled: Labelled, embedder: Embedder) -> tuple[float, float]:
    """The share of wordings as near to the title of their meaning as an answer is said to be, and
    the share that the shipped shop answers with it once the title is an entry.

    The title is the most central wording, which is not counted.
    """
    shop = list(shop_entries())
    near, answered, total = 0, 0, 0
    for meaning in sorted({meaning for _text, meaning in labelled}):
        wordings = [text for text, one in labelled if one == meaning]
        vectors = np.concatenate([embedder.encode([text]) for text in wordings])
        title = int((vectors @ vectors.mean(axis=0)).argmax())
        rest = [text for text in wordings if text != wordings[title]]
        near += int((vectors @ vectors[title] >= ANSWERS_AT).sum()) - len(wordings) + len(rest)
        lang = query_language(wordings[title])
        entry = JudgedEntry(NEW, "", wordings[title], "", (), lang)
        engine = engine_over([*shop, entry], embedder)
        asked = [JudgedQuery(text, frozenset({NEW})) for text in rest]
        found = [one for one in ask(engine, asked, depth=1) if one.outcome is Outcome.ANSWERED]
        answered += sum(one.first == NEW for one in found)
        total += len(rest)
    return near / total, answered / total


def shop_entries() -> Iterator[JudgedEntry]:
    """What the shipped shop says to anybody, each language an entry of its own."""
    for found in Library(ROOT / "content").scan().entries.values():
        one = found.entry
        if (one.status, one.level) == (Status.PUBLISHED, Level.PUBLIC):
            answer = render(one.answer).text
            slug = f"{one.slug}-{one.lang}"
            yield JudgedEntry(
                slug, one.topic, one.question, answer, one.alternates, one.lang, one.not_for
            )


def scale(space: Space, texts: Sequence[str], *, count: int = SCALE) -> tuple[int, float, float]:
    """Different wordings among ``count`` misses, and the seconds to encode and to group them."""
    chance = random.Random(2)
    wordings = sorted({_mistyped(chance.choice(texts), chance) for _miss in range(count)})
    begun = perf_counter()
    vectors = space.encode(wordings)
    encoded = perf_counter()
    link(space.centred(vectors), standing=no_groups(vectors.shape[1]), at_least=ALIKE_AT)
    return len(wordings), encoded - begun, perf_counter() - encoded


def _mistyped(text: str, chance: random.Random) -> str:
    """The text, or, as often as not, without one of its letters."""
    at = chance.randrange(len(text))
    return text if chance.random() < 0.5 or len(text) < 3 else text[:at] + text[at + 1 :]


def main() -> None:
    """Print one table, and the seconds that 20,000 misses take."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder of evaluation sets")
    parser.add_argument("--model", default=str(ROOT / "models" / "dawen-zh-en"))
    parser.add_argument("--no-scale", action="store_true", help="leave the timing out")
    options = parser.parse_args()
    embedder = open_embedder(options.model)
    print(f"{'set':20} {'n':>5} " + " ".join(f"{least:6.2f}" for least in THRESHOLDS))
    shop = space_of(embedder, shop_passages())
    _print("labelled misses", labelled_set(), shop)
    everything = [text for text, _meaning in labelled_set()]
    for folder in sorted(options.data.iterdir()) if options.data else ():
        if (folder / "queries.jsonl").exists():
            labelled = queries(folder)
            if len(labelled) < LEAST_PER_MEANING * len({meaning for _text, meaning in labelled}):
                continue
            _print(folder.name, labelled, space_of(embedder, passages(folder)))
            everything += [text for text, _meaning in labelled]
    near, answered = reach(labelled_set(), Remembering(embedder))
    print(f"as near to a title as {ANSWERS_AT}: {near:.2f}; answered by it: {answered:.2f}")
    if not options.no_scale:
        wordings, encoding, linking = scale(shop, everything)
        print(f"{SCALE} misses, {wordings} wordings: {encoding:.1f} s + {linking:.1f} s")


def space_of(embedder: Embedder, texts: Sequence[str]) -> Space:
    """The space of a shop that says this."""
    vectors = Space(embedder, np.zeros(1, np.float32)).encode(texts)
    return Space(embedder, centre_of(vectors))


def _print(name: str, labelled: Labelled, space: Space) -> None:
    row = " ".join(f"{score:6.3f}" for score in scores(labelled, space, THRESHOLDS))
    print(f"{name:20} {len(labelled):5} {row}", flush=True)


if __name__ == "__main__":
    main()

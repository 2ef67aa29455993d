"""What the model is taught with: the corpus as an endless, repeatable stream of batches.

| kind | batch | loss in `training.learner` |
|---|---|---|
| parallel | Chinese, English | distance to the teacher's English, and contrast with it |
| gloss | dictionary word, gloss | the same, at half the weight |
| english | English | distance to the teacher, so that English is kept |
| intent | clusters of questions, both languages | supervised contrast, English held back |
| local | Chinese, Chinese of another region | contrast |
| qa | title or question, part of the body | contrast within one source |
"""

import random
from collections.abc import Iterator

from training import batches
from training.augment import augment
from training.batches import Batch
from training.corpus import Pair
from training.evaluate import pieces
from training.glosses import Glosses, clean_gloss, read_shop_words
from training.recipe import KINDS, Recipe
from training.teacher import Teacher
from training.text import HAN_ONLY, is_chinese

QA = {
    "zh_alidocs_title_body": 2.0,
    "zh_ms_d365_title_body": 1.0,
    "zh_ms_support_title_body": 0.5,
    "answers": 3.0,
    "answers_wider": 4.0,
}
"""Files of titles or questions with what answers them, and how often each is drawn."""
SHORTEST_PASSAGE = 24
"""Characters; what is left over at the end of a body says too little."""
_ASKED = (
    "怎么{}",
    "如何{}",
    "{}怎么办",
    "{}怎么弄",
    "请问{}",
    "我想{}",
    "为什么{}",
    "{}是什么意思",
)


class Batches:
    """The lanes of a recipe; batch number n is the same in every run that starts at n = 0."""

    def __init__(self, pairs: list[Pair], teacher: Teacher, recipe: Recipe) -> None:
        glosses, seed = gloss_table(pairs), recipe.seed

        def noise(text: str, chance: random.Random) -> str:
            return augment(text, glosses, chance, share=recipe.noise)

        def asking(text: str, chance: random.Random) -> str:
            return noise(asked(text, chance), chance)

        def quiet(text: str, _: random.Random) -> str:
            return text

        found = batches.by_dataset(pairs)
        parallel = [oriented(pair) for pair in pairs if pair.kind == "parallel"]
        parallel = [pair for pair in parallel if pair.b in teacher and is_chinese(pair.a)]
        glossed = [pair for pair in found.get("zhen_cedict", []) if pair.b in teacher]
        english = [
            text
            for pair in pairs
            if pair.kind != "synonym"
            for text in (pair.a, pair.b)
            if text in teacher
        ]
        families = batches.intent_families(found)
        qa = [(weight, passages(found[name])) for name, weight in QA.items() if name in found]
        self._lanes = {
            "parallel": batches.paired_lane(
                "parallel", parallel, 144 * recipe.scale, noise, f"parallel{seed}"
            ),
            "gloss": batches.paired_lane(
                "gloss", glossed, 256 * recipe.scale, quiet, f"gloss{seed}"
            ),
            "english": batches.single_lane(
                "english", list(dict.fromkeys(english)), 128 * recipe.scale, noise, f"english{seed}"
            ),
            "intent": batches.cluster_lane(
                "intent",
                families,
                clusters=40 * recipe.scale,
                members=4,
                noise=noise,
                seed=f"intent{seed}",
            ),
            "local": batches.paired_lane(
                "local",
                found.get("zh_massive_tw", []),
                160 * recipe.scale,
                noise,
                f"local{seed}",
            ),
            "qa": batches.neighbour_lane("qa", qa, 72 * recipe.scale, asking, f"qa{seed}"),
        }
        self._chance = random.Random(seed)
        self._weights = [getattr(recipe, kind) for kind in KINDS]

    def __iter__(self) -> Iterator[Batch]:
        while True:
            kind = self._chance.choices(KINDS, self._weights)[0]
            yield next(self._lanes[kind])


def gloss_table(pairs: list[Pair]) -> Glosses:
    """Return the shortest-known glosses for mixing languages: shop words, then the dictionary."""
    table = read_shop_words()
    for pair in pairs:
        if pair.kind == "synonym" and pair.a not in table and HAN_ONLY.fullmatch(pair.a):
            gloss = clean_gloss(pair.b)
            if gloss:
                table[pair.a] = [gloss]
    return table


def oriented(pair: Pair) -> Pair:
    """Return the pair with its Chinese text first."""
    if is_chinese(pair.b) and not is_chinese(pair.a):
        return Pair(pair.b, pair.a, pair.kind, pair.dataset)
    return pair


def asked(title: str, chance: random.Random) -> str:
    """Return a Chinese title as somebody would ask for it, in a third of the calls."""
    if chance.random() > 1 / 3 or not is_chinese(title) or title[-1] in "？?吗呢么":
        return title
    return chance.choice(_ASKED).format(title)


def passages(pairs: list[Pair]) -> list[Pair]:
    """Pair each title with every passage of its body, cut at sentence ends."""
    return [
        Pair(pair.a, part, pair.kind, pair.dataset)
        for pair in pairs
        for part in pieces(pair.b)
        if len(part) >= SHORTEST_PASSAGE or part == pair.b
    ]

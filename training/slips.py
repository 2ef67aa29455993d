"""What the search knows typing slips by: ``search/english.txt`` and ``search/chinese.npz``.

English: the words of the training texts, the commonest first, and the whole words among the
original model's wordpieces. What looks like a slip of a far commoner word is left out: it would
pass for a word, and never be mended. Chinese: neighbouring characters, and how often they are.

    python -m training.slips --work var/training
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from search.homophones import CHINESE, write_common
from search.slips import ENGLISH, slips
from search.spelling import Spelling
from training.corpus import load_pairs
from training.vocabulary import WORD_START, load_pieces

OCCURS = 5
"""Times that an English word occurs at least."""
COMMONER = 50
"""Times as often that a word occurs of which a rarer one is thought to be a slip."""
COMMON = 1_000
"""Times that a word occurs of which a wordpiece that hardly occurs may be what is left when a
letter is missing: *oder* is German, and a slip of *order*."""
SHORTEST = 5
"""Letters of what is thought to be a slip: short words are alike by nature."""

_WORD = re.compile(r"(?<![a-z0-9])[a-z]{2,}(?![a-z0-9])")


def english_words(texts: Iterable[str], whole: Sequence[str]) -> list[str]:
    """Return the words of `texts`, and those of `whole`, the commonest first."""
    counts = Counter(chain.from_iterable(map(_WORD.findall, texts)))
    certain = set(whole)
    often = [word for word, count in counts.items() if count >= OCCURS and word not in certain]
    kept = [word for word in often if not _is_slip(word, counts)]
    kept += [word for word in certain if counts[word] >= OCCURS or not _is_cut(word, counts)]
    order = {word: place for place, word in enumerate(whole)}
    return sorted(kept, key=lambda word: (-counts[word], order.get(word, len(order)), word))


def _is_slip(word: str, counts: Counter[str]) -> bool:
    """Say whether a far commoner word is a slip away, which it neither begins nor goes on."""
    if len(word) < SHORTEST:
        return False
    return any(
        counts[other] >= COMMONER * counts[word]
        for other in slips(word)
        if not other.startswith(word) and not word.startswith(other)
    )


def _is_cut(word: str, counts: Counter[str]) -> bool:
    """Say whether a common word becomes this one when a letter within it is missing."""
    longer = (other for other in slips(word) if len(other) > len(word) >= SHORTEST - 1)
    return any(
        counts[other] >= COMMON and other[0] == word[0] and not other.startswith(word)
        for other in longer
    )


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("var/training"))
    arguments = parser.parse_args()
    pairs = load_pairs(arguments.work / "pairs.jsonl.gz")
    texts = [text for pair in pairs for text in (pair.a, pair.b)]
    pieces = [piece.text for piece in load_pieces(arguments.work / "pieces.json")]
    starts = (text.removeprefix(WORD_START) for text in pieces if text.startswith(WORD_START))
    words = english_words(texts, [word for word in starts if _WORD.fullmatch(word)])
    ENGLISH.write_text("\n".join(words) + "\n", "utf-8")
    kept = write_common(Spelling.of(texts))
    print(f"{len(words):,} words in {ENGLISH}, {kept:,} pairs of neighbours in {CHINESE}")


if __name__ == "__main__":
    main()

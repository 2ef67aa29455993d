"""What Chinese words mean in English, from editions of CC-CEDICT.

A gloss is cleaned to the words that carry its meaning: no notes in brackets, no measure words,
no cross references. The order of the dictionary is kept, its first meaning being the commonest.
"""

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

from training.corpus import Pair
from training.text import HAN_ONLY, clean, is_chinese

_ENTRY = re.compile(r"^(\S+) (\S+) \[[^\]]*\] /(.*)/\s*$")
_NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_REFERENCE = re.compile(r"^(cl:|variant of|old variant|see |abbr\. |also written|surname )")
_LEADING = re.compile(r"^(to be |to |a |an |the )")

Glosses = dict[str, list[str]]
SHOP_WORDS = Path(__file__).with_name("shop_words.tsv")


def clean_gloss(gloss: str) -> str:
    """Return the meaning-bearing part of a gloss, or an empty text when nothing is left."""
    bare = re.sub(r"\s+", " ", _NOTE.sub(" ", clean(gloss))).strip(" ;,.")
    if _REFERENCE.match(bare) or is_chinese(bare):
        return ""
    return _LEADING.sub("", bare)


def parse_cedict(lines: Iterable[str]) -> Glosses:
    """Read CC-CEDICT lines (`traditional simplified [pinyin] /gloss/gloss/`)."""
    glosses: Glosses = {}
    for line in lines:
        match = _ENTRY.match(line)
        if match:
            _extend(glosses, clean(match[2]), match[3].split("/"))
    return glosses


def read_shop_words() -> Glosses:
    """Read the project's own list of words that shops use and dictionaries lack."""
    glosses: Glosses = {}
    for line in SHOP_WORDS.read_text("utf-8").splitlines():
        word, meanings = line.split("\t")
        _extend(glosses, clean(word), meanings.split(";"))
    return glosses


def read_glosses(folder: Path, pairs: Iterable[Pair]) -> Glosses:
    """Join shop words, synonym pairs and every `*.u8.gz` edition in `folder`, newest first."""
    glosses = read_shop_words()
    for pair in pairs:
        if pair.kind == "synonym":
            _extend(glosses, pair.a, [pair.b])
    for path in sorted(folder.glob("*.u8.gz"), reverse=True):
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as lines:
            for word, meanings in parse_cedict(lines).items():
                _extend(glosses, word, meanings)
    return glosses


def _extend(glosses: Glosses, word: str, meanings: Iterable[str]) -> None:
    if not HAN_ONLY.fullmatch(word):
        return
    known = glosses.setdefault(word, [])
    known.extend(
        gloss for gloss in dict.fromkeys(map(clean_gloss, meanings)) if gloss and gloss not in known
    )
    if not known:
        del glosses[word]

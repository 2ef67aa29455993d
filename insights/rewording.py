"""Whether two wordings ask the same thing, by the letters they share. Pure.

Meaning is not looked at here: ``insights.intake`` adds it where letters alone do not tell.
"""

import re
from functools import lru_cache

from insights.alike import likeness
from search.text import HAN
from search.words import latin_words

REWORDED_AT = 0.45
"""Least share of common pairs of characters (Dice) of two rewordings, question words left out."""
SHORTEST_PART = 2

_HAN_RUN = re.compile(f"[{HAN}]+")
_HAN_QUESTION_WORDS = re.compile(
    "请问|怎么样|怎么办|怎么|怎样|咋样|咋办|咋|如何|什么时候|什么|为什么|为啥|啥|哪里|哪儿|多少|多久|"
    "可不可以|能不能|是不是|有没有|可以|能否|需要|我要|我想|一下|[我你您的了吗呢吧啊呀么]"
)
_QUESTION_WORDS = frozenset(
    ["get", "how", "need", "not", "tell", "want", "what", "when", "where", "which", "who", "why"]
)


def are_reworded(one: str, other: str) -> bool:
    """Whether two wordings share enough to be one question put in two ways."""
    short, long = sorted((telling(one), telling(other)), key=len)
    if len(short) >= SHORTEST_PART and short in long:
        return True
    return likeness(short, long) >= REWORDED_AT


@lru_cache(maxsize=4_096)
def telling(wording: str) -> str:
    """A wording without the words that every question has; the wording where nothing is left."""
    latin = [word for word in latin_words(wording) if word not in _QUESTION_WORDS]
    han = [_HAN_QUESTION_WORDS.sub("", run) for run in _HAN_RUN.findall(wording)]
    return " ".join(word for word in [*han, *latin] if word) or wording

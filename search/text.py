"""One form for all text: what an editor wrote and what a shopper types meet here.

Promises linear time on hostile input, the same result when applied twice, and never an error:
lone surrogates, control and invisible characters, and floods of combining marks are dropped.
Changing what ``normalise`` gives changes every vector: count ``RECIPE`` up with it.
"""

import re
import unicodedata
from functools import cache
from typing import Literal, Protocol

from search.errors import QueryEmpty, QueryTooLong

RECIPE = 2
"""Version of the text recipe; stands in the manifest of every index generation."""

MARKS_KEPT = 2
"""Combining marks kept after one letter: Vietnamese needs two, a flood has thousands."""

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_HAN = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(r"[a-z][a-z']*", re.IGNORECASE)
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


def normalise(text: str) -> str:
    """The searchable form: NFKC, lower case, simplified characters, single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", _readable(text)).lower()
    return " ".join(_to_simplified(_readable(folded)).split())


def clean_query(raw: str, *, max_chars: int) -> str:
    """The query as it is searched and logged.

    Raises ``QueryTooLong`` before any work is done, and ``QueryEmpty`` when no letter, digit or
    sign of a script is left.
    """
    query = raw.strip()
    if len(query) > max_chars:
        raise QueryTooLong(f"a query has at most {max_chars} characters")
    query = one_line(query)
    if not any(letter.isalnum() for letter in query):
        raise QueryEmpty("a query needs a letter or a digit")
    return query


def one_line(text: str) -> str:
    """What was typed, as it may be shown again though nobody can search for it: on one line,
    without what cannot be seen or turns the direction of writing."""
    return " ".join(_readable(text).split())


def clean_lines(text: str) -> str:
    """``one_line`` for texts of several lines, which stay apart."""
    return "\n".join(one_line(line) for line in text.splitlines()).strip()


def query_language(text: str) -> Literal["zh", "en"]:
    """The language most of the text is in; a Chinese character weighs as much as a word."""
    return "zh" if len(_HAN.findall(text)) * 2 > len(_LATIN_WORD.findall(text)) else "en"


def count_han(text: str) -> int:
    """How many Chinese characters occur."""
    return len(_HAN.findall(text))


def count_latin_words(text: str) -> int:
    """How many words in Latin letters occur."""
    return len(_LATIN_WORD.findall(text))


def has_han(text: str) -> bool:
    """Whether any Chinese character occurs."""
    return _HAN.search(text) is not None


def _readable(text: str) -> str:
    """Without what cannot be seen: formats, controls, surrogates, floods of marks."""
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for letter in _SELECTORS.sub("", text):
        category = unicodedata.category(letter)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category in ("Cf", "Cs", "Co", "Cn") or marks > MARKS_KEPT:
            continue
        kept.append(" " if category in ("Cc", "Zl", "Zp") else letter)
    return "".join(kept)


def _to_simplified(text: str) -> str:
    """Converted until nothing changes: 薴 becomes 苧, and that 苎."""
    if text.isascii():
        return text
    once = _converter().convert(text)
    return once if once == text else _converter().convert(once)


@cache
def _converter() -> _Converter:
    import opencc  # loads its dictionaries: only once the first Chinese text comes

    converter: _Converter = opencc.OpenCC("t2s")
    return converter

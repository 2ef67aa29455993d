"""The form in which training reads a text: NFKC, lower case, simplified Chinese, single spaces.

The search engine gives the encoder text in the same form, so the model never has to learn
that 退貨 and 退货, or Ａ and a, are the same.
"""

import functools
import re
import unicodedata

import opencc

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
HAN_ONLY = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_SPACES = re.compile(r"\s+")


@functools.cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def clean(text: str) -> str:
    """Return `text` as the encoder sees it."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return _SPACES.sub(" ", str(_simplifier().convert(folded))).strip()


def key(text: str) -> str:
    """Return what two texts share when they differ in spacing, case or punctuation only."""
    return "".join(character for character in clean(text) if character.isalnum())


def is_chinese(text: str) -> bool:
    """Say whether `text` holds a Han character."""
    return HAN.search(text) is not None

"""The form in which training reads a text: the form in which the engine gives it to the encoder.

So the model never has to learn that 退貨 and 退货, or Ａ and a, are the same.
"""

import re

from search.text import normalise as clean

__all__ = ["HAN", "HAN_ONLY", "clean", "is_chinese", "key"]

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
HAN_ONLY = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")


def key(text: str) -> str:
    """Return what two texts share when they differ in spacing, case or punctuation only."""
    return "".join(character for character in clean(text) if character.isalnum())


def is_chinese(text: str) -> bool:
    """Say whether `text` holds a Han character."""
    return HAN.search(text) is not None

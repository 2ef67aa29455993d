"""The normal form of a question, by which equal questions are counted together."""

import unicodedata

from search.text import normalise

LONGEST = 600
"""Characters; four bytes each still fit into one index row of PostgreSQL (2,704 bytes)."""


def wording_of(text: str) -> str:
    """``text`` as it is merged: searchable form, without signs at either end, cut at ``LONGEST``.

    A text of nothing but signs keeps them, so that it still has a wording.
    """
    form = normalise(text)[:LONGEST]
    start, end = 0, len(form)
    while start < end and _is_sign(form[start]):
        start += 1
    while end > start and _is_sign(form[end - 1]):
        end -= 1
    return form[start:end] or form


def _is_sign(character: str) -> bool:
    # < and > hold the tokens of redaction together
    return character not in "<>" and unicodedata.category(character)[0] in "PSZ"

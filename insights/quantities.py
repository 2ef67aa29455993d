"""Quantities in a text: durations, amounts, shares, dates, times of day, measures, counts.

Promises one meaning for all ways to write it, in Chinese and English: 七天, 7日, 7-day and a week
are the same; so are 8 折 and 20 % off. Rules only, no model; linear in the length of the text.
Refuses ordinals (第一, first) and 一 or "one" that count nothing.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from insights.quantity_pattern import PATTERN
from insights.quantity_reading import Kind, in_unit, read
from insights.units import UNITS, Unit

__all__ = ["Kind", "Quantity", "quantities", "sentence_around"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity. ``meaning`` is equal for equal quantities of a kind; ``number`` is the bare
    number that was written; ``start`` and ``end`` are its place in the text."""

    kind: Kind
    meaning: str
    number: Decimal
    text: str
    start: int
    end: int
    unit: Unit | None = None


_JOINS = re.compile(r"\s*(?:-|–|—|~|～|至|到|或|和|、|×|x|to|or|and|,)\s*(?:¥|￥)?", re.IGNORECASE)
_EQUALS = re.compile(r"\s*(?:是|即|就是|等于|=|\(|（|is|or|i\.e\.)\s*", re.IGNORECASE)
_LONGEST = 20_000


def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a plain text, in its order. What lies behind 20,000 characters is left."""
    plain = _plain(text[:_LONGEST])
    found = [one for match in PATTERN.finditer(plain) for one in _read(match, plain)]
    return tuple(_said_once(_shared_units(found, plain), plain))


def sentence_around(text: str, quantity: Quantity) -> tuple[int, int]:
    """The place of the sentence or line in which a quantity stands."""
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    at = bisect_right(ends, quantity.start)
    start, end = ends[at - 1], ends[min(at, len(ends) - 1)]
    return start, len(text[:end].rstrip())


_SENTENCE_END = re.compile(r"[。！？；\n]+|[.!?;](?=\s)")


def _plain(text: str) -> str:
    """Full-width signs made narrow, one for one, so that places stay."""
    return "".join(_NARROW.get(sign) or _narrow(sign) for sign in text)


_NARROW = {"，": "，", "：": ":", "￥": "¥", "²": " ", "³": " ", "½": "½"}


def _narrow(sign: str) -> str:
    if sign.isascii() or not "\uff00" <= sign <= "\uffef":
        return sign
    form = unicodedata.normalize("NFKC", sign)
    return form if len(form) == 1 else sign


def _read(match: re.Match[str], text: str) -> Iterator[Quantity]:
    """The quantities that one match stands for; none for an ordinal."""
    start, end = match.span()
    for kind, meaning, number, unit in read(match):
        yield Quantity(kind, meaning, number, text[start:end].strip(), start, end, unit)


def _shared_units(found: list[Quantity], text: str) -> list[Quantity]:
    """Give the first of ``1–3 days`` its days, and the last of ``¥10–15`` its yuan."""
    for at in range(len(found) - 2, -1, -1):
        first, second = found[at], found[at + 1]
        if first.kind is Kind.COUNT and second.unit and _joined(first, second, text):
            found[at] = _with_unit(first, second.unit)
    for at in range(1, len(found)):
        first, second = found[at - 1], found[at]
        is_money = first.kind is Kind.AMOUNT and text[first.start] == "¥"
        if is_money and second.kind is Kind.COUNT and _joined(first, second, text):
            found[at] = _with_unit(second, UNITS["元"])
        is_share = second.kind is Kind.SHARE and "折" not in second.text
        if is_share and first.kind is Kind.COUNT and _joined(first, second, text):
            found[at - 1] = replace(first, kind=Kind.SHARE)
    return found


def _said_once(found: list[Quantity], text: str) -> Iterator[Quantity]:
    """Without the second of one quantity in two units: 110 斤是 55 公斤."""
    for at, each in enumerate(found):
        before = found[at - 1] if at else each
        again = each.meaning == before.meaning and each.unit != before.unit
        if not (again and _EQUALS.fullmatch(text[before.end : each.start])):
            yield each


def _joined(first: Quantity, second: Quantity, text: str) -> bool:
    return _JOINS.fullmatch(text[first.end : second.start]) is not None


def _with_unit(one: Quantity, unit: Unit) -> Quantity:
    kind, meaning, _number, _unit = in_unit(one.number, unit)
    return replace(one, kind=kind, meaning=meaning, unit=unit)

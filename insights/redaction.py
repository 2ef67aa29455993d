"""Personal data out of a text, before it is stored anywhere: one pure function, ``redact``.

Promises linear time on any text, and that redacting twice changes nothing more.
Prefers to take too much: a run of eight digits or more never stays, whatever it may be.
Keeps what shoppers really ask about: model names, sizes, prices, dates, short codes.

Each rule looks at a folded copy of the same length (full-width and other digits become ASCII), so
that spans found there are spans of the text itself. A rule that has matched blanks its span for
the rules after it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from insights.redaction_rules import RULES, Rule
from insights.redaction_secrets import SECRETS

BLANK = "\ufffc"
MOST_CHECKED = 64
MOST_PLACE_CHARACTERS = 16
BEFORE_ADDRESS = "在是到寄址为给住送发往:,。;!?"
CHINESE_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
CHINESE_NUMBER = re.compile("[零〇一二三四五六七八九幺]{7,}")


def redact(text: str) -> str:
    """``text`` with personal data replaced by typed words such as ``<PHONE>``. Never raises."""
    folded = _fold(text)
    found: list[tuple[int, int, str]] = []
    for rule in (*SECRETS, *RULES):
        spans = _spans(rule, folded)
        folded = _replaced(folded, [(start, end, BLANK * (end - start)) for start, end in spans])
        found += [(start, end, rule.word) for start, end in spans if rule.word]
    return _replaced(text, sorted(found))


def _replaced(text: str, found: Sequence[tuple[int, int, str]]) -> str:
    if not found:
        return text
    pieces, position = [], 0
    for start, end, instead in found:
        pieces += [text[position:start], instead]
        position = end
    return "".join([*pieces, text[position:]])


def _spans(rule: Rule, folded: str) -> list[tuple[int, int]]:
    """The spans to take. Past ``MOST_CHECKED`` candidates all are taken unchecked: such a text
    is no question, and the checks are the slow part."""
    matches = list(rule.pattern.finditer(folded))
    if len(matches) <= MOST_CHECKED:
        matches = [match for match in matches if rule.check(match["it"])]
    if rule.widens:
        return list(_widened(folded, matches))
    return [match.span("it") for match in matches]


def _widened(folded: str, matches: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Spans of addresses, begun as far left as the words of the place go."""
    floor = 0
    for match in matches:
        start, end = match.span("it")
        lowest = max(floor, start - MOST_PLACE_CHARACTERS)
        while start > lowest and _is_place(folded[start - 1]):
            start -= 1
        floor = end
        yield start, end


def _is_place(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" and character not in BEFORE_ADDRESS


def _fold(text: str) -> str:
    """The same text, character for character, with every digit and full-width form in ASCII."""
    folded = text if text.isascii() else "".join(map(_fold_character, text))
    return CHINESE_NUMBER.sub(lambda match: match[0].translate(CHINESE_DIGITS), folded)


def _fold_character(character: str) -> str:
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    if character == "\u3000":
        return " "
    digit = unicodedata.digit(character, -1) if character > "\u007f" else -1
    return character if digit < 0 else str(digit)

"""Numbers as people write them: 1,000, 三千, 一万二, 两, forty-five.

Promises exact values and linear time.
Refuses to guess: what is no number, or could be two (两三天), has no value.
"""

from decimal import Decimal

HAN_DIGITS = {
    **{character: value for value, character in enumerate("零一二三四五六七八九")},
    "〇": 0,
    "两": 2,
    "俩": 2,
}
_HAN_STEPS = {"十": 10, "百": 100, "千": 1_000}
_HAN_MYRIADS = {"万": 10_000, "亿": 100_000_000}
HAN_LONGEST = 40
"""Characters of a Chinese numeral that has a value: with more of them the number itself would grow,
and arithmetic with it is no longer linear."""
HAN_NUMERAL = "[零〇一二两俩三四五六七八九十百千万亿]+"

_ONES_IN_ORDER = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS_IN_ORDER = "twenty thirty forty fifty sixty seventy eighty ninety"
_ONES = {word: value for value, word in enumerate(_ONES_IN_ORDER.split(), start=1)}
_TENS = {word: 10 * value for value, word in enumerate(_TENS_IN_ORDER.split(), start=2)}
_SMALL = "|".join(sorted(_ONES, key=len, reverse=True))
ENGLISH_NUMERAL = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_SMALL}))?|{_SMALL})(?: hundred)?"
ARABIC_NUMERAL = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"


def value_of(text: str) -> Decimal | None:
    """The value of a numeral in digits, in Chinese or in English; None where there is none."""
    if text[:1].isdigit():
        return Decimal(text.replace(",", ""))
    if text[:1].isascii():
        return _english(text.lower())
    return _chinese(text)


def _english(text: str) -> Decimal | None:
    total = 0
    for word in text.replace("-", " ").split():
        if word == "hundred":
            total *= 100
        elif word in _TENS or word in _ONES:
            total += _TENS.get(word, 0) or _ONES[word]
        else:
            return None
    return Decimal(total)


def _chinese(text: str) -> Decimal | None:
    """Positional (三百零五, 一万二) or digit by digit from three on (二〇二六)."""
    if len(text) > HAN_LONGEST:
        return None
    if all(character in HAN_DIGITS for character in text):
        if len(text) == 2:  # 两三天 is two or three days
            return None
        return Decimal("".join(str(HAN_DIGITS[character]) for character in text))
    total, section, digit, step = 0, 0, None, 1
    for character in text:
        if character in HAN_DIGITS:
            if digit:
                return None
            digit = HAN_DIGITS[character]
        elif character in _HAN_STEPS:
            step = _HAN_STEPS[character]
            section += (1 if digit is None else digit) * step
            digit = None
        else:
            step = _HAN_MYRIADS[character]
            total = (total + section + (digit or 0)) * step
            section, digit = 0, None
    if digit and step >= 100 and "零" not in text and "〇" not in text:
        digit *= step // 10  # 一万二 is 12,000
    return Decimal(total + section + (digit or 0))

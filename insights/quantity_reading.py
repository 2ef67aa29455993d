"""What one match of the pattern of quantities means: one reader for each of its alternatives."""

import re
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum

from insights.numerals import value_of
from insights.units import MEASURE_WORDS, UNITS, Unit, month_of


class Kind(StrEnum):
    """What a quantity is of. ``COUNT`` is a number whose unit is not known."""

    DURATION = "duration"
    AMOUNT = "amount"
    SHARE = "share"
    DATE = "date"
    YEAR = "year"
    TIME = "time"
    MEASURE = "measure"
    CODE = "code"
    COUNT = "count"


Reading = tuple[Kind, str, Decimal, Unit | None]
"""Kind, meaning, the number as written, and its unit if it has one."""
Reader = Callable[[re.Match[str]], list[Reading]]
_NOTHING: list[Reading] = []


def _code(match: re.Match[str]) -> list[Reading]:
    word = match["code"].upper().replace("-", "")
    return [(Kind.CODE, word, Decimal(re.sub(r"\D", "", word)), None)]


def _iso(match: re.Match[str]) -> list[Reading]:
    year, month, day = (Decimal(part) for part in re.split("[-/.]", match["iso"]))
    return [_year(year), _date(month, day)]


def _han_date(match: re.Match[str]) -> list[Reading]:
    month, day = value_of(match["hanmonth"]), value_of(match["handay"] or "0")
    if month is None or day is None or not 1 <= month <= 12:
        return _NOTHING
    return [_date(month, day)]


def _year(year: Decimal) -> Reading:
    return Kind.YEAR, str(year), year, None


def _date(month: Decimal, day: Decimal) -> Reading:
    return Kind.DATE, f"{month}-{day}", day or month, None


def _of_month(group: str) -> Reader:
    def read(match: re.Match[str]) -> list[Reading]:
        day = value_of(match[group])
        return _NOTHING if day is None else [_date(Decimal(0), day)]

    return read


def _english_date(month: str, day: str) -> Reader:
    def read(match: re.Match[str]) -> list[Reading]:
        number = Decimal(match[day]) if day else Decimal(0)
        return [_date(Decimal(month_of(match[month])), number)]

    return read


def _clock(match: re.Match[str]) -> list[Reading]:
    hour = Decimal(match["hour"] or match["hour12"])
    half = (match["half"] or match["half12"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return _time(hour, Decimal(match["minute"] or 0))


def _han_clock(match: re.Match[str]) -> list[Reading]:
    hour = value_of(match["hanhour"])
    minute = Decimal(30) if match["halfpast"] else value_of(match["hanminute"] or "0")
    if hour is None or minute is None or (hour == 1 and not match["hanhour"][0].isdigit()):
        return _NOTHING  # 一点 is "a little"
    if match["part"] in ("下午", "晚上", "傍晚", "晚") and hour < 12:
        hour += 12
    return _time(hour, minute)


def _time(hour: Decimal, minute: Decimal) -> list[Reading]:
    return [(Kind.TIME, f"{hour % 24}:{minute}", hour, None)] if hour <= 24 else _NOTHING


def _share(group: str) -> Reader:
    def read(match: re.Match[str]) -> list[Reading]:
        value = value_of(match[group])
        return _NOTHING if value is None else [(Kind.SHARE, _short(value), value, None)]

    return read


def _off(match: re.Match[str]) -> list[Reading]:
    """8 折, 85 折 and 八五折 are what is left of the price; the share is what is taken off."""
    raw = match["off"]
    digits = [value_of(sign) for sign in raw] if not raw[0].isdigit() else []
    value = value_of(raw) if len(digits) != 2 else 10 * (digits[0] or 0) + (digits[1] or Decimal(0))
    if value is None or not 0 < value < 100:
        return _NOTHING
    left = value if value >= 10 else value * 10
    return [(Kind.SHARE, _short(100 - left), value, None)]


def _money(match: re.Match[str]) -> list[Reading]:
    value = value_of(match["money"])
    if value is None:
        return _NOTHING
    return [in_unit(value * _SCALES.get((match["times"] or "").lower(), 1), UNITS["元"])]


_SCALES = {"万": 10_000, "千": 1_000, "k": 1_000}


def _half_unit(match: re.Match[str]) -> list[Reading]:
    name = re.sub(r"半|个|^half|an?\b|[\s-]", "", match["halfunit"].lower())
    return [in_unit(Decimal("0.5"), UNITS.get(name) or UNITS[f"个{name}"])]


def _plus_half(match: re.Match[str]) -> list[Reading]:
    value = value_of(match["plushalf"])
    name = (match["hhunit"] or match["hunit"] or match["ehunit"]).lower()
    unit = UNITS.get(name) or UNITS[f"个{name}"]
    return _NOTHING if value is None else [in_unit(value + Decimal("0.5"), unit)]


def _single(match: re.Match[str]) -> list[Reading]:
    return [in_unit(Decimal(1), UNITS[match["single"].lower()])]


def _number(match: re.Match[str]) -> list[Reading]:
    raw, value = match["number"], value_of(match["number"])
    if value is None:
        return _NOTHING
    value *= _SCALES.get((match["scale"] or "").strip(), 1)
    if match["unit"]:
        return [in_unit(value, UNITS[match["unit"].lower()])]
    written_out = not raw[0].isdigit()
    if written_out and (value <= 1 or not _counts(match)):
        return _NOTHING
    return [(Kind.COUNT, _short(value), value, None)]


def _counts(match: re.Match[str]) -> bool:
    """Whether a numeral in words counts something: in Chinese, a measure word follows."""
    if match["number"][0].isascii():
        return True
    return match.string[match.end("number") :].lstrip()[:1] in MEASURE_WORDS


def in_unit(value: Decimal, unit: Unit) -> Reading:
    """So much of a unit; its meaning is told in the unit's base."""
    return Kind(unit.kind), f"{_short(value * unit.factor)} {unit.base}", value, unit


def _short(value: Decimal) -> str:
    return format(value.normalize(), "f")


_READERS: dict[str, Reader] = {
    "code": _code,
    "ordinal": lambda _match: _NOTHING,
    "iso": _iso,
    "hanmonth": _han_date,
    "hanyear": lambda match: [_year(value_of(match["hanyear"]) or Decimal(0))],
    "monthday": _of_month("monthday"),
    "endayof": _of_month("endayof"),
    "enday": _of_month("enday"),
    "daymonth": _english_date("dmonth", "daymonth"),
    "mmonth": _english_date("mmonth", "mday"),
    "lonemonth": _english_date("lonemonth", ""),
    "hour": _clock,
    "hour12": _clock,
    "hanhour": _han_clock,
    "noon": lambda _match: _time(Decimal(12), Decimal(0)),
    "hanshare": _share("hanshare"),
    "share": _share("share"),
    "off": _off,
    "halfoff": lambda _match: [(Kind.SHARE, "50", Decimal(50), None)],
    "money": _money,
    "halfunit": _half_unit,
    "plushalf": _plus_half,
    "single": _single,
    "number": _number,
}


def read(match: re.Match[str]) -> list[Reading]:
    """The quantities that a match stands for: none for an ordinal, two for a date with a year."""
    for group, reader in _READERS.items():
        if match[group] is not None:
            return reader(match)
    return _NOTHING

"""What personal data looks like in both languages, as one table in the order it is tried.

Numbers that are named (an order number, a WeChat id) come first, then those that check
themselves (identity, bank card), then those known by their form, and last any long run of digits.
Every pattern takes linear time: its repeats are bounded, or can begin at one place only.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import phonenumbers
from stdnum import luhn
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

ADDRESS = "<ADDRESS>"
GAP = r"[ \t\u00a0.\-\u2010-\u2015\u2212_/()\u200b-\u200f\u2060\ufeff]"
STREET = "(?:路|街|大道|巷|弄|胡同|小区|花园|大厦|广场|公寓|新村|村|苑)"
DOOR = "(?:号楼|号|弄|栋|幢|座|单元|室|楼|层)"
PLATE_REGIONS = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
WECHAT = "微信|威信|薇信|v信"
IS = "(?:is|是|为|叫)?"

Check = Callable[[str], bool]


def _always(_candidate: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of personal data. The group ``it`` is the span that is taken, ``check`` decides on
    a candidate, ``word`` stands in its place; an empty word means: keep it from later rules.
    A rule that ``widens`` takes the Chinese words before its span too (province, city, street)."""

    word: str
    pattern: re.Pattern[str]
    check: Check = _always
    widens: bool = False


def _is_identity(candidate: str) -> bool:
    """Checked by its last digit and its date; the place says nothing, its table has gaps."""
    number = re.sub(r"[^\dX]", "", candidate.upper())
    try:
        ric.get_birth_date(number)
        return bool(number[-1] == ric.calc_check_digit(number))
    except (ValidationError, ValueError):
        return False


def _is_card(candidate: str) -> bool:
    groups = re.findall(r"\d+", candidate)
    in_blocks = all(len(group) >= 4 for group in groups[:-1])
    one_by_one = len(groups) >= 13
    return (in_blocks or one_by_one) and bool(luhn.is_valid("".join(groups)))


def _is_international(candidate: str) -> bool:
    digits = re.sub(r"\D", "", candidate).removeprefix("00")
    return _is_possible("+" + digits, None)


def _is_american(candidate: str) -> bool:
    return _is_possible(candidate, "US")


def _is_possible(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def _digit_count(candidate: str) -> int:
    return sum(character.isdigit() for character in candidate)


def _is_handle(candidate: str) -> bool:
    return "_" in candidate or _digit_count(candidate) > 0


def _is_order(candidate: str) -> bool:
    return _digit_count(candidate) >= 4


def _is_plate(candidate: str) -> bool:
    return _digit_count(candidate) >= 3


def rule(word: str, *pattern: str, check: Check = _always, widens: bool = False) -> Rule:
    """A rule whose pattern is written in pieces, blind to case; only ASCII signs are words."""
    return Rule(word, re.compile("".join(pattern), re.ASCII | re.IGNORECASE), check, widens)


RULES: tuple[Rule, ...] = (
    rule("<EMAIL>", r"(?<![\w.%+-])(?P<it>[\w.%+-]+(?:@| ?[(\[{]at[)\]}] ?)[\w-]+(?:\.[\w-]+)+)"),
    rule("<EMAIL>", r"(?<![^\s:])(?P<it>[^\s@:]{1,64}@[^\s@]{1,63}\.[^\s@.]{2,24})"),
    rule(
        "<ACCOUNT>",
        rf"(?:{WECHAT}|wei ?xin|we ?chat|\b[vw]x|qq|扣扣|企鹅)(?:号码?|账号| ?id)?",
        rf"[ :=]{{0,3}}{IS}[ :=]{{0,3}}(?<![a-z0-9])(?P<it>[a-z][\w-]{{5,19}}|\d{{5,12}})(?!\w)",
        check=_is_handle,
    ),
    rule(
        "<ACCOUNT>",
        rf"(?:(?:{WECHAT})(?:号码?|账号|id)? ?(?:是|为|叫|:|=)|微信号|",
        r"we ?chat ?(?:id|account)[ :=]{0,3}(?:is)?)[ :=]{0,3}(?P<it>[a-z][\w-]{5,19})(?!\w)",
    ),
    rule(
        "<ORDER>",
        r"(?:单号|订单编?号|订单id|运单|order ?(?:no\.?|number|id|#)|",
        rf"tracking ?(?:no\.?|number|id|#))[ :=#]{{0,3}}{IS}[ :=#]{{0,3}}",
        r"(?P<it>[a-z\d][a-z\d-]{4,39})(?![a-z\d])",
        check=_is_order,
    ),
    rule(
        "<PHONE>",
        r"(?:电话|手机号?|联系方式|座机|tel|phone|mobile|call me(?: (?:at|on))?)",
        r" ?(?:号码?|number)?",
        rf"[ .:=]{{0,3}}{IS}[ .:=]{{0,3}}(?P<it>\d{{3,4}}{GAP}?\d{{4}})(?!\d)",
    ),
    rule(
        "<ID>",
        rf"(?<!\d)(?P<it>[1-9](?:{GAP}{{0,2}}\d){{16}}{GAP}{{0,2}}[\dX])(?!\w)",
        check=_is_identity,
    ),
    # dates stay, and hide their digits from the rules below
    rule("", r"(?<!\d)(?P<it>(?:19|20)\d\d[-/.年](?:0?[1-9]|1[0-2])[-/.月][0-3]?\d日?)(?!\d)"),
    rule("", r"(?<!\d)(?P<it>(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)"),
    rule("<ID>", r"(?<![\d-])(?P<it>\d{3}[- ]\d{2}[- ]\d{4})(?![\d-])"),
    rule("<CARD>", rf"(?<![\d+])(?P<it>[2-6](?:{GAP}{{0,2}}\d){{12,18}})(?!\d)", check=_is_card),
    rule(
        "<PHONE>",
        rf"(?<!\w)(?P<it>\(?(?:\+|00){GAP}?[1-9](?:{GAP}{{0,2}}\d){{6,14}})(?!\d)",
        check=_is_international,
    ),
    rule(
        "<PHONE>",
        rf"(?<!\d)(?P<it>(?:[(+]{{0,2}}(?:00)?86{GAP}{{0,3}})?1{GAP}{{0,2}}[3-9]",
        rf"(?:{GAP}{{0,2}}\d){{9}})(?!\d)",
    ),
    rule(
        "<PHONE>",
        rf"(?<!\d)(?P<it>(?:\(?\+?86{GAP}{{0,2}})?\(?0[1-9]\d{{1,2}}{GAP}{{0,3}}[2-9]\d{{2,3}}",
        rf"{GAP}?\d{{4}}(?:(?:转|ext\.?|-| )\d{{1,5}})?)(?!\d)",
    ),
    rule("<PHONE>", r"(?<!\d)(?P<it>[48]00[- ]?\d{3}[- ]?\d{4}|[48]00-\d{4}-\d{3})(?!\d)"),
    rule(
        "<PHONE>",
        r"(?<![\w-])(?P<it>(?:1[-. ])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ])",
        r"[2-9]\d\d[-. ]\d{4})(?![\w-])",
        check=_is_american,
    ),
    rule(
        "<PLATE>",
        rf"(?P<it>[{PLATE_REGIONS}][A-HJ-NP-Z][ ·.-]?[A-HJ-NP-Z\d]{{4,5}}",
        r"[A-HJ-NP-Z\d学警挂港澳])(?!\w)",
        check=_is_plate,
    ),
    rule(
        ADDRESS,
        rf"(?P<it>{STREET} ?\d{{1,5}} ?{DOOR}(?: ?[-a-z\d]{{1,6}} ?{DOOR}?){{0,4}})",
        widens=True,
    ),
    rule(
        ADDRESS,
        r"(?<!\d)(?P<it>\d{1,4} ?(?:栋|幢|座|号楼) ?(?:\d{1,2} ?单元 ?)?\d{2,5} ?室?)",
    ),
    rule(
        ADDRESS,
        r"(?<![\w-])(?P<it>\d{1,5}[a-z]? (?:[a-z]{2,15} ){1,3}",
        r"(?:street|st|road|rd|avenue|ave|lane|ln|boulevard|blvd)\b|p\.?o\.? ?box \d{1,6})",
    ),
    rule("<NUMBER>", r"(?P<it>[a-z]{0,4}\d{8,})"),
)

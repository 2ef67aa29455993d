"""The units that quantities are written in, in Chinese and English, and what they come to."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its kind of quantity, and how many of a base it is. Bases are not converted into
    each other: a working day is no day, and a month is not thirty of them."""

    kind: str
    base: str
    factor: Decimal


_WRITTEN = (
    ("duration", "second", "1", "秒 秒钟 second seconds sec secs"),
    ("duration", "second", "60", "分钟 minute minutes min mins"),
    ("duration", "second", "900", "刻钟 个刻钟"),
    ("duration", "second", "3600", "小时 个小时 钟头 个钟头 hour hours hr hrs h"),
    ("duration", "second", "86400", "天 日 day days 个自然日 自然日"),
    ("duration", "second", "604800", "周 星期 个星期 礼拜 个礼拜 week weeks"),
    ("duration", "second", "1209600", "fortnight fortnights"),
    ("duration", "month", "1", "个月 months month"),
    ("duration", "month", "3", "个季度 季度"),
    ("duration", "month", "12", "年 year years"),
    (
        "duration",
        "working day",
        "1",
        "工作日 个工作日 working_day working_days business_day business_days",
    ),
    ("amount", "yuan", "1", "元 块 块钱 圆 yuan rmb cny"),
    ("amount", "yuan", "0.1", "角 毛"),
    ("measure", "m", "0.001", "毫米 mm"),
    ("measure", "m", "0.01", "厘米 公分 cm"),
    ("measure", "m", "1", "米 m metre metres meter meters"),
    ("measure", "m", "1000", "公里 千米 km"),
    ("measure", "kg", "0.001", "克 g"),
    ("measure", "kg", "0.5", "斤"),
    ("measure", "kg", "0.4536", "磅 lb lbs pound pounds"),
    ("measure", "kg", "1", "公斤 千克 kg"),
    ("measure", "l", "0.001", "毫升 ml"),
    ("measure", "l", "1", "升 l litre litres liter liters"),
    ("measure", "m", "1", "平方米 平米 ㎡ square_metres square_meters sqm"),
    ("measure", "dB", "1", "分贝 db decibel decibels"),
    ("measure", "W", "1", "瓦 w watt watts"),
    ("measure", "V", "1", "伏 v volt volts"),
)
UNITS: dict[str, Unit] = {
    name.replace("_", " "): Unit(kind, base, Decimal(factor))
    for kind, base, factor, names in _WRITTEN
    for name in names.split()
}
"""By the word or sign that follows the number, in lower case."""

MEASURE_WORDS = frozenset("个件次张期级倍种条位名人步款套码项笔份单瓶台盒双点档页行句遍门户折成")
"""What follows a Chinese numeral that counts something."""

_MONTHS = "january february march april may june july august september october november december"
_SHORT_MONTHS = "jan feb mar apr jun jul aug sept sep oct nov dec"
MONTH = f"(?:{'|'.join([*_MONTHS.split(), *_SHORT_MONTHS.split()])})"


def month_of(name: str) -> int:
    """The number of a month, 1…12, by its English name or its beginning."""
    return next(
        number
        for number, month in enumerate(_MONTHS.split(), start=1)
        if month.startswith(name.lower()[:3])
    )

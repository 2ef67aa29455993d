"""Quantities are read the same however they are written."""

import time

import pytest

from insights.numerals import value_of
from insights.quantities import quantities, sentence_around

SAME = (
    ("七天", "7日", "7 天", "７天", "seven days", "7-day", "一周", "one week", "within a week"),
    ("半小时", "半个小时", "30 分钟", "30 min", "half an hour", "a half-hour"),
    ("两周", "14 天", "十四天", "two weeks", "2 weeks"),
    ("一个半小时", "90 分钟", "one and a half hours"),
    ("24 小时", "二十四个小时", "一天", "within a day", "24h"),
    ("12 个月", "一年", "one year", "twelve months"),
    ("3 个工作日", "三个工作日", "3 working days", "three business days"),
    ("1,000 元", "1000元", "一千元", "¥1,000", "￥1000", "RMB 1000", "1000 yuan", "1千元"),
    ("8 折", "八折", "80折", "20% off", "20 percent", "百分之二十", "２０％"),
    ("八五折", "85 折", "8.5 折", "15 per cent"),
    ("半价", "五折", "half price", "50%"),
    ("17:00", "下午 5 点", "下午五点", "5 pm", "5 p.m.", "17 点"),
    ("11 月 20 日", "十一月二十号", "20 November", "November 20", "Nov 20"),
    ("每月 1 日", "day 1 of each month"),
    ("30 平方米", "30 ㎡", "30 square metres"),
    ("20 公斤", "20 kg", "20kg", "40 斤"),
    ("三级会员", "3 级", "three tiers"),
)


@pytest.mark.parametrize("ways", SAME, ids=lambda ways: ways[0])
def test_all_ways_to_write_a_quantity_mean_the_same(ways: tuple[str, ...]) -> None:
    """Digits, Chinese numerals, words and other units of one size come to one meaning."""
    meant = {text: {(each.kind, each.meaning) for each in quantities(text)} for text in ways}
    first = meant[ways[0]]
    assert len(first) == 1
    assert dict.fromkeys(ways, first) == meant


@pytest.mark.parametrize(
    "text",
    [
        "一起看一下",
        "一般一样",
        "万事达卡",
        "第一次",
        "周一",
        "统一",
        "the first one",
        "一些",
        "两三天",
    ],
)
def test_words_that_only_hold_a_numeral_are_no_quantity(text: str) -> None:
    """Idioms and ordinals are left alone, and what could be two numbers has no value."""
    assert () == quantities(text)


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("1–3 个工作日", ["1 working day", "3 working day"]),
        ("10 到 15 元", ["10 yuan", "15 yuan"]),
        ("¥10–15", ["10 yuan", "15 yuan"]),
        ("150×200 厘米", ["1.5 m", "2 m"]),
        ("2026-11-20", ["2026", "11-20"]),
        ("3、6 或 12 期", ["3", "6", "12"]),
        ("110 斤是 55 公斤", ["55 kg"]),
        ("滤芯 A30", ["A30"]),
    ],
)
def test_ranges_lists_and_repeats_share_their_unit(text: str, meanings: list[str]) -> None:
    """The unit behind the last number holds for those before it; one thing twice is one."""
    assert meanings == [each.meaning for each in quantities(text)]


def test_a_quantity_knows_its_place_and_its_sentence() -> None:
    """Places are those of the text as it was given, full-width signs included."""
    text = "先等一下。签收后 ７ 天内可以退。运费 ¥10."
    found = quantities(text)
    assert ["７ 天", "¥10"] == [text[each.start : each.end] for each in found]
    start, end = sentence_around(text, found[0])
    assert "签收后 ７ 天内可以退。" == text[start:end]


@pytest.mark.parametrize(
    ("text", "value"),
    [("三百零五", 305), ("一万二", 12_000), ("二〇二六", 2026), ("十", 10), ("forty-five", 45)],
)
def test_numerals_in_words_have_their_value(text: str, value: int) -> None:
    """Positional, shortened, digit by digit, and English."""
    assert value == value_of(text)


@pytest.mark.parametrize(
    "flood", ["1", "一", "百万", "亿", "9:", " ", "1 - ", "半 个", "a1", "1。"]
)
def test_Q08_a_flood_of_signs_takes_linear_time(flood: str) -> None:
    """Four times the signs take about four times the time, and not sixteen times, whatever they
    are."""
    small, large = (fastest((flood * size)[:size]) for size in (5_000, 20_000))
    assert large < 6 * max(small, 0.002)  # less than that is taken by anything else


def fastest(text: str) -> float:
    """Seconds of the processor, the least of several: what else the process tidies up meanwhile is
    not counted."""
    tries = []
    for _ in range(7):
        begun = time.thread_time()
        quantities(text)
        tries.append(time.thread_time() - begun)
    return min(tries)


def test_a_numeral_of_a_page_has_no_value() -> None:
    """It is a flood of signs, not a number."""
    assert value_of("百万" * 500) is None
    assert () == quantities("百万" * 500 + "天")

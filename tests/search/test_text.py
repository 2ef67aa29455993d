"""``search.text``: one form for all text, in linear time, without errors."""

import random
import re
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import QueryEmpty, QueryTooLong
from search.text import HAN, clean_lines, clean_query, normalise, one_line, query_language

HOSTILE = 100_000
SAME = [
    ("怎么退货", "怎麼退貨"),
    ("iphone 15", "ｉＰｈｏｎｅ　１５"),
    ("退货", "\u202e退\u200b货\u2069"),
    ("café", "cafe\u0301"),
    ("退 货", "退\x00\n货"),
    ("👨👩 退货", "👨\u200d👩\ufe0f 退货"),
]


@pytest.mark.parametrize(("plain", "odd"), SAME)
def test_Q03_odd_forms_become_the_plain_one(plain: str, odd: str) -> None:
    """Traditional, full-width, invisible and decomposed forms find what the plain form finds."""
    assert plain == normalise(odd)


def test_Q02_lone_surrogates_and_controls_are_dropped() -> None:
    """What the tokenizer cannot take never reaches it."""
    assert "a b" == normalise("a\ud800\x1b \x07b")
    normalise("退\udfff货").encode("utf-8")


def test_Q03_what_is_shown_again_keeps_its_words_and_lines() -> None:
    """Direction overrides and other unseen characters go; traditional characters and case stay."""
    assert "退貨 ABC def" == one_line(" \u202e退貨\u200b  ABC\ndef\u2066 ")
    assert "退貨\n\nABC" == clean_lines("\u202e退貨 \r\n\u200b\r\n ABC\u2069\n")


def test_Q03_a_flood_of_marks_is_cut() -> None:
    """5,000 combining marks on one letter leave a letter."""
    assert len(normalise("a" + "\u0301" * 5_000 + "b")) <= 4


@pytest.mark.parametrize("letter", ["\u0301\u0316", "[", "退", "\u200d", " ", "ﷺ", "\ud800", "a."])
def test_Q08_normalising_is_linear(letter: str) -> None:
    """10⁵ hostile characters take a moment, not minutes, even those that become eighteen each."""
    text = letter * (HOSTILE // len(letter))
    begun = thread_time()
    normalise(text)
    assert thread_time() - begun < 2.0


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    """Passages and queries meet in one form, however often they were through it."""
    assert normalise(normalise(text)) == normalise(text)


def test_every_chinese_character_has_one_form() -> None:
    """Also where the simplified form of one is the traditional form of another (薴, 苧, 苎)."""
    ranges = re.findall("(.)-(.)", HAN)
    every = [chr(one) for first, last in ranges for one in range(ord(first), ord(last) + 1)]
    assert len(every) > 150_000
    assert [] == [one for one in every if normalise(normalise(one)) != normalise(one)]
    assert {"苎"} == set(map(normalise, "薴苧苎"))


def test_Q01_a_long_query_is_refused_before_any_work() -> None:
    """257 characters are too many, and a megabyte is refused at once."""
    assert "退" * 256 == clean_query("退" * 256, max_chars=256)
    begun = thread_time()
    for length in (257, 8_192, 1_000_000):
        with pytest.raises(QueryTooLong):
            clean_query("退" * length, max_chars=256)
    assert thread_time() - begun < 0.05


@pytest.mark.parametrize("query", ["", "   ", "%", "_", "*", '"', "？！", "\u200b", "\ud800"])
def test_L06_nothing_to_ask_is_refused(query: str) -> None:
    """Blanks and signs list nothing."""
    with pytest.raises(QueryEmpty):
        clean_query(query, max_chars=256)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("怎么退货", "zh"),
        ("how do i return it", "en"),
        ("this thing broke 怎么办", "zh"),
        ("iphone 15 pro 怎么退", "zh"),
        ("how do I return my 手机 before friday", "en"),
        ("tuihuo", "en"),
    ],
)
def test_language_of_a_query(text: str, lang: str) -> None:
    """The language is that of most of the text."""
    assert lang == query_language(normalise(text))


def test_random_code_points_never_raise() -> None:
    """Any string at all is accepted."""
    dice = random.Random(7)
    for _ in range(300):
        normalise("".join(chr(dice.randrange(0x110000)) for _ in range(30)))

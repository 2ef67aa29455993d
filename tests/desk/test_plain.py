"""Answers as messages: readable in a chat window, nothing of the markup left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.plain import as_message
from kb.markdown import render

CASES = [
    ("一段。\n\n二段。", "一段。\n\n二段。"),
    ("见：\n\n- 一\n- 二", "见：\n\n- 一\n- 二"),
    ("1. one\n2. two", "1. one\n2. two"),
    ("**粗** *斜* `码`", "粗 斜 码"),
    ("[物流](/faq/track)。", "物流 (https://faq.example/faq/track)。"),
    ("[a](https://x.example/y)", "a (https://x.example/y)"),
    ("5 < 6 & 7", "5 < 6 & 7"),
    ("- 甲\n    - 乙\n- 丙", "- 甲\n- 乙\n- 丙"),
]


@pytest.mark.parametrize(("markdown", "expected"), CASES)
def test_markdown_becomes_a_message(markdown: str, expected: str) -> None:
    """Paragraphs, bullets, numbers and whole addresses."""
    assert expected == as_message(render(markdown).html, root="https://faq.example/")


def test_a_table_keeps_its_rows() -> None:
    """One line for each row, cells apart."""
    html = render("|a|b|\n|-|-|\n|c|d|").html
    assert ["a b", "c d"] == [
        " ".join(line.split()) for line in as_message(html, root="/").splitlines() if line.strip()
    ]


@given(st.text(max_size=300))
def test_no_answer_makes_it_fail(text: str) -> None:
    """Any rendered text gives a message without a tag of its own."""
    message = as_message(render(text).html, root="https://faq.example/")
    assert message == message.strip()

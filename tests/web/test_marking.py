"""Marks and cuts keep text text and markup whole."""

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.beginning import beginning
from web.marking import marked

BLOCKS = ("<p>a &amp; b\u2028 long text</p>", "<ul>\n<li>x<br>y</li></ul>", "\n")


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("How do I return it?", "return", "How do I <mark>return</mark> it?"),
        ("七天无理由退货", "怎么退货", "七天无理由<mark>退货</mark>"),
        ("a & b return", "<return>", "a &amp; b <mark>return</mark>"),
        ("&lt;img return", "img", "&amp;lt;<mark>img</mark> return"),
        ("什么时候", "什么", "什么时候"),
    ],
)
def test_M10_words_are_marked_after_escaping(text: str, query: str, expected: str) -> None:
    """The words asked for are marked; whatever else is in the line is escaped once."""
    assert expected == str(marked(text, query))


@given(st.text(max_size=200), st.text(max_size=60))
def test_M10_marking_never_makes_markup(text: str, query: str) -> None:
    """Without its own marks the result is the escaped text."""
    shown = str(marked(text, query)).replace("<mark>", "").replace("</mark>", "")
    assert "<" not in shown
    assert ">" not in shown


def test_beginning_ends_between_blocks() -> None:
    """A cut answer holds whole blocks only, and says that more follows."""
    blocks = "".join(f"<p>{'word ' * 20}<b>{number}</b></p>\n" for number in range(9))
    shown, more = beginning(blocks, characters=150)
    assert more
    assert 2 == str(shown).count("<p>") == str(shown).count("</p>")


def test_beginning_of_a_short_answer_is_all_of_it() -> None:
    """A short answer is shown whole, without a promise of more."""
    assert ("<p>short</p>", False) == beginning("<p>short</p>", characters=100)


@given(
    st.lists(
        st.sampled_from(["<p>a &amp; b\u2028 long text</p>", "<ul>\n<li>x<br>y</li></ul>", "\n"])
    ),
    st.integers(0, 60),
)
def test_beginning_is_well_formed(blocks: list[str], characters: int) -> None:
    """Wherever it is cut, every element that is opened is closed."""
    shown, _more = beginning("".join(blocks), characters=characters)
    html5lib.HTMLParser(strict=True).parseFragment(str(shown))
    assert str(shown).count("<p>") == str(shown).count("</p>")
    assert str(shown).count("<ul>") == str(shown).count("</ul>")

"""The normal form of questions, and which wordings look alike."""

from hypothesis import given
from hypothesis import strategies as st

from insights.alike import alike
from insights.wording import LONGEST, wording_of


@given(st.text(max_size=200))
def test_the_form_of_a_form_is_itself(text: str) -> None:
    """Applied twice, nothing changes, and it never grows past its column."""
    once = wording_of(text)
    assert once == wording_of(once)
    assert len(once) <= LONGEST


def test_signs_at_the_ends_go_and_tokens_stay() -> None:
    """A question mark makes no difference; a redacted number keeps its brackets."""
    assert wording_of("能退吗？！") == "能退吗"
    assert wording_of("查 <PHONE>") == "查 <phone>"
    assert wording_of("???") == "???"


def test_alike_finds_rewordings_most_alike_first() -> None:
    """Shared pairs of characters decide; unlike ones are left out, and so is the wording itself."""
    others = ["能帮我刻个字吗", "怎么退货", "能帮我刻字吗", "能帮我刻字么"]
    assert alike("能帮我刻字吗", others, limit=5) == ["能帮我刻个字吗", "能帮我刻字么"]

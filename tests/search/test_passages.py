"""``search.passages``: what of an entry is searched, and at which level."""

from dataclasses import dataclass
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.disclosure import Level
from search.passages import PIECE_MAX, Kind, passages_of, split_answer


@dataclass(frozen=True)
class Row:
    """An entry as it stands in the database."""

    slug: str = "return-how"
    lang: str = "zh"
    level: int = 0
    status: str = "published"
    question: str = "怎么退货？"
    alternates: tuple[str, ...] = ("东西不想要了",)
    not_for: tuple[str, ...] = ("怎么换货",)
    answer_text: str = "七天内可以退。"
    agent_note_text: str = "先安抚。"
    publish_from: None = None
    publish_until: None = None


def test_L08_the_note_is_a_passage_of_its_own_at_agent_level() -> None:
    """Not a word of the note is in a passage below agent clearance."""
    for passage in passages_of(Row()):
        assert ("安抚" in passage.text) == (passage.kind is Kind.NOTE)
        assert (Level.AGENT if passage.kind is Kind.NOTE else Level.PUBLIC) == passage.level


def test_a_note_is_never_below_its_entry() -> None:
    """The note of an internal entry is internal."""
    levels = {passage.level for passage in passages_of(Row(level=int(Level.INTERNAL)))}
    assert {Level.INTERNAL} == levels


@pytest.mark.parametrize("status", ["draft", "retired", "", "Published"])
def test_L03_only_published_entries_have_passages(status: str) -> None:
    """Anything but the one word is not published."""
    assert [] == list(passages_of(Row(status=status)))


@given(st.text(alphabet="退货a. 。！\n", max_size=2_000))
def test_pieces_hold_the_whole_answer(text: str) -> None:
    """Nothing is lost, nothing doubled, no piece is too long."""
    pieces = split_answer(text)
    letters = [letter for letter in text if letter in "退货a"]
    assert letters == [letter for piece in pieces for letter in piece if letter in "退货a"]
    assert all(len(piece) <= PIECE_MAX * 4 for piece in pieces)


def test_answers_are_cut_at_sentences() -> None:
    """A long answer gives pieces that end where a sentence ends."""
    pieces = split_answer("七天内可以退，请保持包装完好，并附上小票。" * 30)
    assert len(pieces) > 2
    assert all(piece.endswith("。") for piece in pieces)


@pytest.mark.parametrize("letter", [".", ". ", "。", "a", "?!", "\n"])
def test_Q08_cutting_is_linear(letter: str) -> None:
    """10⁵ hostile characters are cut in well under a second."""
    begun = thread_time()
    split_answer(letter * 100_000)
    assert thread_time() - begun < 1.0

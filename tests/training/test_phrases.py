"""The project's own phrasings."""

import pytest

from training.phrases import (
    TRANSLATIONS,
    answers,
    phrase_pairs,
    questions,
    read_groups,
    sources,
    translations,
)
from training.text import is_chinese

TEXT = """
# head
device = 耳机, earphones; 手机, phone

退货怎么弄
how do I return it

{device}坏了
my {device} is broken
"""


def test_slots_are_filled_with_the_same_word_in_both_languages():
    """A drawn group asks about one device."""
    groups = read_groups(TEXT)
    assert ["退货怎么弄", "how do i return it"] == groups[0]
    assert {("耳机坏了", "my earphones is broken"), ("手机坏了", "my phone is broken")} == {
        tuple(group) for group in groups[1:]
    }


def test_an_unknown_slot_is_named():
    """A typing error in the file is reported with the line it is on."""
    with pytest.raises(ValueError, match="colour"):
        read_groups("{colour}的有吗\nis there a {colour} one")


def test_a_chain_of_pairs_links_every_group(tmp_path):
    """Two phrasings make one pair of kind intent."""
    path = tmp_path / "phrases.txt"
    path.write_text("退款多久到\nwhen is my refund due", "utf-8")
    (pair,) = phrase_pairs([path])
    assert ("退款多久到", "when is my refund due", "intent") == (pair.a, pair.b, pair.kind)


def test_every_question_of_a_group_is_paired_with_its_answer(tmp_path):
    """An answer teaches what answers a question, and is no phrasing of it."""
    path = tmp_path / "phrases.txt"
    path.write_text("退款多久到\nwhen is my refund due\n= 三到五天。", "utf-8")
    kinds = [(pair.a, pair.b, pair.kind) for pair in phrase_pairs([path])]
    assert [
        ("退款多久到", "when is my refund due", "intent"),
        ("退款多久到", "三到五天。", "qa"),
        ("when is my refund due", "三到五天。", "qa"),
    ] == kinds


def test_a_question_of_two_groups_is_left_out(tmp_path):
    """What asks for two things would join two groups into one."""
    path = tmp_path / "phrases.txt"
    path.write_text("多久\n退款多久到\n退款时效\n\n多久\n几天发货\n发货时间", "utf-8")
    assert {("退款多久到", "退款时效"), ("几天发货", "发货时间")} == {
        (pair.a, pair.b) for pair in phrase_pairs([path])
    }


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.name)
def test_the_files_that_ship_can_be_read(path):
    """Every group has at least two phrasings, and what follows a sign is an answer."""
    groups = read_groups(path.read_text("utf-8"))
    assert all(len(questions(group)) >= 2 for group in groups)
    assert all(len(text) >= 8 for group in groups for text in answers(group))


def test_every_translation_pairs_chinese_with_english():
    """One tab a line, each side in its language, no Chinese text twice."""
    pairs = translations(TRANSLATIONS)
    assert all(is_chinese(pair.a) and not is_chinese(pair.b) for pair in pairs)
    assert len({pair.a for pair in pairs}) > 0.99 * len(pairs) > 4_000


def test_what_shops_are_not_asked_is_drawn_for_itself(tmp_path):
    """Two kinds of files, two families: neither drowns the other."""
    folder = tmp_path / "wider"
    folder.mkdir()
    path = folder / "cloud.txt"
    path.write_text("怎么扩容\nmore disk please\n= 在控制台操作。", "utf-8")
    assert {"phrases_wider", "answers_wider"} == {pair.dataset for pair in phrase_pairs([path])}

"""Keywords of a cluster: readable, telling, apart."""

from insights.keywords import KEYWORDS, Background, keywords

OTHERS = ["快递到哪了", "怎么查物流", "how do i track my order", "退款多久到账"]


def test_chinese_keywords_are_words_and_no_stop_words() -> None:
    """The words that the wordings share come first; question words never do."""
    own = ["灯泡怎么换", "台灯灯泡坏了", "请问换灯泡的步骤"]
    found = keywords(own, Background([*own, *OTHERS]))
    assert "灯泡" == found[0]
    assert not {"怎么", "请问", "怎么换"} & set(found)


def test_english_keywords_are_whole_words() -> None:
    """Counted by the stem, shown as they are written most."""
    own = ["change the delivery address", "changing delivery addresses", "delivery address change"]
    found = keywords(own, Background([*own, *OTHERS]))
    assert {"delivery", "address", "change"} >= set(found[:3]) - {"changing", "addresses"}
    assert "deliveri" not in found


def test_keywords_do_not_overlap_and_are_few() -> None:
    """No keyword is a part of another one."""
    own = ["甲醛检测报告", "甲醛检测报告有吗", "甲醛检测多少钱一次并且带证书编号"]
    found = keywords(own, Background(own))
    assert 1 <= len(found) <= KEYWORDS
    assert not any(one in other for one in found for other in found if one != other)


def test_what_stands_for_redacted_data_is_no_keyword() -> None:
    """A placeholder says nothing of the question."""
    assert [] == keywords(["<PHONE>", "<phone> 吗"], Background([]))

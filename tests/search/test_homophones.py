"""Characters of the same sound, put right where nobody writes them so."""

from time import thread_time

import pytest

from search.homophones import Homophones, alike, common
from search.sound import sound_of
from search.spelling import Spelling
from tests.search.shop import ANYONE, EDITOR, Shop

TEXTS = ["优惠券怎么用", "积分能抵多少钱", "快递到哪里了", "滤芯多久换一次", "电子发票怎么开"]


def mended(text: str, *, named: str = "") -> str:
    """The text as a shop with these texts reads it."""
    return Homophones([Spelling.of(TEXTS)], Spelling.of([named])).mend(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("积粪怎么用", "积分怎么用"),
        ("快第到哪里了", "快递到哪里了"),
        ("怎么申清电子发票", "怎么申请电子发票"),
        ("积粪 code 怎么用", "积分 code 怎么用"),
        ("东西智量太差", "东西质量太差"),
    ],
)
def test_a_homophone_is_put_right(typed: str, meant: str) -> None:
    """In words of the shop, and in those of the training texts."""
    assert meant == mended(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "优惠券怎么用",
        "东西坏了咋办",
        "这个支持可用区灵活性吗",  # 性吗 is rare, and 吗 goes with everything
        "发",
        "discout code",
        "饕餮蒹葭苍苍白露",  # a way of writing
        "景德镇茶具保修吗",  # a name, and 的 goes with everything
        "",
    ],
)
def test_what_is_written_so_stays(typed: str) -> None:
    """Words, function words, single characters, other scripts, and verse."""
    assert typed == mended(typed)


def test_what_synonyms_are_for_stays() -> None:
    """An editor who keeps a word knows it; it is not taken for what was meant."""
    assert "积分怎么花" == mended("积粪怎么花")
    assert "积粪怎么花" == mended("积粪怎么花", named="积粪")
    assert "糖蹦" == mended("糖蹦", named="糖泵 糖泵 糖泵")


def test_L11_no_hidden_neighbours_are_meant(shop: Shop) -> None:
    """What only editors' entries write side by side is put right for them, and for nobody else."""
    shop.write("secret", disclosure="internal", question="糖泵和糖泵，糖泵怎么做")
    shop.publish()
    engine = shop.engine()
    assert "" == engine.search("糖蹦", audience=ANYONE, lang="zh").read_as
    assert "糖泵" == engine.search("糖蹦", audience=EDITOR, lang="zh").read_as


def test_characters_that_sound_alike_are_as_people_confuse_them() -> None:
    """Tones, zh and z, -ng and -n are one; a character is not like itself."""
    others = {chr(one) for one in alike("这").tolist()}
    assert {"着", "则"} <= others
    assert "这" not in others
    assert sound_of("京") == sound_of("今") != sound_of("这")
    assert 0 == len(alike("a"))


def test_the_neighbours_of_the_training_texts_are_there() -> None:
    """Some hundred thousand pairs, in order, as a ``Spelling`` looks them up."""
    known = common()
    assert len(known.pairs) > 200_000
    assert (known.pairs[1:] > known.pairs[:-1]).all()
    assert known.together("退款") > 100
    assert 0 == known.together("糖蹦")


@pytest.mark.parametrize(
    "text",
    [
        "的一是了我不人在他有这个上们来到时" * 40,
        "退款 " * 170 + "龇厝 龇厝",  # many runs, and as much to try as there can be
        "龇厝饕鬯" * 128,
    ],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    """A few characters are doubted at most, however long the text."""
    mended("积粪")  # reads the lists
    begun = thread_time()
    mended(text)
    assert thread_time() - begun < 0.1

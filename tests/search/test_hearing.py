"""Pinyin and its initials, heard as the Chinese of the passages."""

from time import thread_time

import pytest

from search.hearing import Hearing
from search.spelling import Spelling

TEXTS = [
    "怎么退货",
    "退货要多久",
    "包邮吗",
    "满多少包邮",
    "物流三天不更新",
    "积分怎么用",
    "支付宝付款",
    "滤芯多久换",
    "女款尺码",
    "how do i change the size",
    "export as pdf",
    "寄到 xinjiang",
]


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("tuihuo", "退货"),
        ("tui huo", "退货"),
        ("zenme tuihuo", "怎么退货"),
        ("zhifubao fukuan", "支付宝付款"),
        ("lvxin duojiu huan", "滤芯多久换"),
        ("nvkuan", "女款"),
        ("th", "退货"),
        ("wl三天不更新", "物流三天不更新"),
        ("baoyou threshold", "包邮 threshold"),
        ("jf zenme yong", "积分怎么用"),
    ],
)
def test_pinyin_becomes_characters(typed: str, heard: str) -> None:
    """The likeliest characters of the passages are written in its place."""
    assert heard == Hearing(TEXTS).hear(typed)


def test_initials_that_synonyms_are_for_stay() -> None:
    """An editor who keeps a word knows that it is one."""
    spellings = [Spelling.of(TEXTS)]
    assert "退货" == Hearing.of(spellings, named=Spelling.of(())).hear("th")
    assert "th" == Hearing.of(spellings, named=Spelling.of(["th"])).hear("th")


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("hong kong", "hong kong"),
        ("hong kong delivery", "hong kong delivery"),
        ("ship to hongkong", "ship to hongkong"),
        ("free shiping", "free shiping"),
        ("shiping time", "shiping time"),
        ("eta", "eta"),
        ("tuihuo time", "退货 time"),
        ("huo bao", "货包"),
    ],
)
def test_english_that_could_be_cut_into_syllables_stays(typed: str, heard: str) -> None:
    """What the shop itself writes, or what stands beside English, is heard where it occurs."""
    texts = [*TEXTS, "hong kong delivery", "free shiping over 99", "what is the delivery time"]
    assert heard == Hearing([*texts, "共有 空位 时常 公平"]).hear(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "how do i change the size",
        "can you make me one, please",
        "export as pdf",
        "pdf",
        "dhl",
        "xinjiang 多少钱",
        "e018 是什么",
        "退货",
        "shang",
        "",
    ],
)
def test_what_is_no_pinyin_stays(typed: str) -> None:
    """English, codes, known words and sounds that no passage has are left alone."""
    assert typed == Hearing(TEXTS).hear(typed)


def test_L10_only_visible_words_are_heard() -> None:
    """What no passage of the audience spells is not written for it."""
    assert "mimi" == Hearing(TEXTS).hear("mimi")
    assert "秘密" == Hearing([*TEXTS, "秘密"]).hear("mimi")


@pytest.mark.parametrize("word", ["a", "shi", "xiang", "b", "nga ", "xi an "])
def test_Q08_hearing_is_linear(word: str) -> None:
    """The longest query takes a moment."""
    hearing = Hearing(["是试事室石十时实使始史市式示士世西安先向想象像相香乡响享"] * 3)
    begun = thread_time()
    hearing.hear((word * 256)[:256])
    assert thread_time() - begun < 0.3


@pytest.mark.parametrize("words", ["bcdf ghjk", "th kf dd " * 9, "zhch shzh qxjl yb"])
def test_Q08_initials_are_linear(words: str) -> None:
    """However many letters might be initials of however many characters."""
    every = "".join(map(chr, range(0x4E00, 0x9FA5)))
    hearing = Hearing([every])
    hearing.hear("退 th")
    begun = thread_time()
    hearing.hear(f"退 {words}")
    assert thread_time() - begun < 0.2

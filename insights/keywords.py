"""The words that set one cluster apart from the others: class-based TF-IDF (Grootendorst 2022).

A cluster is one document of all its wordings. Chinese terms are runs of two to four characters
between stop words, so that they read as words; English ones are counted by their stem and shown
as they were written most. Terms that overlap one already chosen are left out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import log, sqrt

from search.text import HAN
from search.words import latin_words, stem

KEYWORDS = 4
LONGEST_RUN = 4
SHORTEST_WORD = 3

STOPS = tuple(
    sorted(
        "请问 你好 您好 怎么样 怎么办 怎么 怎样 如何 什么时候 什么 为什么 为啥 哪里 哪个 "  # noqa: SIM905
        "哪些 多少 多久 几天 "
        "能不能 可不可以 可以 是不是 有没有 会不会 是否 "
        "能否 需要 一下 一个 这个 那个 你们 我们 他们 "
        "知道 告诉 帮我 想要 我想 "
        "应该 还是 还有 没有 如果 但是 因为 所以 就是 不是 "
        "以及 或者 已经 "
        "的话 问题 咋办 咋 啥 吗 呢 吧 啊 呀 嘛 哦 的 了 着 过 得 地 我 你 您 他 "
        "她 它 们 在 是 有 "
        "和 与 跟 及 或 都 也 就 还 又 才 很 太 吗 请 把 被 给 让 "
        "对 从 到 向 于 之 这 那 能 会 要 想 "
        "去 来 个 么 怎 没 为 用 呗 哈".split(),
        key=len,
        reverse=True,
    )
)
ENGLISH_STOPS = frozenset(
    "how what when where which who why not get got want need know tell just any some but about "  # noqa: SIM905
    "from into out than then them too very much many more one ones also don doesn didn isn won "
    "cant able still hello hey thanks thank yes does using use".split()
)
_STOP = re.compile("|".join(map(re.escape, STOPS)))
_TOKEN = re.compile(r"<[a-zA-Z]{2,10}>")
_HAN_RUN = re.compile(f"[{HAN}]{{2,}}")


def terms_of(wording: str) -> Iterator[tuple[str, str]]:
    """Each term of a normalised wording, as it is counted and as it is shown."""
    text = _TOKEN.sub(" ", wording)
    for run in _HAN_RUN.findall(_STOP.sub(" ", text)):
        for length in range(2, min(LONGEST_RUN, len(run)) + 1):
            for at in range(len(run) - length + 1):
                yield run[at : at + length], run[at : at + length]
    for word in latin_words(text):
        if len(word) >= SHORTEST_WORD and not word.isdigit() and word not in ENGLISH_STOPS:
            yield stem(word), word


class Background:
    """How many wordings of all clusters hold a term: what is common says little."""

    def __init__(self, wordings: Iterable[str]) -> None:
        self._holding: Counter[str] = Counter()
        self._count = 0
        for wording in wordings:
            self._holding.update({term for term, _shown in terms_of(wording)})
            self._count += 1

    def rarity(self, term: str) -> float:
        """The weight of one occurrence, above zero."""
        return log(1 + (1 + self._count) / (1 + self._holding[term]))


def keywords(wordings: Sequence[str], background: Background) -> list[str]:
    """The terms that say most of these wordings, the most telling first; ``KEYWORDS`` at most."""
    counts: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    for wording in wordings:
        found = dict(terms_of(wording))
        counts.update(found.keys())
        for term, shown in found.items():
            written.setdefault(term, Counter())[shown] += 1
    ranked = sorted(counts, key=lambda term: (-_weight(term, counts[term], background), term))
    return [written[term].most_common(1)[0][0] for term in _apart(ranked)]


def _weight(term: str, count: int, background: Background) -> float:
    length = len(term) if not term.isascii() else 3
    return count * background.rarity(term) * sqrt(length)


def _apart(ranked: Iterable[str]) -> list[str]:
    chosen: list[str] = []
    for term in ranked:
        if len(chosen) == KEYWORDS:
            break
        if not any(_overlap(term, other) for other in chosen):
            chosen.append(term)
    return chosen


def _overlap(term: str, other: str) -> bool:
    if term in other or other in term:
        return True
    if term.isascii() or other.isascii():
        return False
    return any(term.endswith(other[:n]) or other.endswith(term[:n]) for n in range(1, LONGEST_RUN))

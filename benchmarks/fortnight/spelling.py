"""How people write: hurried, polite, in pinyin, with a letter too few; as ``chance`` draws."""

from random import Random

from pypinyin import lazy_pinyin

from search.text import has_han

PINYIN = 0.025
TYPO = 0.09
POLITE = 0.12
SIGN = 0.2
LONG_ENOUGH = 5
BEFORE = {
    "zh": ("请问", "你好，", "亲，", "在吗，"),
    "en": ("hi, ", "please ", "hello ", "excuse me, "),
}
AFTER = {"zh": ("，谢谢", "呀", "啊", "呢"), "en": (" thanks", " please", " pls")}


def written(text: str, lang: str, chance: Random) -> str:
    """``text`` as somebody types it."""
    if lang == "zh" and len(text) >= LONG_ENOUGH and chance.random() < PINYIN:
        return (" " if chance.random() < 0.5 else "").join(lazy_pinyin(text))
    if len(text) >= LONG_ENOUGH and chance.random() < TYPO:
        text = _mistyped(text, chance)
    if chance.random() < POLITE:
        words = BEFORE[lang] if chance.random() < 0.6 else AFTER[lang]
        word = chance.choice(words)
        text = word + text if word in BEFORE[lang] else text + word
    if chance.random() < SIGN:
        text += "？" if has_han(text) else "?"
    return text


def beginnings(text: str, chance: Random) -> list[str]:
    """What stands in the box before ``text`` is whole: two to four moments of typing it."""
    if len(text) < LONG_ENOUGH:
        return []
    cuts = sorted({chance.randrange(2, len(text)) for _moment in range(chance.randint(2, 4))})
    return [text[:cut].strip() for cut in cuts if len(text[:cut].strip()) > 1]


def _mistyped(text: str, chance: Random) -> str:
    """Two neighbours swapped, one left out, or one twice."""
    at = chance.randrange(1, len(text) - 1)
    kind = chance.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if kind == 1 else text[:at] + text[at] + text[at:]

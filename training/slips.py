"""What the search knows typing slips by: ``search/english.txt`` and ``search/chinese.npz``.

English: the words of the training texts, the commonest first; then the whole words among the
original model's wordpieces, the words of dictionaries, and names that shops are asked about. What
looks like a slip of a far commoner word, and is in no dictionary, is left out: it would pass for a
word, and never be mended. Chinese: neighbouring characters, and how often they are.

    apt-get install wamerican-small wbritish-small
    python -m training.slips --work var/training

Those dictionaries are of SCOWL (see ``search/english.LICENSE.md``).
"""

# ruff: noqa: SIM905 (lists of words are read best as text)
import argparse
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from search.homophones import CHINESE, write_common
from search.slips import AUXILIARY, ENGLISH, slips
from search.spelling import Spelling
from training.corpus import load_pairs
from training.vocabulary import WORD_START, load_pieces

OCCURS = 5
"""Times that an English word occurs at least."""
COMMONER = 50
"""Times as often that a word occurs of which a rarer one is thought to be a slip."""
COMMON = 1_000
"""Times that a word occurs of which a wordpiece that hardly occurs may be what is left when a
letter is missing: *oder* is German, and a slip of *order*."""
SHORTEST = 5
"""Letters of what is thought to be a slip: short words are alike by nature."""
DICTIONARIES = ("/usr/share/dict/american-english-small", "/usr/share/dict/british-english-small")
NAMES = tuple(
    (
        "adidas alipay anker aliexpress amex asos bosch braun carrefour cashmere dhl dyson ebay "
        "fedex gmail gucci hermes huawei icloud ikea jcb jingdong joyoung klarna kmart latte lego "
        "lenovo linen logitech matcha meituan merino midea modem muji muslin nespresso netflix "
        "nike oppo outlook panasonic paypal pinduoduo pyrex rayon rmb samsung shein shopee "
        "shopify siemens smeg sonos sony spandex spotify supor taobao tefal temu tencel tesco "
        "tiktok tmall ugg uniqlo ups usps velcro venmo visa vivo voile walmart wechat weibo wifi "
        "whatsapp xiaomi yunda zara"
    ).split()
)
"""Shops, makers, carriers, fabrics: what people ask a shop about that neither list has."""

_WORD = re.compile(r"(?<![a-z0-9])[a-z]{2,}(?![a-z0-9]|['’][a-z])")
_ENTRY = re.compile(r"[a-z]{2,}")
_FRAGMENT = re.compile(rf"{AUXILIARY}n|ll|ve|re")
"""What is left of a contraction when it is cut at its apostrophe."""


def english_words(
    texts: Iterable[str], pieces: Sequence[str], entries: Iterable[str] = ()
) -> list[str]:
    """Return the words of `texts`, the commonest first, then `pieces`, then `entries`."""
    counts = Counter(chain.from_iterable(map(_WORD.findall, texts)))
    whole, certain = set(pieces), set(entries)
    kept = {word for word, count in counts.items() if count >= OCCURS and word not in whole}
    kept = {word for word in kept if word in certain or not _is_slip(word, counts)} | certain
    kept |= {word for word in whole if counts[word] >= OCCURS or not _is_cut(word, counts)}
    order = {word: place for place, word in enumerate(pieces)}
    words = (word for word in kept if not _FRAGMENT.fullmatch(word))
    return sorted(words, key=lambda word: (-counts[word], order.get(word, len(order)), word))


def _is_slip(word: str, counts: Counter[str]) -> bool:
    """Say whether a far commoner word is a slip away, which it neither begins nor goes on."""
    if len(word) < SHORTEST:
        return False
    return any(
        counts[other] >= COMMONER * counts[word]
        for other in slips(word)
        if not other.startswith(word) and not word.startswith(other)
    )


def _is_cut(word: str, counts: Counter[str]) -> bool:
    """Say whether a common word becomes this one when a letter within it is missing."""
    longer = (other for other in slips(word) if len(other) > len(word) >= SHORTEST - 1)
    return any(
        counts[other] >= COMMON and other[0] == word[0] and not other.startswith(word)
        for other in longer
    )


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("var/training"))
    parser.add_argument("--dictionary", type=Path, action="append", help="one word on a line")
    arguments = parser.parse_args()
    pairs = load_pairs(arguments.work / "pairs.jsonl.gz")
    texts = [text for pair in pairs for text in (pair.a, pair.b)]
    pieces = [piece.text for piece in load_pieces(arguments.work / "pieces.json")]
    starts = (text.removeprefix(WORD_START) for text in pieces if text.startswith(WORD_START))
    dictionaries = arguments.dictionary or map(Path, DICTIONARIES)
    lines = chain.from_iterable(path.read_text("utf-8").split() for path in dictionaries)
    entries = filter(_ENTRY.fullmatch, chain(lines, NAMES))
    words = english_words(texts, [word for word in starts if _ENTRY.fullmatch(word)], entries)
    ENGLISH.write_text("\n".join(words) + "\n", "utf-8")
    kept = write_common(Spelling.of(texts))
    print(f"{len(words):,} words in {ENGLISH}, {kept:,} pairs of neighbours in {CHINESE}")


if __name__ == "__main__":
    main()

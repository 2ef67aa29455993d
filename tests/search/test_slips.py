"""Typing slips in English: undone where nobody writes what was typed, and only then."""

from collections.abc import Sequence
from time import thread_time

import pytest

from kb.disclosure import Audience
from search.slips import ENGLISH, Slips, is_word, ranks, slips
from search.spelling import Spelling
from search.text import normalise
from tests.search.shop import ANYONE, EDITOR, Shop

TEXTS = [
    "where is my discount code",
    "exchange the size of a kettle",
    "return policy",
    "track my order",
    "shiping charge",
    "gift card balance",
]


def mended(text: str, *, texts: Sequence[str] = TEXTS, named: str = "") -> str:
    """The text as a shop with these texts reads it."""
    return Slips([Spelling.of(texts)], Spelling.of([named])).mend(text)


def read_as(shop: Shop, query: str, audience: Audience) -> str:
    """How a query was read where that is not as it was typed."""
    return shop.engine().search(query, audience=audience, lang="en").read_as


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("discout code", "discount code"),
        ("exchnage size", "exchange size"),
        ("ketttle", "kettle"),
        ("retrun polocy", "return policy"),
        ("track my oder", "track my order"),
        ("gift crad balnce", "gift card balance"),
        ("我的discuont code用不了", "我的discount code用不了"),
        ("i want to cancle it", "i want to cancel it"),
        ("awnt to pay", "want to pay"),
        ("wher is it", "where is it"),
        ("giftcard trackmy order", "gift card track my order"),
    ],
)
def test_a_slip_is_undone(typed: str, meant: str) -> None:
    """A letter too many, missing, wrong or swapped, a space missing; words of the shop, and of
    English."""
    assert meant == mended(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "shiping charge",  # the shop writes it so
        "parcels of beer",  # a word, though one letter from parcel
        "wording",  # an ending of a word
        "xmzqwv",  # nothing is near
        "ordr-2024",
        "mail me at shiping@exampel.com",
        "size-xll/bleu",
        "cuopn2",
        "crème brulée",
        "it wasnt me, youre right, they shouldnt",
        "abort it, the crease in my nappy, a latte from ikea",
        "dyson and shein",  # names, and no common word is near
        "donde esta mi pedido",  # another language
        "ter",  # a slip away from too much
        "",
    ],
)
def test_what_is_no_slip_stays(typed: str) -> None:
    """Words, names of their own, parts of codes and addresses, and what is too short to tell."""
    assert normalise(typed) == mended(typed)


def test_what_synonyms_are_for_stays() -> None:
    """An editor who keeps a word knows it, though it looks like a slip."""
    assert "discount" == mended("discout")
    assert "discout" == mended("discout", named="discout")


def test_the_shops_own_word_comes_first() -> None:
    """Of words that are equally near, the one that the passages have; then the commonest."""
    assert "bold" == mended("bpld", texts=["a bold print"])
    assert "hold" == mended("hpld", texts=["on hold"])


def test_L11_no_hidden_word_is_meant(shop: Shop) -> None:
    """A slip in a word that only editors' entries have becomes it for them, and for nobody else."""
    shop.write("secret", "en", disclosure="internal", question="Call it zorbitrix", answer="So.")
    shop.publish()
    assert "" == read_as(shop, "zorbitrx", ANYONE)
    assert "zorbitrix" == read_as(shop, "zorbitrx", EDITOR)


def test_L11_synonyms_of_a_hidden_word_change_nothing(shop: Shop) -> None:
    """A group of which an audience's passages hold no word says nothing of what it is for."""
    shop.write("secret", "en", disclosure="internal", question="Call it secretproject, discout")
    shop.publish()
    asked = ("secretproject", "discout", "zorbitrx")
    before = [read_as(shop, query, ANYONE) for query in asked]
    (shop.content / "synonyms.yaml").write_text("- [discout, secretproject, zorbitrx]\n", "utf-8")
    shop.publish()
    assert before == [read_as(shop, query, ANYONE) for query in asked]
    assert "" == read_as(shop, "zorbitrx", EDITOR)


def test_a_search_can_be_asked_as_it_was_typed(shop: Shop) -> None:
    """The result says how the query was read, and nothing where that is as it was typed."""
    engine = shop.engine()
    read = engine.search("retrun an item", audience=ANYONE, lang="en")
    typed = engine.search("retrun an item", audience=ANYONE, lang="en", as_typed=True)
    plain = engine.search("Return an item", audience=ANYONE, lang="en")
    assert ["return an item", "", ""] == [one.read_as for one in (read, typed, plain)]
    assert read.hits[0].confidence == plain.hits[0].confidence
    assert typed.confidence != read.confidence


def test_synonyms_of_the_shop_are_never_mended(shop: Shop) -> None:
    """Its own name for a thing is one letter from an English word."""
    assert "return" == read_as(shop, "retrun", ANYONE)
    (shop.content / "synonyms.yaml").write_text("- [retrun, return]\n", "utf-8")
    shop.publish()
    assert "" == read_as(shop, "retrun", ANYONE)


@pytest.mark.parametrize("other", ["cat", "cats", "at", "ct", "ca", "bat", "act", "cta"])
def test_slips_are_one_step_away(other: str) -> None:
    """What a letter put in, left out, replaced or swapped makes of a word."""
    one, far = set(slips("cat")), set(slips("cast"))
    assert other in one
    assert "scats" not in one | far


def test_the_list_is_of_words() -> None:
    """One a line and none twice, the commonest first, no slip of a common one among them."""
    lines = ENGLISH.read_text("utf-8").splitlines()
    assert len(lines) == len(set(lines)) == len(ranks()) > 20_000
    assert all(line.isascii() and line.isalpha() and line.islower() for line in lines)
    assert ranks()["order"] < ranks()["parcel"]
    assert all(map(is_word, ("refund", "refunds", "quickly", "frosted", "expires")))
    assert not any(map(is_word, ("oder", "adress", "recieve", "shiping", "cupon")))


def test_hostile_words_take_no_time() -> None:
    """Nothing is near any of them, and each is tried."""
    text = " ".join(f"{letter}qxz" * 6 for letter in "bcdfghjklm" * 4)
    begun = thread_time()
    assert text == mended(text)
    assert thread_time() - begun < 0.5

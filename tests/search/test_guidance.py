"""``search.guidance`` and ``search.synonymy``: what editors say about words, and who it helps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from database import utc_now
from kb.catalog import EntryCard
from kb.disclosure import Audience
from kb.pins import Pin
from search.engine import SearchEngine
from search.gate import DatabaseGate
from search.generation import read_current
from search.guidance import Guidance, guidance_of, read_guidance
from search.passages import Kind
from search.results import Outcome, Result
from search.shelf import DiskShelf
from search.synonymy import Synonymy
from search.text import normalise
from tests.search.shop import AGENT, ANYONE, Shop, open_shop

GROUPS = (("快递", "邮包", "parcel", "package"), ("退货", "send back"), ("退货险", "运费险"))


def ask(shop: Shop, query: str, audience: Audience = ANYONE) -> Result:
    """What a fresh engine answers, without the name of the generation."""
    found = shop.engine().search(query, audience=audience, lang="zh")
    return replace(found, generation="")


def put(shop: Shop, name: str, text: str) -> None:
    """Write a file beside the topics and publish."""
    (shop.content / name).write_text(text, "utf-8")
    shop.publish()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("邮包呢", (("快递",),)),
        ("where are my packages", (("快递",),)),
        ("sending it back", ()),
        ("sending back", (("退货",),)),
        ("退货", ()),
        ("运费险", ()),
        ("退货险", ()),
        ("repackaged", ()),
        ("没有这样的词", ()),
    ],
)
def test_words_are_found_whole_and_answered_with_words_that_occur(
    text: str, expected: tuple[tuple[str, ...], ...]
) -> None:
    """The longest word counts, in any ending, and nothing is added that no passage has."""
    assert expected == Synonymy(GROUPS, lambda _: ["怎么退货", "快递到哪里了"]).equivalents(text)


def test_a_synonym_leads_to_an_entry_that_has_the_other_word(shop: Shop) -> None:
    """The shop's word is found by the shopper's, in which no letter is the same."""
    put(shop, "synonyms.yaml", "- [快递, satchel]\n")
    assert "parcel-where" == shop.engine().nearest("satchel", audience=ANYONE, lang="zh")[0].slug


def test_a_synonym_whose_stem_stems_again_is_known(shop: Shop) -> None:
    """purchase, purchas, purcha: a word is looked for as it is written."""
    shop.write("gift-card", "en", question="How do I purchase a gift card?")
    put(shop, "synonyms.yaml", "- [purchase, zorp]\n")
    serving = shop.engine().serving(now=utc_now())
    assert (("purchase",),) == serving.index.synonymy(ANYONE).equivalents("zorp")


def test_a_pin_stands_first_whatever_its_case_and_punctuation(shop: Shop) -> None:
    """An editor's word goes before the engine's, once, and counts as an answer."""
    put(shop, "pins.yaml", "- query: Black-Friday！\n  slug: invoice-get\n")
    found = ask(shop, "black  friday")
    assert ("invoice-get", Kind.PIN, 1.0) == (
        found.hits[0].slug,
        found.hits[0].matched,
        found.hits[0].confidence,
    )
    assert Outcome.ANSWERED is found.outcome
    assert 1 == [hit.slug for hit in found.hits].count("invoice-get")
    assert Kind.PIN not in {hit.matched for hit in ask(shop, "black friday sale").hits}


def test_a_pin_or_group_makes_a_generation_that_every_worker_reads(shop: Shop) -> None:
    """A worker that was there before follows; the same files again make nothing new."""
    worker, before = shop.engine(), read_current(shop.index_dir)
    worker.search("黑五", audience=ANYONE, lang="zh")
    put(shop, "pins.yaml", "- query: 黑五\n  slug: invoice-get\n")
    made = read_current(shop.index_dir)
    assert before != made
    assert Kind.PIN is worker.search("黑五", audience=ANYONE, lang="zh").hits[0].matched
    shop.publish()
    assert made == read_current(shop.index_dir)


def test_a_faulty_file_leaves_what_it_last_said(shop: Shop) -> None:
    """A slip in a file takes no pin away; an absent file does."""
    put(shop, "pins.yaml", "- query: 黑五\n  slug: invoice-get\n")
    (shop.content / "pins.yaml").write_text("- query: 黑五\n", "utf-8")
    assert ["pins.yaml"] == [one.path for one in shop.publisher().publish().problems]
    assert Kind.PIN is ask(shop, "黑五").hits[0].matched
    (shop.content / "pins.yaml").unlink()
    shop.publish()
    assert Kind.PIN not in {hit.matched for hit in ask(shop, "黑五").hits}


def test_L10_a_hidden_pin_and_a_hidden_word_leave_no_trace(tmp_path: Path) -> None:
    """With and without the hidden entry the answers are the same, to the last digit (L10)."""
    shops = []
    for name, hidden in (("full", True), ("twin", False)):
        shop = open_shop(tmp_path / name)
        shop.write("return-how", question="怎么退货？", alternates=["东西不想要了怎么退"])
        shop.write("parcel-where", topic="delivery", question="快递到哪里了？")
        if hidden:
            shop.write("secret", question="满天星暗号", disclosure="agent")
        (shop.content / "synonyms.yaml").write_text("- [快递, 满天星, satchel]\n", "utf-8")
        (shop.content / "pins.yaml").write_text("- query: 黑五\n  slug: secret\n", "utf-8")
        shop.publisher().publish()
        shops.append(shop)
    full, twin = shops
    for query in ("黑五", "satchel", "满天星", "快递", "快递退货"):
        assert ask(twin, query) == ask(full, query)
    assert Kind.PIN is ask(full, "黑五", AGENT).hits[0].matched
    for shop in shops:
        shop.database.close()


@pytest.mark.parametrize("hidden_first", [True, False])
def test_L10_a_hidden_pin_takes_no_public_one_away(shop: Shop, hidden_first: bool) -> None:
    """Of pins with one form the first counts that the asker may see, wherever the others stand."""
    shop.write("secret", question="满天星暗号", disclosure="agent")
    pins = ["- query: 黑五，退貨\n  slug: invoice-get\n", "- query: 黑五 退货\n  slug: secret\n"]
    put(shop, "pins.yaml", "".join(reversed(pins) if hidden_first else pins))
    anyone, agent = ask(shop, "黑五、退货"), ask(shop, "黑五、退货", AGENT)
    assert ("invoice-get", Kind.PIN) == (anyone.hits[0].slug, anyone.hits[0].matched)
    assert ("secret" if hidden_first else "invoice-get", Kind.PIN) == (
        agent.hits[0].slug,
        agent.hits[0].matched,
    )
    assert [Kind.PIN] == [hit.matched for hit in agent.hits if hit.matched is Kind.PIN]


@dataclass
class NotingGate:
    """The real gate, and what it was asked for."""

    gate: DatabaseGate
    asked: list[str] = field(default_factory=list)

    def cards(self, slugs: Iterable[str], **more: Any) -> Mapping[str, EntryCard]:
        """See ``Gate.cards``."""
        wanted = list(slugs)
        self.asked += wanted
        return self.gate.cards(wanted, **more)


def test_L21_a_hidden_pin_is_not_looked_up(shop: Shop) -> None:
    """A look into the database takes time: what may not be seen is known before."""
    shop.write("secret", question="满天星暗号", disclosure="agent")
    put(shop, "pins.yaml", "- query: 黑五\n  slug: secret\n")
    gate = NotingGate(DatabaseGate(shop.database))
    shelf = DiskShelf(shop.database, shop.index_dir, shop.embedder)
    engine = SearchEngine.over(shelf, gate, shop.embedder)
    engine.look("黑五", audience=ANYONE, lang="zh")
    assert "secret" not in gate.asked
    engine.look("黑五", audience=AGENT, lang="zh")
    assert "secret" in gate.asked


def test_guidance_survives_its_file() -> None:
    """What is written is what is read, each of several pins with one form too."""
    pins = (Pin("黑五！", "a-slug"), Pin("黑五", "b-slug"))
    said = guidance_of(GROUPS, pins, before=Guidance())
    assert ("a-slug", "b-slug") == read_guidance(said.as_json()).pinned("黑五？")
    assert said == read_guidance(said.as_json())
    assert said == guidance_of(None, None, before=said)


@pytest.mark.parametrize(
    ("word", "text", "held"),
    [
        ("gift card", "many gifts and a card", False),
        ("gift card", "we sell gift-cards here", True),
        ("flying carpet", "fly carpets", True),
        ("flying carpet", "the carpet flies", False),
        ("École normale", "ecole normal", True),
        ("ecole normale", "our école normale", True),
        ("die cast", "dying cast", True),
        ("delivery time", "deliveries on time", False),
        ("delivery time", "livraison: délivery timing", True),
    ],
)
def test_words_in_a_row_are_found_in_any_of_their_endings(word: str, text: str, held: bool) -> None:
    """What is looked at before a text is stemmed leaves none out that holds the words."""
    synonymy = Synonymy(((word, "satchel"),), lambda _: [normalise(text)])
    assert (((normalise(word),),) if held else ()) == synonymy.equivalents("satchel")

"""``search.engine``: what an audience gets, and what it gets when things are broken."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import update

from kb.disclosure import Audience
from kb.tables import EntryRow
from search.encoder import UnusableEmbedder
from search.engine import SearchEngine
from search.guarded import Guarded
from search.hashing import HashingEmbedder
from search.index import Index
from search.results import Mode, Outcome
from tests.search.shop import AGENT, ANYONE, CUSTOMER, ENTRIES, Shop, open_shop

CANARY = "zanzibarqx"
QUERIES = ("怎么退货", "退款", "发票怎么开", "return an item", "快递", "客服", CANARY)


def hide_half(shop: Shop) -> None:
    """Hidden entries of every level and state that talk of the same things, with a canary."""
    for number, level in enumerate(("customer", "agent", "internal") * 4):
        shop.write(
            f"hidden-{number}",
            disclosure=level,
            question=f"怎么退货退款 {CANARY} {number}",
            alternates=[f"快递 {CANARY} {number}", f"发票 return {number}"],
            tags=[CANARY],
            answer=f"退货退款快递发票 {CANARY}。" * 5,
        )
    shop.write("draft-one", status="draft", question=f"退货草稿 {CANARY}")
    shop.write("retired-one", status="retired", question=f"退货旧规 {CANARY}")
    soon = (datetime.now(UTC) + timedelta(days=2)).isoformat(timespec="seconds")
    past = (datetime.now(UTC) - timedelta(days=2)).isoformat(timespec="seconds")
    shop.write("scheduled-one", question=f"退货预告 {CANARY}", publish_from=soon)
    shop.write("expired-one", question=f"退货过期 {CANARY}", publish_until=past)


def everything(engine: SearchEngine, audience: Audience) -> str:
    """All that an audience can get out of an engine, as text; the generation's name left out."""
    seen: list[object] = []
    for query in QUERIES:
        result = engine.search(query, audience=audience, lang="zh", limit=8)
        seen += [result.outcome, result.confidence, result.hits]
        seen.append(engine.nearest(query, audience=audience, lang="zh", limit=8))
        seen.append(engine.suggest(query[:3], audience=audience, lang="zh"))
    for slug in ("return-how", "refund-time", "hidden-1"):
        seen.append(engine.related(slug, audience=audience, lang="zh"))
    return repr(seen)


@pytest.fixture
def full_shop(shop: Shop) -> Shop:
    """A shop in which most is hidden."""
    hide_half(shop)
    shop.publish()
    return shop


def test_L10_results_are_those_of_a_shop_without_the_hidden(
    full_shop: Shop, tmp_path: Path
) -> None:
    """Hits, order, confidence, snippets, suggestions: the same byte for byte (L05, L07, L09)."""
    bare = open_shop(tmp_path / "bare")
    for slug, lang, fields in ENTRIES:
        bare.write(slug, lang, **fields)
    bare.publish()
    expected = everything(bare.engine(), ANYONE)
    bare.database.close()
    assert expected == everything(full_shop.engine(), ANYONE)


@pytest.mark.parametrize("audience", [ANYONE, CUSTOMER, AGENT])
def test_L05_search_finds_no_hidden_canary(full_shop: Shop, audience: Audience) -> None:
    """A word that stands only in hidden fields brings nothing hidden to anyone below."""
    visible = {level.label for level in audience.levels}
    engine = full_shop.engine()
    for query in QUERIES:
        for hit in engine.nearest(query, audience=audience, lang="zh", limit=20):
            assert hit.level.label in visible
            assert hit.slug not in {"draft-one", "retired-one", "scheduled-one", "expired-one"}
    if audience is ANYONE:
        assert CANARY not in everything(engine, audience)


def test_L07_the_list_is_full_where_nearly_all_is_hidden(shop: Shop) -> None:
    """With 95 % of the corpus hidden and nearer, all visible entries are still listed."""
    for number in range(95):
        shop.write(f"secret-{number}", disclosure="internal", question=f"怎么退货？{number}")
    shop.publish()
    hits = shop.engine().nearest("怎么退货", audience=ANYONE, lang="zh", limit=4)
    assert ["return-how", 4] == [hits[0].slug, len(hits)]


def test_L08_notes_are_found_by_agents_only(shop: Shop) -> None:
    """The words of a note lead agents to the entry, and change nothing for anyone below."""
    before = everything(shop.engine(), ANYONE)
    note = f"|\n  {CANARY} 退货先安抚客户情绪"
    shop.write("return-how", question="怎么退货？", alternates=["东西不想要了怎么退"])
    path = shop.content / "returns" / "return-how.zh.md"
    path.write_text(
        path.read_text("utf-8").replace("---\n请", f"agent_note: {note}\n---\n请"), "utf-8"
    )
    shop.publish()
    engine = shop.engine()
    assert before == everything(engine, ANYONE)
    found = engine.look(f"{CANARY} 安抚客户情绪", audience=AGENT, lang="zh").hits[0]
    assert ("return-how", "note") == (found.slug, found.matched)
    assert CANARY not in found.snippet


def test_L24_a_narrowed_entry_is_gone_before_the_index_knows(shop: Shop) -> None:
    """The database decides at each question, even where index and cache are older."""
    engine = shop.engine()
    assert "return-how" == engine.search("怎么退货", audience=ANYONE, lang="zh").hits[0].slug
    with shop.database.session() as session:
        session.execute(update(EntryRow).where(EntryRow.slug == "return-how").values(level=3))
    again = engine.nearest("怎么退货", audience=ANYONE, lang="zh", limit=3)
    assert "return-how" not in {hit.slug for hit in again}
    assert 3 == len(again)
    suggested = engine.suggest("怎么", audience=ANYONE, lang="zh")
    assert "return-how" not in {one.slug for one in suggested}


def test_scheduled_and_expired_entries_come_and_go_by_the_clock(shop: Shop) -> None:
    """Between two publications the same index serves each moment as it should be."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    end = start + timedelta(hours=1)
    shop.write(
        "flash-sale",
        question="限时抢购规则",
        publish_from=start.isoformat(timespec="seconds"),
        publish_until=end.isoformat(timespec="seconds"),
    )
    shop.publish()
    engine = shop.engine()

    def found(now: datetime) -> bool:
        result = engine.look("限时抢购规则", audience=ANYONE, lang="zh", now=now)
        return "flash-sale" in {hit.slug for hit in result.hits}

    moments = [start - timedelta(seconds=1), start, end - timedelta(seconds=1), end]
    assert [False, True, True, False] == [found(moment) for moment in moments]


def test_an_entry_is_shown_once_in_the_asked_language(shop: Shop) -> None:
    """Translations are one entry; the asked language wins where it is visible, else the other."""
    engine = shop.engine()
    for lang in ("zh", "en"):
        hits = engine.nearest("return 退货", audience=ANYONE, lang=lang)
        assert [lang] == [hit.lang for hit in hits if hit.slug == "return-how"]
    other = engine.nearest("发票", audience=ANYONE, lang="en")
    assert "zh" == next(hit.lang for hit in other if hit.slug == "invoice-get")


def test_not_for_counts_against(shop: Shop) -> None:
    """A phrasing that an entry says it is not for leads to the entry that it is for."""
    shop.write("quality", question="质量问题售后", alternates=["有质量问题"])
    shop.write("return-how", question="怎么退货？", not_for=["质量问题怎么退货"])
    shop.publish()
    hits = shop.engine().nearest("质量问题怎么退货", audience=ANYONE, lang="zh")
    assert "quality" == hits[0].slug


@pytest.mark.parametrize(
    "query", ['"', "a OR b", "(a+)+$", "%", "_", "${jndi:x}", "\ud800", "👍🏽"]
)
def test_Q04_any_text_is_a_plain_search(shop: Shop, query: str) -> None:
    """No text is an error, and none lists everything."""
    result = shop.engine().search(query, audience=ANYONE, lang="zh")
    assert result.outcome in Outcome


@pytest.mark.parametrize("limit", [-1, 0, 1, 10**9])
def test_Q05_a_senseless_limit_is_capped(shop: Shop, limit: int) -> None:
    """Nobody gets more entries than there are, or an error."""
    result = shop.engine().search("怎么退货", audience=ANYONE, lang="zh", limit=limit)
    assert len(result.hits) <= max(0, min(limit, 4))


def test_one_clock_tells_what_is_suggested_near_and_related(shop: Shop) -> None:
    """An entry that is to come is there for all of them once the engine's clock has come to it."""
    shop.write("coming", question="怎么退货更快？", publish_from="2031-05-01T00:00:00+00:00")
    shop.publish()
    moments = {"now": datetime(2031, 4, 30, tzinfo=UTC)}
    engine = SearchEngine(
        shop.database, shop.index_dir, shop.embedder, clock=lambda: moments["now"]
    )

    def seen() -> list[set[str]]:
        near = engine.nearest("怎么退货更快", audience=ANYONE, lang="zh", limit=9)
        related = engine.related("return-how", audience=ANYONE, lang="zh", limit=9)
        suggested = engine.suggest("怎么退货", audience=ANYONE, lang="zh", limit=9)
        return [{hit.slug for hit in found} for found in (near, related, suggested)]

    assert not any("coming" in slugs for slugs in seen())
    moments["now"] += timedelta(days=2)
    assert all("coming" in slugs for slugs in seen())


def test_Q03_odd_forms_find_the_same(shop: Shop) -> None:
    """Traditional, full-width and invisible characters change neither hits nor confidence."""
    engine = shop.engine()
    plain = engine.search("怎么退货", audience=ANYONE, lang="zh")
    for odd in ("怎麼退貨", "怎么\u200b退\u202e货", "　怎么退货　"):
        assert plain.hits == engine.search(odd, audience=ANYONE, lang="zh").hits


def test_related_entries_go_by_the_question_in_the_readers_language(shop: Shop) -> None:
    """An entry in two languages is compared by the words that its reader reads."""
    engine = shop.engine()
    asked = []
    compare = Index.overlaps
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Index,
            "overlaps",
            lambda self, one, **more: asked.append(one) or compare(self, one, **more),
        )
        for lang in ("zh", "en"):
            engine.related("return-how", audience=ANYONE, lang=lang)
    assert ["怎么退货?", "how do i return an item?"] == [one.text for one in asked]


def test_X04_without_a_model_words_serve(shop: Shop) -> None:
    """The site is up, finds what shares words, and says that it is degraded."""
    shop.embedder = UnusableEmbedder("the model folder is missing")
    engine = shop.engine()
    engine.warm()
    result = engine.search("怎么退货", audience=ANYONE, lang="zh")
    assert (Mode.LEXICAL, "return-how") == (result.mode, result.hits[0].slug)
    assert (Mode.LEXICAL, "the model folder is missing") == (
        engine.state().mode,
        engine.state().reason,
    )


def test_a_model_that_fails_at_a_question_makes_it_lexical(shop: Shop) -> None:
    """Words answer, the state says so (X04), and no cache does once the model is back."""

    class Flaky(HashingEmbedder):
        broken = False

        def encode(self, texts: Sequence[str]) -> np.ndarray:
            if self.broken:
                raise RuntimeError("no memory")
            return super().encode(texts)

    flaky = Flaky()
    shop.embedder = Guarded(flaky)
    engine = shop.engine()
    flaky.broken = True
    assert Mode.LEXICAL == engine.search("怎么退货", audience=ANYONE, lang="zh").mode
    assert (Mode.LEXICAL, "the model failed: no memory") == (
        engine.state().mode,
        engine.state().reason,
    )
    flaky.broken = False
    assert Mode.HYBRID == engine.search("怎么退货", audience=ANYONE, lang="zh").mode
    assert (Mode.HYBRID, "") == (engine.state().mode, engine.state().reason)


def test_many_threads_ask_while_others_publish(shop: Shop) -> None:
    """No thread sees an error or half an index."""
    engine = shop.engine()
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(30):
                hits = engine.nearest("怎么退货", audience=ANYONE, lang="zh")
                assert "return-how" == hits[0].slug
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(3):
        shop.write(f"filler-{number}", question=f"填充{number}")
        shop.publish()
    for thread in threads:
        thread.join(30)
    assert [] == failures


def test_an_audience_is_never_guessed(shop: Shop) -> None:
    """A caller that forgets the audience gets an error (L37)."""
    engine = shop.engine()
    for method in (engine.search, engine.nearest, engine.related, engine.suggest, engine.explain):
        with pytest.raises(TypeError):
            method("退货", lang="zh")  # type: ignore[call-arg]


def test_a_phrasing_is_answered_word_for_word(real_app: Flask, tmp_path: Path) -> None:
    """An editor who adds what was asked in vain has answered it, however odd it is."""
    shop = open_shop(tmp_path / "odd", embedder=real_app.extensions["dawen"].engine.embedder)
    odd = "测速新说法1"
    usual = ["东西不想要了怎么退", "能退吗", "不喜欢想退回去"]
    shop.write("return-how", question="怎么退货？", alternates=[odd, *usual])
    shop.write("refund-time", question="退款多久到账？", alternates=["钱什么时候回来"])
    shop.publish()
    found = shop.engine().search(odd, audience=ANYONE, lang="zh")
    assert (Outcome.ANSWERED, "return-how") == (found.outcome, found.hits[0].slug)
    assert found.confidence > 0.95

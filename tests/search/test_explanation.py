"""``search.explaining``: an explanation adds up to what it explains."""

from math import exp

import pytest

from search.encoder import UnusableEmbedder
from search.explanation import CONSTANT, MEANING, Explanation
from search.passages import Kind
from search.reading import compare
from search.results import Mode
from tests.search.shop import AGENT, ANYONE, Shop

LANES = [MEANING, "words", "whole", "sound", "spelling", "meant"]


def explained(shop: Shop, query: str, **options: object) -> Explanation:
    """The explanation that anybody would get."""
    values = {"audience": ANYONE, "lang": "zh"} | options
    return shop.engine().explain(query, **values)  # type: ignore[arg-type]


@pytest.fixture
def argued(shop: Shop) -> Shop:
    """The shop with an entry that is not for what another answers."""
    shop.write("stolen", question="怎么退货退款", alternates=["退货"], not_for=["怎么退货"])
    shop.publish()
    return shop


@pytest.mark.parametrize("query", ["怎么退货", "退款", "return an item", "tuihuo", "發票"])
def test_the_lanes_add_up_to_the_score(argued: Shop, query: str) -> None:
    """Cosine, shares, chorus, ``not_for`` and run-off are all that a score is made of."""
    found = explained(argued, query)
    assert found.reasons
    for one in found.reasons:
        assert LANES == [lane.name for lane in one.spoken.lanes]
        total = sum(lane.gives for lane in one.spoken.lanes)
        taken = one.spoken.chorus + one.spoken.against + one.spoken.runoff
        assert one.score == pytest.approx(total + taken, abs=1e-3)


@pytest.mark.parametrize("query", ["怎么退货", "退款", "return an item"])
def test_the_parts_add_up_to_the_confidence(argued: Shop, query: str) -> None:
    """Features times weights, and the constant, through the logistic function."""
    found = explained(argued, query)
    for one, hit in zip(found.reasons, found.result.hits, strict=True):
        assert CONSTANT == one.parts[-1].name
        odds = sum(part.gives for part in one.parts)
        assert one.probability == pytest.approx(1 / (1 + exp(-odds)), abs=1e-3)
        assert hit.confidence == one.confidence
        assert one.confidence <= round(one.probability, 4)


def test_what_counts_against_is_named(argued: Shop) -> None:
    """The closest ``not_for`` phrasing, and how much it takes."""
    reason = explained(argued, "怎么退货").reason("stolen")
    assert reason is not None
    assert "怎么退货" == reason.spoken.against_text
    assert reason.spoken.against < 0


def test_the_lead_is_over_the_next(shop: Shop) -> None:
    """The first entry leads by as much as the second is behind."""
    first, second, *_ = explained(shop, "怎么退货").reasons
    assert first.lead > 0
    assert pytest.approx(first.lead) == -second.lead


def test_how_a_question_was_read_is_told(shop: Shop) -> None:
    """Traditional characters and pinyin are named; plain ones are not."""
    assert explained(shop, "發票怎麼開").reading.is_simplified
    spoken = explained(shop, "tuihuo zenme tui").reading
    assert spoken.is_reread
    assert "退货" in spoken.heard
    plain = explained(shop, "怎么退货").reading
    assert (False, False, ()) == (plain.is_reread, plain.is_simplified, plain.meant)


def test_synonyms_that_were_used_are_told(shop: Shop) -> None:
    """The word that nobody has, and what the shop calls it."""
    (shop.content / "synonyms.yaml").write_text("- [包裹单, 发票]\n", "utf-8")
    shop.publish()
    assert (("包裹单", ("发票",)),) == explained(shop, "包裹单").reading.meant


def test_a_pinned_entry_is_told_from_its_own_reason(shop: Shop) -> None:
    """The hit is pinned; the reason says what it would have had by itself."""
    (shop.content / "pins.yaml").write_text("- query: 发票\n  slug: parcel-where\n", "utf-8")
    shop.publish()
    found = explained(shop, "发票")
    first = found.result.hits[0]
    assert ("parcel-where", Kind.PIN, 1.0) == (first.slug, first.matched, first.confidence)
    reason = found.reason("parcel-where")
    assert reason is None or reason.kind is not Kind.PIN


def test_L08_a_note_speaks_for_agents_only(shop: Shop) -> None:
    """What an explanation quotes is what the audience may see."""
    shop.write("noted", question="保修多久", agent_note="先查序列号 zanzibarqx")
    shop.publish()
    assert "zanzibarqx" in repr(explained(shop, "zanzibarqx 序列号", audience=AGENT))
    public = explained(shop, "序列号先查")
    assert "zanzibarqx" not in repr(public)


def test_without_a_model_the_explanation_says_words_alone(shop: Shop) -> None:
    """The cosine gives nothing, and the mode says why."""
    shop.embedder = UnusableEmbedder("no model")
    found = explained(shop, "怎么退货")
    assert Mode.LEXICAL is found.result.mode
    assert {0.0} == {one.spoken.lanes[0].gives for one in found.reasons}


def test_shared_words_are_counted_and_marked() -> None:
    """A Chinese character counts as one, a Latin word in any of its endings."""
    shared = compare("return shoes 退", "returning 的退货")
    assert (2, 3) == (shared.found, shared.asked)
    assert (("returning", True), (" 的", False), ("退", True), ("货", False)) == shared.pieces


def test_what_an_entry_loses_in_the_run_off_is_told(shop: Shop) -> None:
    """Of twins with phrasings enough, one keeps its score and the other says what it lost."""
    shop.write("colour-red", question="红色杯子多久发货", alternates=["红杯几天发", "红的何时寄出"])
    shop.write(
        "colour-blue", question="蓝色杯子多久发货", alternates=["蓝杯几天发", "蓝的何时寄出"]
    )
    shop.publish()
    first, *others = explained(shop, "红杯子多久寄").reasons
    assert "colour-red" == first.slug
    assert 0.0 == first.spoken.runoff
    lost = {one.slug: one.spoken.runoff for one in others}
    assert lost["colour-blue"] < 0.0
    for one in others:
        total = sum(lane.gives for lane in one.spoken.lanes)
        taken = one.spoken.chorus + one.spoken.against + one.spoken.runoff
        assert one.score == pytest.approx(total + taken, abs=1e-3)

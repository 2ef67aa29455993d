"""``search.shelf``: which index serves where one is damaged, of another model, or gone."""

import shutil

import pytest

from search.generation import CURRENT, generations, read_current
from search.hashing import HashingEmbedder
from search.passages import Kind
from search.results import Mode
from tests.search.damage import overwrite
from tests.search.shop import ANYONE, Shop


def test_X02_what_was_taken_back_does_not_return_with_an_earlier_generation(shop: Shop) -> None:
    """A sentence that became a note is not answered to anyone because the newest index broke."""
    shop.write("gift-wrap", question="可以包装吗？", answer="密语：去仓库后门取。")
    shop.publish()
    shop.write("gift-wrap", question="可以包装吗？", agent_note="密语：去仓库后门取。")
    shop.publish()
    query = "密语去仓库后门取"
    sound = shop.engine().search(query, audience=ANYONE, lang="zh")
    damaged = shop.index_dir / read_current(shop.index_dir) / "vectors.npy"
    overwrite(damaged, damaged.read_bytes()[:-4])
    engine = shop.engine()
    assert "serves meanwhile" in engine.state().reason
    found = engine.look(query, audience=ANYONE, lang="zh")
    assert sound.outcome == found.outcome
    assert all(hit.slug != "gift-wrap" or hit.matched is Kind.QUESTION for hit in found.hits)


def alerts(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The reasons that the log has at error level."""
    said = [one for one in caplog.records if (one.name, one.levelname) == ("dawen.search", "ERROR")]
    return [one.getMessage().removeprefix("search is degraded: ") for one in said]


def test_X02_a_damaged_generation_is_passed_over(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """The previous one serves, with vectors; the state says why, and the log does, once."""
    previous = read_current(shop.index_dir)
    shop.write("gift-wrap", question="可以礼品包装吗？")
    shop.publish()
    damaged = shop.index_dir / read_current(shop.index_dir) / "vectors.npy"
    overwrite(damaged, damaged.read_bytes()[:-4])
    engine = shop.engine()
    assert "return-how" == engine.search("怎么退货", audience=ANYONE, lang="zh").hits[0].slug
    state = engine.state()
    assert (Mode.HYBRID, previous) == (state.mode, state.generation)
    assert "vectors.npy does not match" in state.reason
    assert [state.reason] == alerts(caplog)


def test_X02_the_alert_is_given_once_and_again_after_a_recovery(
    shop: Shop, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that is looked for at every question is missed in the log once."""
    monkeypatch.setattr("search.shelf.REREAD_SECONDS", 1e-9)
    engine = shop.engine()
    assert "" == engine.state().reason
    for _ in range(2):
        (shop.index_dir / CURRENT).unlink()
        for _ in range(3):
            engine.search("怎么退货", audience=ANYONE, lang="zh")
        shop.publish()
        assert "" == engine.state().reason
    assert 2 == len(alerts(caplog))
    assert "退货" not in caplog.text


@pytest.mark.parametrize("wreck", ["all", "pointer", "folder"])
def test_X02_without_any_index_words_serve(shop: Shop, wreck: str) -> None:
    """Nothing usable on the disk: the database's rows are searched by their words."""
    if wreck == "folder":
        shutil.rmtree(shop.index_dir)
    else:
        for name in generations(shop.index_dir):
            overwrite(shop.index_dir / name / "manifest.json", b"{}")
    if wreck == "pointer":
        (shop.index_dir / CURRENT).write_text("nonsense")
    engine = shop.engine()
    result = engine.search("怎么退货", audience=ANYONE, lang="zh")
    assert (Mode.LEXICAL, "return-how") == (result.mode, result.hits[0].slug)
    assert "flask index build" in engine.state().reason


def test_X03_an_index_of_another_model_is_not_searched_with(shop: Shop) -> None:
    """Other dimension, other revision: words serve, and the message names the command."""
    shop.embedder = HashingEmbedder(dimension=64)
    engine = shop.engine()
    result = engine.search("怎么退货", audience=ANYONE, lang="zh")
    assert (Mode.LEXICAL, "return-how") == (result.mode, result.hits[0].slug)
    assert "flask index build" in engine.state().reason
    shop.publish()
    assert Mode.HYBRID == engine.search("怎么退货", audience=ANYONE, lang="zh").mode


def test_X06_a_stale_worker_follows_the_pointer(shop: Shop) -> None:
    """One worker publishes, the other reads the new index at its next question."""
    worker = shop.engine()
    before = worker.state().generation
    shop.write("gift-wrap", question="可以礼品包装吗？")
    after = shop.publish().generation
    assert before != after == worker.state().generation

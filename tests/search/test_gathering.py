"""``search.gathering``: a publication reads what changed, and nothing else."""

import numpy as np
import pytest
from sqlalchemy import event

from database import utc_now
from kb.markdown import RENDER_VERSION, Rendered
from search.gathering import UNKNOWN, gather, unchanged
from search.generation import read_current, read_generation
from tests.search.shop import Shop


def test_an_unchanged_shop_has_nothing_to_gather(shop: Shop) -> None:
    """All passages stay and none comes."""
    table = read_generation(shop.index_dir, read_current(shop.index_dir)).content.passages
    with shop.database.session() as session:
        gathered = gather(session, table, now=utc_now())
    assert gathered.stay.all()
    assert 0 == len(gathered.added)


def test_a_new_renderer_is_searched_with_its_own_texts(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the old one made of the same file leaves the index with the next publication."""
    for module in ("kb.sync", "search.gathering"):
        monkeypatch.setattr(f"{module}.RENDER_VERSION", RENDER_VERSION + 1)
    monkeypatch.setattr("kb.sync.render", lambda text: Rendered(f"<p>{text}</p>", f"新{text}", ()))
    shop.publish()
    table = read_generation(shop.index_dir, read_current(shop.index_dir)).content.passages
    texts = [table.text(at) for at in range(len(table))]
    assert "新退款三到五天到账。" in texts
    assert "退款三到五天到账。" not in texts


@pytest.mark.parametrize("state", [2**53 + 1, 2**63 + 1, 2**64 - 1])
@pytest.mark.parametrize("small", [0, 7])
def test_states_that_differ_in_their_last_bit_are_told_apart(state: int, small: int) -> None:
    """64 bits are compared as such; the state that is unknown is never unchanged."""
    held = np.array([state - 1, state, small], dtype=np.uint64)
    expected = [False, True, small != UNKNOWN]
    assert expected == unchanged(held, {1: state, 2: small}.values()).tolist()


def test_only_the_changed_entry_is_read_whole(shop: Shop) -> None:
    """The texts of the others are not even asked for."""
    read: list[str] = []
    shop.write("refund-time", question="退款什么时候到？", answer="退款三到五天到账。")
    publisher = shop.publisher()

    def note(*arguments: object) -> None:
        if "agent_note_text" in str(arguments[2]) and "SELECT" in str(arguments[2]):
            read.extend(map(str, arguments[3]))  # type: ignore[call-overload]

    event.listen(shop.database.engine, "before_cursor_execute", note)
    publication = publisher.publish()
    event.remove(shop.database.engine, "before_cursor_execute", note)
    assert ("returns/refund-time.zh.md",) == publication.changes.changed
    assert len(read) <= 2  # the row is read once to be changed and once to be searched


def test_a_revised_index_is_one_built_anew(shop: Shop) -> None:
    """After changes, additions and removals the content has the name of one made at once."""
    shop.write("gift-wrap", question="可以礼品包装吗？", alternates=["包装成礼物"])
    shop.write("return-how", "en", question="How can I send it back?", disclosure="agent")
    (shop.content / "delivery" / "invoice-get.zh.md").unlink()
    shop.publish()
    revised = read_generation(shop.index_dir, read_current(shop.index_dir))
    (shop.index_dir / "CURRENT").unlink()
    shop.publish()
    anew = read_generation(shop.index_dir, read_current(shop.index_dir))
    assert anew.digest == revised.digest
    assert anew.content.calibrations == revised.content.calibrations
    for name, counts in anew.content.counts.items():
        for part in ("terms", "begins", "passages", "counts", "lengths"):
            made, merged = getattr(counts, part), getattr(revised.content.counts[name], part)
            assert np.array_equal(made, merged), (name, part)
    for level, expected in anew.content.spellings.items():
        actual = revised.content.spellings[level]
        assert list(expected.characters.items()) == list(actual.characters.items())
        assert list(expected.latin.items()) == list(actual.latin.items())
        assert expected.pairs.tolist() == actual.pairs.tolist()
        assert expected.counts.tolist() == actual.counts.tolist()

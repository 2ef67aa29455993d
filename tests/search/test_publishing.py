"""``search.publishing``: from files to a searchable index, whatever happens on the way."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import sleep

import pytest
from filelock import FileLock
from sqlalchemy import delete

from database import Database, utc_now
from kb.disclosure import Audience, Level
from kb.markdown import Rendered, render
from kb.tables import ProblemRow
from search.cells import Cells, Divided, divide
from search.encoder import UnusableEmbedder
from search.errors import EncoderBusy, IndexUnwritable, NotSynced, PublicationBusy
from search.faiss_store import FaissStore
from search.generation import (
    CURRENT,
    generations,
    no_checkpoint,
    read_current,
    read_generation,
)
from search.guarded import Guarded
from search.hashing import HashingEmbedder
from search.publishing import LOCK_NAME, RENDERED_IN_TURN, SYNC_TURN
from search.results import Mode
from search.stores import Vectors
from tests.search.damage import overwrite
from tests.search.shop import ANYONE, EDITOR, Shop

ROOT = Path(__file__).resolve().parents[2]
STEPS = ("synced", "folder", "content", "manifest", "beside", "current", "pruned")
DONE = {"current", "pruned"}


def first(shop: Shop, query: str) -> str:
    """The first hit of a fresh engine."""
    hits = shop.engine().nearest(query, audience=EDITOR, lang="zh")
    return hits[0].slug if hits else ""


@pytest.fixture
def divided(monkeypatch: pytest.MonkeyPatch) -> list[Level]:
    """The levels whose shards were divided, where two vectors are many."""
    levels: list[Level] = []

    def noted(vectors: Vectors, *, level: Level, earlier: Divided | None = None) -> Cells:
        levels.append(level)
        return divide(vectors, level=level, earlier=earlier)

    monkeypatch.setattr("search.index.FaissStore", partial(FaissStore, divided_from=2))
    monkeypatch.setattr("search.faiss_store.divide", noted)
    return levels


def test_a_new_entry_is_found_by_every_engine(shop: Shop) -> None:
    """An engine that was there before the publication finds it at its next question (X06)."""
    worker = shop.engine()
    assert "gift-wrap" != worker.nearest("礼品包装", audience=ANYONE, lang="zh")[0].slug
    shop.write("gift-wrap", question="可以礼品包装吗？")
    shop.publish()
    assert "gift-wrap" == worker.nearest("礼品包装", audience=ANYONE, lang="zh")[0].slug


def test_only_what_changed_is_embedded(shop: Shop) -> None:
    """One new phrasing costs one vector; nothing new costs nothing and makes no generation."""
    before = read_current(shop.index_dir)
    again = shop.publish()
    assert (0, before) == (again.embedded, again.generation)
    shop.write("invoice-get", topic="delivery", question="怎么开发票？", alternates=["要发票"])
    changed = shop.publish()
    assert 1 == changed.embedded
    assert before != changed.generation


def test_X04_a_model_that_cannot_be_loaded_leaves_words(shop: Shop) -> None:
    """One that is loaded for its dimension, and fails at it, does not break the publication."""

    class Unloadable(HashingEmbedder):
        revision = "unloadable"
        dimension = property(lambda _: int(""))

        def __init__(self) -> None:
            """Nothing is loaded yet."""

    shop.embedder = Guarded(Unloadable())
    shop.write("gift-wrap", question="可以礼品包装吗？")
    assert "the model failed" in shop.publish().reason
    assert "gift-wrap" == first(shop, "礼品包装")


def test_progress_is_told(shop: Shop) -> None:
    """Whoever waits sees how far it is."""
    told: list[tuple[int, int]] = []
    shop.write("new-one", question="新的问题", alternates=["另一种问法"])
    shop.publisher().publish(progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a signal of POSIX")
@pytest.mark.parametrize("step", STEPS)
def test_X01_a_killed_publication_leaves_the_old_or_the_new(shop: Shop, step: str) -> None:
    """After kill -9 at each step the index is whole, serves, and the next publication completes."""
    before = read_current(shop.index_dir)
    shop.write("gift-wrap", question="可以礼品包装吗？")
    command = [sys.executable, str(ROOT / "tests" / "search" / "killed.py"), str(shop.root), step]
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert -signal.SIGKILL == killed.returncode
    current = read_current(shop.index_dir)
    assert (current != before) == (step in DONE)
    read_generation(shop.index_dir, current)
    assert ("gift-wrap" == first(shop, "礼品包装")) == (step in DONE)
    assert Mode.HYBRID == shop.engine().state().mode
    shop.publish()
    assert "gift-wrap" == first(shop, "礼品包装")


def test_X05_publications_wait_for_each_other(shop: Shop) -> None:
    """Many at once lose nothing: every entry is found at the end."""
    slugs = [f"entry-{number}" for number in range(4)]

    def write_and_publish(slug: str) -> None:
        shop.write(slug, question=f"{slug} 是什么？")
        shop.publisher().publish()  # may meet a file that another one is just writing

    threads = [threading.Thread(target=write_and_publish, args=(slug,)) for slug in slugs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    content = read_generation(shop.index_dir, read_current(shop.index_dir)).content
    assert set(slugs) <= {passage.slug for passage in content.passages}


def test_without_a_model_words_are_published(shop: Shop) -> None:
    """The index goes on following the files, says what is missing, and heals with the model."""
    model = shop.embedder
    shop.embedder = UnusableEmbedder("no model there")
    shop.write("gift-wrap", question="可以礼品包装吗？")
    publication = shop.publish()
    assert "no model there" == publication.reason
    assert "gift-wrap" == first(shop, "礼品包装")
    shop.embedder = model
    healed = shop.publish()
    assert ("", Mode.HYBRID) == (healed.reason, shop.engine().state().mode)


def test_a_busy_moment_of_the_encoder_costs_no_vectors(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The publication waits for it; where that does not help, the old index serves on."""
    monkeypatch.setattr("search.publishing.ENCODER_PAUSE_SECONDS", 0.0)
    encode, busy = shop.embedder.encode, [3]

    def encode_later(texts: Sequence[str]) -> Vectors:
        if busy[0]:
            busy[0] -= 1
            raise EncoderBusy("questions")
        return encode(texts)

    monkeypatch.setattr(shop.embedder, "encode", encode_later)
    shop.write("gift-wrap", question="可以礼品包装吗？")
    assert "" == shop.publish().reason
    before = read_current(shop.index_dir)
    busy[0] = 10_000
    shop.write("gift-card", question="有礼品卡吗？")
    with pytest.raises(PublicationBusy, match="publish again later"):
        shop.publish()
    assert before == read_current(shop.index_dir)
    busy[0] = 0
    shop.publish()
    assert "gift-card" == first(shop, "有礼品卡吗")


def test_X05_a_publication_that_never_gets_its_turn_says_so(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And leaves all as it is."""
    monkeypatch.setattr("search.publishing.LOCK_WAIT_SECONDS", 0.05)
    with FileLock(shop.index_dir / LOCK_NAME), pytest.raises(PublicationBusy):
        shop.publish()


def test_L24_what_was_narrowed_is_gone_while_a_publication_goes_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the other takes: hits are looked up in the database, which does not wait."""
    monkeypatch.setattr("search.publishing.LOCK_WAIT_SECONDS", 0.05)
    worker = shop.engine()
    assert "invoice-get" == worker.nearest("发票", audience=ANYONE, lang="zh")[0].slug
    fields = {"topic": "delivery", "question": "怎么开发票？", "disclosure": "internal"}
    shop.write("invoice-get", **fields)
    with FileLock(shop.index_dir / LOCK_NAME), pytest.raises(PublicationBusy):
        shop.publish()
    slugs = {hit.slug for hit in worker.nearest("发票", audience=ANYONE, lang="zh")}
    assert "invoice-get" not in slugs
    assert not shop.publish().changes


def test_L24_what_was_narrowed_is_gone_though_the_index_cannot_be_written(shop: Shop) -> None:
    """The database hears of it whatever becomes of the index, whose old state serves on."""
    worker = shop.engine()
    assert "invoice-get" == worker.nearest("发票", audience=ANYONE, lang="zh")[0].slug
    shop.write("invoice-get", topic="delivery", question="怎么开发票？", disclosure="internal")
    lock = shop.index_dir / LOCK_NAME
    lock.unlink()
    lock.mkdir()
    with pytest.raises(IndexUnwritable):
        shop.publish()
    slugs = {hit.slug for hit in worker.nearest("发票", audience=ANYONE, lang="zh")}
    assert "invoice-get" not in slugs
    lock.rmdir()
    assert not shop.publish().changes


def test_X05_files_are_read_once_the_turn_has_come(shop: Shop) -> None:
    """What they said before, while another wrote, never comes after what they say now."""
    shop.write("gift-wrap", question="旧的问题")
    with ThreadPoolExecutor(1) as pool:
        with shop.database.turn(SYNC_TURN, seconds=1):
            waiting = pool.submit(shop.publish)
            sleep(0.5)
            shop.write("gift-wrap", question="新的问题")
        waiting.result()
    assert "新的问题" == shop.engine().nearest("新的问题", audience=ANYONE, lang="zh")[0].question


def test_L24_who_cannot_tell_the_database_says_so(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another error than those after which what was taken back is gone."""
    monkeypatch.setattr("search.publishing.LOCK_WAIT_SECONDS", 0.05)
    with shop.database.turn(SYNC_TURN, seconds=1), pytest.raises(NotSynced, match="did not take"):
        shop.publish()
    shutil.rmtree(shop.content)
    with pytest.raises(NotSynced, match="cannot be read"):
        shop.publish()


def test_X10_others_write_while_texts_are_rendered(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many changed and however long it takes, the log and the sign-in do not wait."""
    others = Database(shop.database.address)
    rendered: list[str] = []

    def slow(text: str) -> Rendered:
        with others.session() as session:
            session.execute(delete(ProblemRow))
        rendered.append(text)
        return render(text)

    monkeypatch.setattr("kb.sync.render", slow)
    for number in range(RENDERED_IN_TURN + 1):
        shop.write(f"new-{number}", question=f"第{number}个问题", answer=f"答案{number}")
    (shop.content / "delivery" / "invoice-get.zh.md").unlink()
    shop.publish()
    others.close()
    assert {f"答案{number}" for number in range(RENDERED_IN_TURN + 1)} < set(rendered)


def test_X05_who_waits_its_turn_says_all_that_it_changed(shop: Shop) -> None:
    """What went into the database before the turn came is part of the publication."""
    shop.write("gift-wrap", question="可以礼品包装吗？")
    with ThreadPoolExecutor(1) as pool:
        with FileLock(shop.index_dir / LOCK_NAME):
            waiting = pool.submit(shop.publish)
            sleep(0.3)
        assert ("returns/gift-wrap.zh.md",) == waiting.result().changes.added


def test_X09_a_publication_without_room_leaves_nothing_behind(shop: Shop) -> None:
    """It says so, the old index serves, and the next one has everything."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_the_disk(step: str) -> None:
        if step == "folder":
            resource.setrlimit(resource.RLIMIT_FSIZE, (64, limits[1]))

    before = generations(shop.index_dir)
    shop.write("gift-wrap", question="可以礼品包装吗？")
    shop.checkpoint = fill_the_disk
    try:
        with pytest.raises(IndexUnwritable, match="cannot be written"):
            shop.publish()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert before == generations(shop.index_dir)
    shop.checkpoint = no_checkpoint
    shop.publish()
    assert "gift-wrap" == first(shop, "礼品包装")


def test_X01_what_a_killed_publication_left_is_swept_away(shop: Shop) -> None:
    """Also by one that has nothing to publish: on a full disk no other comes through."""
    unfinished = shop.index_dir / "20200101T000000000000-0123abcd"
    unfinished.mkdir()
    (unfinished / "vectors.npy").write_bytes(b"half")
    shop.publish()
    assert not unfinished.exists()


def test_X03_what_was_learned_with_another_model_is_learned_again(shop: Shop) -> None:
    """The same passages, other vectors: how sure to be is another thing."""
    for number in range(20):
        shop.write(f"more-{number}", question=f"第{number}个问题", alternates=[f"问题{number}号"])
    shop.embedder = HashingEmbedder(dimension=256)
    shop.publish()
    shop.embedder = HashingEmbedder(dimension=24)
    shop.publish()
    kept = read_generation(shop.index_dir, read_current(shop.index_dir)).content.calibrations
    shutil.rmtree(shop.index_dir)
    shop.publish()
    anew = read_generation(shop.index_dir, read_current(shop.index_dir)).content.calibrations
    assert anew == kept


def test_large_audiences_share_what_they_learn(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lowest that is large learns for all above it; where none is, each learns for itself."""
    for number in range(20):
        shop.write(f"open-{number}", question=f"第{number}个问题", alternates=[f"问题{number}号"])
        words = {"question": f"内部第{number}条", "alternates": [f"第{number}条怎么定"]}
        shop.write(f"desk-{number}", disclosure="internal", **words)
    for many, kept in ((10, 1), (1_000, 2)):
        monkeypatch.setattr("search.sampling.MANY", many)
        shutil.rmtree(shop.index_dir, ignore_errors=True)
        shop.publish()
        serving = shop.engine().serving(now=utc_now())
        learned = {serving.calibration(Audience(level)).weights for level in Level}
        assert kept == len(learned)
        assert {one.weights for one in serving.calibrations.values()} == learned


def test_a_new_prior_is_published_for_the_same_passages(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgrade that judges otherwise does not go on with what the last one learned."""
    before = read_current(shop.index_dir)
    shop.publish()
    assert before == read_current(shop.index_dir)
    for module in ("content", "calibration"):
        monkeypatch.setattr(f"search.{module}.JUDGEMENT", "another")
    shop.publish()
    assert before != read_current(shop.index_dir)


def test_a_scheduled_entry_leaves_the_shards_of_others_divided(
    shop: Shop, divided: list[Level]
) -> None:
    """A hidden entry that is to come costs nobody who may not see it any time."""
    for number, begin in enumerate(("2099-01-01T00:00:00+00:00", "2020-01-01T00:00:00+00:00")):
        shop.write(
            f"secret-{number}",
            disclosure="internal",
            question=f"内部{number}",
            alternates=["甲", "乙", "丙"],
            publish_from=begin,
        )
    shop.publish()
    divided.clear()
    shop.engine().search("怎么退货", audience=ANYONE, lang="zh")
    assert Level.PUBLIC not in divided


def test_removed_files_leave_the_index(shop: Shop) -> None:
    """What is deleted is not found, and no generation but the last ones stays."""
    (shop.content / "delivery" / "invoice-get.zh.md").unlink()
    for number in range(5):
        shop.write(f"filler-{number}", question=f"填充{number}")
        shop.publish()
    assert 3 == len(generations(shop.index_dir))
    assert (shop.index_dir / CURRENT).is_file()
    slugs = {hit.slug for hit in shop.engine().nearest("发票", audience=EDITOR, lang="zh")}
    assert "invoice-get" not in slugs


def test_only_shards_that_changed_are_divided(shop: Shop, divided: list[Level]) -> None:
    """The others keep their cells, which are those of an index made anew."""
    shop.write("gift-wrap", question="怎么包装？", disclosure="agent", alternates=["礼品包装"])
    shop.publish()
    divided.clear()
    shop.write(
        "gift-wrap", question="包装怎么收费？", disclosure="agent", alternates=["包装成礼物"]
    )
    shop.publish()
    assert [Level.AGENT] == divided
    kept = read_generation(shop.index_dir, read_current(shop.index_dir)).content.cells
    (shop.index_dir / CURRENT).unlink()
    shop.publish()
    anew = read_generation(shop.index_dir, read_current(shop.index_dir)).content.cells
    assert [one.level for one in anew] == [one.level for one in kept]
    for expected, actual in zip(anew, kept, strict=True):
        assert expected.of.tolist() == actual.of.tolist()
        assert expected.centres.tobytes() == actual.centres.tobytes()


def test_X02_what_a_publisher_wrote_is_checked_once_it_is_touched(shop: Shop) -> None:
    """It is not read back while it is as it was; damaged since, its vectors are made again."""
    publisher = shop.publisher()
    shop.write("gift-wrap", question="可以礼品包装吗？")
    generation = publisher.publish().generation
    shop.write("gift-wrap", question="可以礼品包装吗？", alternates=["包装成礼物"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.generation.file_digest", lambda _: pytest.fail("read back"))
        generation = publisher.publish().generation
    path = shop.index_dir / generation / "vectors.npy"
    overwrite(path, bytes(len(path.read_bytes())))
    shop.write("gift-wrap", question="可以礼品包装吗？", alternates=["另一种问法"])
    assert publisher.publish().embedded > 1
    read_generation(shop.index_dir, read_current(shop.index_dir))

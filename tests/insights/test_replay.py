"""What a replay predicts is what happens: on the content and with the model that ship."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

import migrations
from database import Database, utc_now
from insights.drafts import ChangeSet
from insights.replay import Replay, Turn, replay
from insights.suite import Case, answerable
from insights.vectors import remember
from insights.work_tables import ClosureRow, IntentRow, VectorRow
from kb import editing
from kb.disclosure import Audience, Level, Status
from kb.entry import Entry
from kb.library import Library
from search.embedder import open_embedder
from search.engine import SearchEngine
from search.evaluation import read_judged
from search.publishing import Publisher
from search.results import Outcome
from settings import ROOT

pytestmark = pytest.mark.load  # days of traffic on the shop that ships, for each draft
NOW = utc_now()
JUDGED = ROOT / "benchmarks" / "judged" / "queries.jsonl"


class Shop:
    """The shipped content in a folder of its own, and what people asked of it."""

    def __init__(self, root: Path) -> None:
        shutil.copytree(ROOT / "content", root / "content")
        self.library = Library(root / "content")
        self.database = Database(f"sqlite:///{root / 'shop.db'}")
        migrations.upgrade(self.database)
        embedder = open_embedder(str(ROOT / "models" / "dawen-zh-en"), threads=2)
        self.publisher = Publisher(self.database, self.library, root / "index", embedder)
        self.engine = SearchEngine(self.database, root / "index", embedder)
        self.publisher.publish()
        self.asked = list(self._ask())
        remember(self.database, engine=self.engine, now=NOW)

    def _ask(self) -> Iterator[tuple[str, int]]:
        """Every judged query as one intent; whether it is missed is what the engine says."""
        rows = []
        for number, line in enumerate(JUDGED.read_text("utf-8").splitlines()):
            record = json.loads(line)
            level = Level.from_label(record["level"])
            rows.append(_intent(number, record["q"], level, self.missed(record["q"], level)))
            yield record["q"], level
        with self.database.session() as session:
            session.execute(insert(IntentRow), rows)

    def entry(self, slug: str, lang: str = "zh") -> Entry:
        """An entry as its file is."""
        found = self.library.scan().entries.values()
        return next(one.entry for one in found if (one.entry.slug, one.entry.lang) == (slug, lang))

    def first(self, text: str, level: int) -> tuple[str, float]:
        """The entry that the engine shows first, empty where it misses, and the confidence."""
        audience = Audience(Level(level))
        result = self.engine.look(text, audience=audience, lang="zh", now=NOW)
        missed = result.outcome is Outcome.MISSED or not result.hits
        return ("" if missed else result.hits[0].slug), result.confidence

    def missed(self, text: str, level: int) -> bool:
        """Whether the engine misses it."""
        return not self.first(text, level)[0]

    def replay(self, changes: ChangeSet) -> Replay:
        """Replay a change, with the judged queries as the suite."""
        slugs = self.engine.serving(now=NOW).index.slugs
        with self.database.session() as session:
            judged = [Case(one.text, "", one.level, one.gold) for one in read_judged(JUDGED)]
            cases = answerable(judged, slugs)
            return replay(session, self.engine, changes, now=NOW, cases=cases)


def _intent(number: int, text: str, level: Level, missed: bool) -> dict[str, object]:
    return {
        "id": f"i{number}",
        "at": NOW - timedelta(hours=1, seconds=number),
        "session": f"s{number}",
        "text": text,
        "wording": text,
        "first": text,
        "lang": "zh",
        "level": int(level),
        "channel": "web",
        "searches": 1,
        "outcome": "missed" if missed else "answered",
        "confidence": 0.5,
        "shown": "",
        "accepted": "",
        "contacted": False,
        "cause": "floor" if missed else "",
        "reason": "",
        "reason_slug": "",
        "reason_gap": 0.0,
    }


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The shop of these tests; each of them puts back what it changes."""
    made = Shop(tmp_path_factory.mktemp("shop"))
    yield made
    made.database.close()


def write(shop: Shop, entry: Entry) -> None:
    """Put an entry into its file, whatever stood there."""
    path = shop.library.root / entry.path
    if path.exists():
        editing.replace(shop.library, entry, expected=shop.library.read(entry.path)[1])
    else:
        editing.create(shop.library, entry)
    shop.publisher.publish()


def changes_of(shop: Shop, name: str) -> Entry:
    """One draft of each kind; each of them changes what some people find."""
    known = shop.entry("delivery-days")
    return {
        "new": replace(
            known,
            slug="flowers",
            question="可以送鲜花吗？",
            alternates=("能不能订花", "有没有鲜花卖"),
            answer="我们不卖鲜花。",
        ),
        "edited": replace(known, question="包裹几天能到？", answer="一般三天。", alternates=()),
        "phrasing": replace(known, alternates=(*known.alternates, "礼品卡最多充几百")),
        "not_for": replace(known, not_for=("下单后多久能收到货", "赶时间能快点吗")),
        "narrowed": replace(known, level=Level.INTERNAL),
        "retired": replace(known, status=Status.RETIRED),
    }[name]


@pytest.mark.parametrize("name", ["new", "edited", "phrasing", "not_for", "narrowed", "retired"])
def test_what_is_predicted_is_what_happens(shop: Shop, name: str) -> None:
    """For every query: each first entry that changes was listed with both entries, and no other;
    hundreds of queries, each at its own level, over drafts of every kind."""
    draft = changes_of(shop, name)
    files = {lang: shop.entry("delivery-days", lang) for lang in ("zh", "en")}
    predicted = shop.replay(ChangeSet((draft,)))
    before = {one: shop.first(*one) for one in shop.asked}
    write(shop, draft)
    after = {one: shop.first(*one) for one in shop.asked}
    if name == "new":
        (shop.library.root / draft.path).unlink()
        shop.publisher.publish()
    else:
        write(shop, files["zh"])
    turns = [*predicted.closes, *predicted.stolen, *predicted.lost]
    said = {(one.text, one.level): (one.before, one.after) for one in turns}
    real = {
        one: (before[one][0], after[one][0])
        for one in shop.asked
        if before[one][0] != after[one][0]
    }
    assert 0 == predicted.unread
    assert len(shop.asked) >= 300
    assert turns
    assert real == said
    for one in turns:
        assert after[one.text, one.level][1] == pytest.approx(one.confidence_after, abs=3e-4)


def test_a_replay_writes_nothing(shop: Shop) -> None:
    """No file, no row and no generation is made."""
    before = footprint(shop)
    shop.replay(ChangeSet((changes_of(shop, "new"),)))
    assert before == footprint(shop)


def footprint(shop: Shop) -> tuple[object, ...]:
    """What a replay could have changed."""
    files = {path: path.stat().st_mtime_ns for path in shop.library.root.rglob("*.md")}
    generation = shop.engine.serving(now=NOW).generation
    with shop.database.session() as session:
        tables = (IntentRow.id, VectorRow.digest, ClosureRow.id)
        counts = [len(session.scalars(select(one)).all()) for one in tables]
    return files, generation, counts


def test_a_retirement_loses_judged_queries(shop: Shop) -> None:
    """What the suite has right today and the draft would get wrong is listed, case by case."""
    gone = replace(shop.entry("get-invoice"), status=Status.RETIRED)
    other = replace(shop.entry("get-invoice", "en"), status=Status.RETIRED)
    found = shop.replay(ChangeSet((gone, other)))
    assert found.grave
    assert {"get-invoice"} == {one.before for one in found.grave}
    assert all("get-invoice" != one.after for one in found.grave)


def test_an_entry_for_agents_closes_nothing_for_shoppers(shop: Shop) -> None:
    """Each want is replayed at the level of those who asked it: what would end misses of shoppers
    and of agents were it public ends those of agents alone."""
    phrasings = ("礼品卡最多充几百", "客人要的款没了怎么回他")
    draft = replace(changes_of(shop, "new"), alternates=phrasings)
    assert {Level.PUBLIC, Level.AGENT} == levels(shop.replay(ChangeSet((draft,))).closes, draft)
    found = shop.replay(ChangeSet((replace(draft, level=Level.AGENT),)))
    assert {Level.AGENT} == levels(found.closes, draft)
    assert levels((*found.stolen, *found.found, *found.near), draft) <= {Level.AGENT}


def levels(turns: Sequence[Turn], draft: Entry) -> set[int]:
    """The levels of those for whom a draft would come first."""
    return {one.level for one in turns if one.after == draft.slug}


def test_a_new_address_takes_the_old_one_away(shop: Shop) -> None:
    """A renamed entry stands first in its own place; nothing is lost by the name."""
    old = shop.entry("close-account")
    renamed = replace(old, slug="leave-us")
    found = shop.replay(ChangeSet((renamed,), frozenset({("close-account", "zh")})))
    assert {"leave-us"} <= {one.after for one in found.stolen}

"""How long the editor's pages and a replay take after the fortnight."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter

from admin.replay import DAYS
from benchmarks.fortnight.editing import Editor
from benchmarks.fortnight.site import Site
from insights import sight, wants
from insights.drafts import ChangeSet
from insights.replay import Replay, prepare, replay
from insights.sight import Memory
from kb.entry import parse_entry

TIMES = 5
"""How often a page is opened again; the usual time is the median of these."""
CHANGED = "delivery/shipping-time.zh.md"
PAGES = (
    ("queue, 7 days", "/admin/"),
    ("queue, 30 days", "/admin/?days=30"),
    ("missed wordings, 30 days", "/admin/wordings?days=30"),
    ("figures, 30 days", "/admin/figures?days=30"),
    ("figures as CSV", "/admin/figures/misses.csv?days=30"),
    ("proposed phrasings", "/admin/proposals"),
    ("watched clusters", "/admin/watched"),
    ("left questions", "/admin/questions"),
    ("freshness", "/admin/freshness"),
    ("entries", "/admin/entries"),
    ("history of an entry", "/admin/entries/shipping-time/zh/history"),
    ("home page of shoppers", "/"),
)


@dataclass(frozen=True, slots=True)
class Opened:
    """Milliseconds that a page takes: the first time, and usually (median of five)."""

    name: str
    first: float
    usual: float


@dataclass(frozen=True, slots=True)
class Replays:
    """Seconds of a replay: nothing remembered, and the half that no draft changes prepared."""

    intents: int
    wants: int
    cold: float
    prepared: float
    preparing: float


def page_times(site: Site, clusters: Iterable[int] = (), *, times: int = TIMES) -> list[Opened]:
    """Every page of the list, and that of the first cluster."""
    editor = Editor(site)
    numbers = list(clusters)[:1]
    addresses = [("one cluster", f"/admin/clusters/{number}?days=30") for number in numbers]
    return [_opened(editor, name, path, times) for name, path in (*PAGES, *addresses)]


def replay_times(site: Site) -> Replays:
    """The same draft three times: cold, after ``prepare``, and how long that took."""
    entry = parse_entry(CHANGED, (site.content / CHANGED).read_bytes())
    draft = ChangeSet((replace(entry, alternates=(*entry.alternates, "仓库几点开始打包")),))
    for cache in (wants.form_of, sight._words, sight._pinned_as):
        cache.cache_clear()
    cold = _replay(site, draft, Memory())
    memory = Memory()
    begun = perf_counter()
    with site.database.session() as session:
        prepare(session, site.services.engine, memory, now=site.clock(), days=DAYS)
    preparing = perf_counter() - begun
    warm = _replay(site, draft, memory)
    return Replays(cold.intents, _wants(site), cold.seconds, warm.seconds, preparing)


def _replay(site: Site, draft: ChangeSet, memory: Memory) -> Replay:
    engine, now = site.services.engine, site.clock()
    with site.database.session() as session:
        return replay(session, engine, draft, now=now, days=DAYS, memory=memory)


def _wants(site: Site) -> int:
    from datetime import timedelta

    now = site.clock()
    with site.database.session() as session:
        return len(wants.wants_of(session, since=now - timedelta(days=DAYS), until=now))


def _opened(editor: Editor, name: str, path: str, times: int) -> Opened:
    spent = []
    for _time in range(1 + times):
        begun = perf_counter()
        response = editor.client.get(path)
        spent.append((perf_counter() - begun) * 1000)
        assert response.status_code == 200, (path, response.status_code)
    return Opened(name, spent[0], median(spent[1:]))

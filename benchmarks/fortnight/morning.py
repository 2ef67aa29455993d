"""A new editor's first morning: the largest clusters become entries, phrasings, or are dismissed.

The program sees what the pages show. It holds the answers that an editor of this shop would know,
and finds out which is meant by reading the wordings on the cluster's page.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from xml.etree.ElementTree import Element

from sqlalchemy import select

from benchmarks.fortnight.editing import Editor, fields, form_to, has, marked, text_of
from benchmarks.fortnight.meanings import LANGS, Meaning, Meanings
from benchmarks.fortnight.site import Site
from insights.wording import wording_of
from insights.work_tables import ClosureRow, ClusterRow

LARGEST = 10
LIST = "/admin/?days=30"
MIXED = 0.15
"""Share of wordings of another meaning from which a cluster is split before it is dealt with."""
WROTE, ADDED, DISMISSED, LEFT = "entry", "phrasings", "dismissed", "left"


@dataclass(frozen=True, slots=True)
class Done:
    """What was made of one cluster, and what the proof said at once."""

    number: int
    title: str
    intents: int
    meaning: str
    action: str
    slug: str
    verdict: str
    closed: int
    asked: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Read:
    """What an editor reads on the page of a cluster: the wordings and how often each was asked."""

    page: Element
    wordings: tuple[tuple[str, int], ...]

    def others(self, known: Mapping[str, str], name: str) -> list[str]:
        """The wordings that are understood and mean something else, as the page's form has them."""
        ticks = (str(one.get("value")) for one in marked(self.page, "name", "ticked"))
        return [one for one in ticks if known.get(wording_of(one), name) != name]

    def meaning(self, known: Mapping[str, str]) -> str:
        """What most of it means; empty where no wording is understood."""
        counts: Counter[str] = Counter()
        for text, intents in self.wordings:
            counts[known.get(wording_of(text), "")] += intents
        counts.pop("", None)
        return counts.most_common(1)[0][0] if counts else ""


class Morning:
    """One editor and the list of clusters."""

    def __init__(self, site: Site, meanings: Meanings) -> None:
        self._site = site
        self._known = meanings.by_wording()
        self._meanings: dict[str, Meaning] = {one.name: one for one in meanings.all}
        self._written: set[str] = set()
        self.editor = Editor(site)

    def work(self, count: int = LARGEST) -> list[Done]:
        """Deal with the largest clusters of the list."""
        rows = list(marked(self.editor.page(LIST), "data-row"))
        found = sorted(((_intents(row), _number(row), _title(row)) for row in rows), reverse=True)
        return [self._deal(*one) for one in found[:count]]

    def _deal(self, intents: int, number: int, title: str) -> Done:
        begun = perf_counter()
        read = self._read(number)
        name = read.meaning(self._known)
        if name:
            read = self._without_others(number, read, name)
        action, slug = self._act(number, read, self._meanings.get(name))
        verdict, closed, asked = self._proof(number)
        seconds = perf_counter() - begun
        return Done(number, title, intents, name, action, slug, verdict, closed, asked, seconds)

    def _without_others(self, number: int, read: Read, name: str) -> Read:
        """Move what means something else to a cluster of its own, where it is not little."""
        others = read.others(self._known, name)
        if len(others) < MIXED * len(read.wordings):
            return read
        self.editor.send(form_to(read.page, f"/{number}/split"), {"ticked": others})
        return self._read(number)

    def _act(self, number: int, read: Read, meaning: Meaning | None) -> tuple[str, str]:
        if meaning is None:
            return LEFT, ""
        if meaning.kind == "chatter":
            self.editor.send(form_to(read.page, "/dismiss"), {})
            return DISMISSED, ""
        if meaning.kind == "answered" or meaning.name in self._written:
            return self._add_phrasings(read, meaning)
        if meaning.answer is None:
            return LEFT, ""
        self._write(number, meaning)
        self._written.add(meaning.name)
        return WROTE, meaning.name

    def _write(self, number: int, meaning: Meaning) -> None:
        """The entry in the language that the page offers, then its translation."""
        form = form_to(self.editor.page(f"/admin/entries/new?cluster={number}"), "/entries/new")
        first = str(fields(form)["lang"])
        self._fill(form, meaning, first)
        other = next(lang for lang in LANGS if lang != first)
        address = f"/admin/entries/new?slug={meaning.name}&asked_in={other}&cluster={number}"
        self._fill(form_to(self.editor.page(address), "/entries/new"), meaning, other)

    def _fill(self, form: Element, meaning: Meaning, lang: str) -> None:
        assert meaning.answer is not None
        offered = str(fields(form)["alternates"]).splitlines()
        kept = [text for text in offered if self._is_of(text, meaning.name)]
        values = {
            "question": meaning.answer[lang]["question"],
            "answer": meaning.answer[lang]["answer"],
            "alternates": "\n".join(kept),
            "topic": meaning.topic,
            "level": "public",
            "status": "published",
            "slug": meaning.name,
        }
        self.editor.send(form, values)

    def _add_phrasings(self, read: Read, meaning: Meaning) -> tuple[str, str]:
        """Tick what means this and choose its entry among the nearest, where it is there."""
        forms = [one for one in read.page.iter("form") if has(one, "name", "target")]
        offered = {one.get("value") for form in forms for one in marked(form, "name", "target")}
        if meaning.name not in offered:
            return LEFT, ""
        ticks = [str(one.get("value")) for one in marked(forms[0], "name", "phrase")]
        texts = [text for text in ticks if self._is_of(text, meaning.name)]
        self.editor.send(forms[0], {"target": meaning.name, "phrase": texts})
        return ADDED, meaning.name

    def _is_of(self, text: str, name: str) -> bool:
        """Whether a wording means this, as far as it can be understood: what is mistyped stays."""
        return self._known.get(wording_of(text), name) == name

    def _read(self, number: int) -> Read:
        page = self.editor.page(f"/admin/clusters/{number}?days=30")
        table = next(page.iter("tbody"))
        wordings = tuple(_wording(row) for row in table.iter("tr"))
        return Read(page, wordings)

    def _proof(self, number: int) -> tuple[str, int, int]:
        with self._site.database.session() as session:
            query = select(ClosureRow).where(ClosureRow.cluster_id == number)
            row = session.scalars(query.order_by(ClosureRow.id.desc())).first()
        if row is None:
            return "", 0, 0
        closed = sum(part["closed"] for part in row.parts)
        return row.verdict, closed, sum(part["intents"] for part in row.parts)


def states(site: Site, numbers: list[int]) -> Counter[str]:
    """What has become of these clusters."""
    with site.database.session() as session:
        query = select(ClusterRow.status).where(ClusterRow.id.in_(numbers))
        return Counter(session.scalars(query))


def _wording(row: Element) -> tuple[str, int]:
    text = text_of(next(row.iter("bdi")))
    counts = [one for one in row.iter("td") if one.get("class") == "number"]
    return text, int(text_of(counts[0]))


def _number(row: Element) -> int:
    return int(str(row.get("data-row")))


def _intents(row: Element) -> int:
    return int(text_of(next(row.iter("strong"))))


def _title(row: Element) -> str:
    return text_of(next(row.iter("h2")))

"""Published entries are taken away, the fortnight is played without them, and each is put back.

Before it is published again the site says what will happen; afterwards everything is asked anew of
the engine that serves, one by one, and the two are compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session
from tqdm import tqdm

from admin.replay import DAYS
from benchmarks.fortnight.editing import Editor, form_to
from benchmarks.fortnight.site import Site
from insights.drafts import ChangeSet
from insights.replay import Replay, replay
from insights.wants import Want, wants_of
from kb.disclosure import Audience, Level, Status
from kb.entry import Entry, parse_entry
from kb.tables import EntryRow
from search.results import Outcome

TAKEN = ("shipping-time", "exchange-size", "get-invoice", "custom-curtains", "points-rules")
"""Asked often and seldom, and one of them by customers only."""
Firsts = dict[tuple[str, int], str]
"""The entry shown first, empty where the search misses, by text and clearance."""


@dataclass(frozen=True, slots=True)
class Back:
    """One entry put back: what was foretold and what happened. Counts are of intents, but of ways
    of asking for ``changed`` and ``unlisted``."""

    slug: str
    missed: int
    predicted: int
    happened: int
    changed: int
    unlisted: int
    wrongly_listed: int
    seconds: float

    @property
    def error(self) -> float:
        """How far the prediction was off, as a share of what happened."""
        return abs(self.predicted - self.happened) / max(self.happened, 1)


def take_away(site: Site, slugs: Sequence[str] = TAKEN) -> Editor:
    """Retire these entries through the admin's own form; the editor who did it."""
    editor = Editor(site)
    for slug in slugs:
        page = editor.page(f"/admin/entries/{slug}/zh")
        editor.send(form_to(page, f"/{slug}/retire"), {})
    return editor


def put_back(site: Site, editor: Editor, slugs: Sequence[str] = TAKEN) -> list[Back]:
    """Make each a draft, foretell, publish it, and look."""
    found = []
    before = ask_all(site)
    for slug in slugs:
        for lang in ("zh", "en"):
            path = f"/admin/entries/{slug}/{lang}"
            editor.send(form_to(editor.page(path), path), {"status": "draft"})
        foretold = foretell(site, slug)
        _publish(editor, slug)
        after = ask_all(site)
        found.append(compare(site, slug, foretold, before, after))
        before = after
    return found


def foretell(site: Site, slug: str) -> Replay:
    """What publishing the drafts of an entry would do, in both languages at once."""
    now = site.clock()
    with site.database.session() as session:
        rows = session.query(EntryRow).filter_by(slug=slug).all()
        entries = tuple(_published(site, row.path) for row in rows)
        return replay(session, site.services.engine, ChangeSet(entries), now=now, days=DAYS)


def ask_all(site: Site) -> Firsts:
    """Everything that was wanted, asked of the engine at its own clearance."""
    engine, now = site.services.engine, site.clock()
    firsts: Firsts = {}
    with site.database.session() as session:
        wants = _wants(site, session)
    for want in tqdm(wants, unit=" wants", leave=False, disable=None):
        audience = Audience(Level(want.level))
        result = engine.search(want.text, audience=audience, lang=want.lang, limit=1, now=now)
        shown = result.hits[0].slug if result.outcome is not Outcome.MISSED else ""
        firsts[want.form, want.level] = shown
    return firsts


def compare(site: Site, slug: str, foretold: Replay, before: Firsts, after: Firsts) -> Back:
    """The prediction beside what happened."""
    with site.database.session() as session:
        wants = _wants(site, session)
    listed = {
        (one.text, one.level)
        for turns in (foretold.closes, foretold.stolen, foretold.lost, foretold.found)
        for one in turns
    }
    changed = {
        (want.text, want.level)
        for want in wants
        if before[want.form, want.level] != after[want.form, want.level]
    }
    happened = sum(
        want.missed
        for want in wants
        if want.missed
        and _closes(before[want.form, want.level], after[want.form, want.level], slug)
    )
    return Back(
        slug,
        foretold.missed,
        foretold.closed,
        happened,
        len(changed),
        len(changed - listed),
        len(listed - changed),
        foretold.seconds,
    )


def _closes(old: str, new: str, slug: str) -> bool:
    """A miss ends where something is found, or where the entry comes first that was put back."""
    return bool(new) and new != old and (not old or new == slug)


def _wants(site: Site, session: Session) -> list[Want]:
    now = site.clock()
    return wants_of(session, since=now - timedelta(days=DAYS), until=now)


def _published(site: Site, path: str) -> Entry:
    from dataclasses import replace

    entry = parse_entry(path, (site.content / path).read_bytes())
    return replace(entry, status=Status.PUBLISHED)


def _publish(editor: Editor, slug: str) -> None:
    """Publish the drafts of both languages."""
    for lang in ("zh", "en"):
        path = f"/admin/entries/{slug}/{lang}"
        editor.send(form_to(editor.page(path), path), {"status": "published"})

"""The parts of a run: the fortnight, entries taken away and put back, and the morning after."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import select

from benchmarks.fortnight import measure
from benchmarks.fortnight.away import TAKEN, Back, put_back, take_away
from benchmarks.fortnight.meanings import Meanings
from benchmarks.fortnight.morning import WROTE, Morning, states
from benchmarks.fortnight.plan import Planner, Size
from benchmarks.fortnight.play import Label, Play, write_labels
from benchmarks.fortnight.results import First, Second
from benchmarks.fortnight.site import Site
from benchmarks.fortnight.timing import TIMES, page_times, replay_times
from insights.work_tables import IntentRow

AFTER = timedelta(days=1)
"""Between the first fortnight and the second lies the morning."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is played: the same for every part."""

    folder: Path
    meanings: Meanings
    begin: datetime
    size: Size
    seed: int
    model: str = ""
    times: int = TIMES
    say: Callable[[str], None] = print

    @property
    def span(self) -> timedelta:
        """How long the fortnight is."""
        return timedelta(days=self.size.days)

    def site(self, name: str) -> Site:
        """A site of its own."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=False)
        return Site(folder, self.begin, model=self.model)

    def play(
        self, site: Site, *, begin: datetime, seed: int, written: Collection[str] = ()
    ) -> Play:
        """One fortnight on a site; ``written`` are meanings that have got an entry."""
        meanings = self.meanings.with_entries(written)
        planner = Planner(meanings, begin=begin, size=self.size, seed=seed)
        play = Play(site, planner.visits(), begin=begin, seed=seed)
        play.run()
        write_labels(site.folder / f"labels-{seed}.jsonl", play.labels)
        return play


def first(run: Run, site: Site) -> tuple[First, list[Label]]:
    """Play, and measure what the site made of it; the labels of what was asked."""
    run.say("playing the fortnight")
    begun = perf_counter()
    play = run.play(site, begin=run.begin, seed=run.seed)
    seconds = perf_counter() - begun
    run.say(f"played in {seconds:.0f} s; measuring")
    since, until = run.begin, run.begin + run.span + AFTER
    with site.database.session() as session:
        totals = measure.totals(session, since=since, until=until)
        joining = measure.joining(session, play.labels)
        truth = measure.truth(session, play.labels, run.meanings)
        reasons = measure.reasons(session, play.labels, run.meanings)
        grouping = measure.grouping(session, play.labels)
        top = measure.largest(session, play.labels, since=since, until=until)
    begun = perf_counter()
    site.run("insights", "digest")
    again = perf_counter() - begun
    pages = page_times(site, [one.number for one in top], times=run.times)
    replays = replay_times(site)
    dropped = site.services.log.dropped
    found = First(
        totals=totals,
        joining=joining,
        truth=truth,
        reasons=reasons,
        grouping=grouping,
        top=top,
        digests=play.digests,
        again=again,
        pages=pages,
        replays=replays,
        play_seconds=seconds,
        dropped=dropped,
    )
    return found, play.labels


def back(run: Run, slugs: Sequence[str] = TAKEN) -> list[Back]:
    """The same fortnight without some entries, and each of them put back."""
    run.say(f"playing the fortnight without {', '.join(slugs)}")
    site = run.site("away")
    try:
        editor = take_away(site, slugs)
        run.play(site, begin=run.begin, seed=run.seed)
        run.say("putting them back one by one")
        return put_back(site, editor, slugs)
    finally:
        site.close()


def second(run: Run, site: Site, labels: Sequence[Label]) -> Second:
    """The morning after, and another fortnight."""
    run.say("an editor's morning")
    site.clock.now = run.begin + run.span + timedelta(hours=9)
    morning = Morning(site, run.meanings)
    begun = perf_counter()
    done = morning.work()
    seconds = perf_counter() - begun
    pages, forms = morning.editor.pages, morning.editor.forms
    later = run.begin + run.span + AFTER
    run.say("playing the second fortnight")
    written = {one.slug for one in done if one.action == WROTE}
    play = run.play(site, begin=later, seed=run.seed + 1, written=written)
    handled = {one.meaning for one in done if one.slug}
    lacking = {one.name for one in run.meanings.unanswered}
    with site.database.session() as session:
        totals = measure.totals(session, since=later, until=later + run.span + AFTER)
    return Second(
        done,
        pages,
        forms,
        seconds,
        totals,
        _missed(site, labels, handled),
        _missed(site, play.labels, handled),
        dict(states(site, [one.number for one in done])),
        replay_times(site),
        _missed(site, labels, lacking),
        _missed(site, play.labels, lacking),
    )


def _missed(site: Site, labels: Sequence[Label], meanings: Collection[str]) -> tuple[int, int]:
    """Of the intents that meant one of these, those missed, and all."""
    wanted = {label.search for label in labels if label.meaning in meanings}
    with site.database.session() as session:
        rows = session.execute(select(IntentRow.id, IntentRow.cause))
        causes = [cause for number, cause in rows if number in wanted]
    return sum(bool(cause) for cause in causes), len(causes)

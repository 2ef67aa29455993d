"""The results as Markdown, one sentence per line: printed, and kept as ``docs/fortnight.md``."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from benchmarks.fortnight.away import Back
from benchmarks.fortnight.measure import Grouping, Joining, Reasons, Top, Totals, Truth
from benchmarks.fortnight.results import First, Results, Second
from benchmarks.fortnight.timing import Replays

HEAD = (
    "# A fortnight of traffic\n\n"
    "This file is written by `python -m benchmarks.fortnight --report docs/fortnight.md`; run it "
    "again after the model, the content or the loop has changed.\n"
    "It plays two weeks of visitors, customers, agents, a chatbot's users, bots and staff against "
    "the real site: its routes, forms, database, index and model; only the clock is set.\n"
    "The program knows what each search meant and whether the shop answers it, and compares that "
    "with what the site makes of it.\n"
    "The questions are made up by hand (`benchmarks/judged/fortnight/`); how often people reword, "
    "vote or give up is assumed, and stands in `benchmarks/fortnight/visitor.py`.\n"
)


def write(results: Results) -> str:
    """The whole report."""
    parts = [HEAD, *_about(results.about)]
    if results.first is not None:
        parts += _first(results.first)
    if results.back:
        parts += _back(results.back)
    if results.second is not None and results.first is not None:
        parts += _second(results.second, results.first.totals)
    return "\n".join(parts).rstrip() + "\n"


def _about(about: Mapping[str, object]) -> Iterator[str]:
    yield "Run with " + ", ".join(f"{name} {value}" for name, value in about.items()) + "."
    yield ""


def _first(one: First) -> Iterator[str]:
    yield "## What was asked"
    yield from _totals(one.totals)
    yield from _joining(one.joining)
    yield from _truth(one.truth)
    yield from _reasons(one.reasons)
    yield "## Clusters against what was meant"
    yield from _grouping(one.grouping)
    yield from _top(one.top)
    yield "## How long it takes"
    yield f"Playing took {one.play_seconds:.0f} s; the log dropped {one.dropped} rows."
    yield (
        f"The digest of a day took {_mean(one.digests):.1f} s on average and {max(one.digests):.1f}"
        f" s at most, and {one.again:.1f} s with nothing new."
    )
    yield from _replays(one.replays)
    yield ""
    rows = ((page.name, f"{page.first:.0f}", f"{page.usual:.0f}") for page in one.pages)
    yield from _table(("page of the editors", "first, ms", "then, ms"), rows)


def _totals(one: Totals) -> Iterator[str]:
    yield f"{one.searches} searches by {one.sessions} sessions made {one.intents} intents."
    yield f"{one.missed} of them were missed: {_percent(one.share_missed)}."
    yield (
        f"{one.bots} searches of bots, {one.staff} of staff and {one.outage} during an outage of "
        f"the model count as nothing: {one.counted_wrongly} of them are in an intent."
    )
    yield ""
    yield from _table(("cause", "missed"), _by_count(one.causes))
    yield from _table(("reason", "missed"), _by_count(one.reasons))


def _joining(one: Joining) -> Iterator[str]:
    yield (
        f"Of {one.wants} things wanted, {one.split} fell into several intents "
        f"({_percent(one.split / max(one.wants, 1))}) and {one.joined} were joined to another one "
        f"({_percent(one.joined / max(one.wants, 1))})."
    )


def _truth(one: Truth) -> Iterator[str]:
    lacking = one.lacking_missed + one.lacking_found
    answered = one.answered_missed + one.answered_found
    yield (
        f"Of {lacking} intents that the shop has no answer for, {one.lacking_missed} count as "
        f"missed ({_percent(one.lacking_missed / max(lacking, 1))}); the others were shown "
        "something and left without a word."
    )
    yield (
        f"Of {answered} that it answers, {one.answered_missed} count as missed"
        f" ({_percent(one.answered_missed / max(answered, 1))})."
    )
    yield ""


def _reasons(one: Reasons) -> Iterator[str]:
    yield f"The reason that the site gives is the true one for {_percent(one.share)} of the misses."
    yield ""
    rows = ((name, count, one.right[name]) for name, count in _by_count(one.all))
    yield from _table(("true reason", "missed", "given this reason"), rows)


def _grouping(one: Grouping) -> Iterator[str]:
    yield (
        f"{one.wordings} missed wordings of {one.meanings} meanings stand in {one.clusters} "
        "clusters."
    )
    yield (
        f"The adjusted mutual information of clusters and meanings is **{one.ami_intents:.2f}** "
        f"over missed intents and {one.ami_wordings:.2f} over different wordings (goal: .80)."
    )
    yield f"Homogeneity is {one.homogeneity:.2f}, completeness {one.completeness:.2f} (wordings)."
    yield ""


def _top(tops: Sequence[Top]) -> Iterator[str]:
    yield "The ten largest: how much of a cluster is its meaning, and how much of it is in there."
    yield ""
    rows = (
        (
            f"{one.title} ({one.keywords})",
            one.intents,
            one.sessions,
            one.meaning,
            _percent(one.purity),
            _percent(one.coverage),
            one.reason,
        )
        for one in tops
    )
    head = ("title (keywords)", "intents", "sessions", "meaning", "pure", "whole", "reason")
    yield from _table(head, rows)


def _replays(one: Replays) -> Iterator[str]:
    yield (
        f"A replay over {one.intents} intents ({one.wants} different) took {one.prepared:.1f} s "
        f"once its first half was prepared, which happens while an editor writes, and "
        f"{one.cold:.1f} s cold; preparing took {one.preparing:.1f} s."
    )


def _back(found: Sequence[Back]) -> Iterator[str]:
    yield "## Entries taken away and put back"
    yield (
        "Each was retired in the admin, the same fortnight was played without it, and it was put "
        "back as a draft."
    )
    yield (
        "The site then foretold which misses end; after the publication everything was asked again,"
        " one by one, of the engine that serves."
    )
    yield ""
    rows = (
        (
            one.slug,
            one.missed,
            one.predicted,
            one.happened,
            _percent(one.error),
            one.changed,
            one.unlisted,
            one.wrongly_listed,
            f"{one.seconds:.1f}",
        )
        for one in found
    )
    head = (
        *("entry", "missed", "foretold to end", "ended", "off by", "first entries changed"),
        *("of them not listed", "listed, not changed", "s"),
    )
    yield from _table(head, rows)


def _second(one: Second, before: Totals) -> Iterator[str]:
    yield "## A new editor's morning"
    yield (
        f"A program read the list and dealt with its ten largest clusters through the admin's own "
        f"forms: {one.pages} pages, {one.forms} forms, {one.seconds:.0f} s of waiting in all."
    )
    yield "The answers were prepared, so this says nothing of the time that writing takes."
    yield ""
    rows = (
        (
            done.title,
            done.intents,
            done.meaning,
            done.action,
            f"{done.verdict} {done.closed}/{done.asked}" if done.verdict else "",
        )
        for done in one.done
    )
    yield from _table(("cluster", "intents", "meaning", "became", "proof at once"), rows)
    yield "Then a second fortnight was played with another seed."
    yield (
        f"The share of missed intents fell from {_percent(before.share_missed)} to "
        f"{_percent(one.totals.share_missed)} ({one.totals.missed} of {one.totals.intents})."
    )
    yield (
        f"Of what the morning dealt with, {_of(one.handled_before)} had been missed and "
        f"{_of(one.handled_after)} were afterwards."
    )
    yield (
        f"Of all that the shop had no answer for, it was {_of(one.lacking_before)} and "
        f"{_of(one.lacking_after)}."
    )
    proven = sum(done.verdict == "closed" for done in one.done)
    became = ", ".join(f"{count} {state}" for state, count in sorted(one.states.items()))
    yield (
        f"The proof said closed for {proven} of {len(one.done)} at once; after the second "
        f"fortnight they were: {became}."
    )
    yield from _replays(one.replays)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |"
    yield ""


def _by_count(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _of(counts: tuple[int, int]) -> str:
    missed, intents = counts
    return f"{missed} of {intents} ({_percent(missed / max(intents, 1))})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(len(values), 1)

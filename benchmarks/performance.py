"""The page `docs/performance.md` and its plots, out of what `benchmarks.speed` measured."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.plots import Bar, bars
from benchmarks.stages import STAGES
from benchmarks.weaving import REAL
from search.faiss_store import DIVIDED_FROM

LANES = ("vectors", "words")
OWN = "Dawen"
Measured = Mapping[str, Any]
"""What was measured of one size: ``building``, ``asking``, ``throughput`` and ``race``."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What must hold at one size, where it was measured."""

    what: str
    size: int
    most: float
    unit: str
    value: float

    @property
    def line(self) -> str:
        """A row of the table."""
        met = "met" if self.value <= self.most else "**missed**"
        size = f"{self.size:,}" if self.size else "shipped"
        figures = f"{self.most:g} {self.unit} | {self.value:g} {self.unit}"
        return f"| {self.what} | {size} | {figures} | {met} |"


def write(
    docs: Path, machine: Measured, sizes: Mapping[int, Measured], start: float | None
) -> None:
    """Write the page and its plots."""
    plots = docs / "plots"
    plots.mkdir(exist_ok=True)
    (plots / "stages.svg").write_text(_stages_plot(sizes), "utf-8")
    for size, measured in sizes.items():
        for lane in LANES:
            if rows := _lane(measured, lane):
                title = f"{lane.capitalize()}: one question at {size:,} entries, median"
                plot = bars(
                    title, [Bar(one["name"], {"median": one["p50"]}) for one in rows], unit="ms"
                )
                (plots / f"{lane}-{size}.svg").write_text(plot, "utf-8")
    (docs / "performance.md").write_text("\n".join(page(machine, sizes, start)) + "\n", "utf-8")


def page(machine: Measured, sizes: Mapping[int, Measured], start: float | None) -> Iterator[str]:
    """The page, line by line."""
    yield "# Speed and size\n"
    yield "Written by `python -m benchmarks.speed --page`; not to be edited by hand."
    yield "Eight passages per entry, both languages, all four levels."
    yield "Questions are judged ones, half of them about a product; none comes twice."
    yield f"Texts about the first {REAL} products (10,000 entries) are encoded."
    yield "Beyond, a vector is one of these, moved at random by a quarter of its length.\n"
    yield from _machine(machine, sizes)
    yield from _goals(sizes, start)
    yield from _stages(sizes)
    yield from _workers(sizes)
    yield from _shards(sizes)
    yield from _keeping(sizes)
    yield from _races(sizes)


def goals(sizes: Mapping[int, Measured], start: float | None) -> Iterator[Goal]:
    """The goals whose size was measured; by the clock, and of the processor where it says more."""
    if start is not None:
        yield Goal("server start to ready", 0, 6.0, "s", start)
    if middle := sizes.get(10_000):
        asking, found = middle["asking"], middle["building"]["searchable"]
        median = asking["search"]["p50"]
        yield Goal("one search, median", 10_000, 5.0, "ms", median)
        used = asking["search_processor"]["p50"]
        yield Goal("the same, processor time", 10_000, 5.0, "ms", used)
        ratio = round(median / asking["stages"]["encode"]["p50"], 2)
        yield Goal("one search against encoding alone", 10_000, 1.3, "×", ratio)
        yield Goal("change published and found", 10_000, 1.0, "s", found["wall"])
        yield Goal("the same, processor time", 10_000, 1.0, "s", found["processor"])
    if large := sizes.get(100_000):
        asking = large["asking"]
        yield Goal("one search, 95th percentile", 100_000, 25.0, "ms", asking["search"]["p95"])
        used = asking["search_processor"]["p95"]
        yield Goal("the same, processor time", 100_000, 25.0, "ms", used)
        yield Goal("memory of a worker", 100_000, 1_200.0, "MB", asking["memory_mb"]["total"])


def _machine(machine: Measured, sizes: Mapping[int, Measured]) -> Iterator[str]:
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    yield "## Machine\n"
    yield f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB."
    yield f"{machine['system']}; {libraries}."
    loads = {size: _loads(one) for size, one in sizes.items()}
    if any(own and max(own) > machine["cores"] for own in loads.values()):
        said = (
            f"{min(own)} to {max(own)} at {size:,} entries" for size, own in loads.items() if own
        )
        yield f"Other work ran beside: the load was {', '.join(said)}."
        yield "Times by the clock are longer than on a quiet machine."
        yield "Processor time suffers less, and ratios are of what ran in the same minutes."
    yield from (one["building"]["note"] for one in sizes.values() if "note" in one["building"])
    yield ""


def _loads(measured: Measured) -> list[float]:
    """How busy the machine was at each step of one size."""
    return [part["load"] for part in measured.values() if "load" in part]


def _goals(sizes: Mapping[int, Measured], start: float | None) -> Iterator[str]:
    yield "## Goals\n"
    yield "| goal | entries | at most | measured | |"
    yield "|---|---|---|---|---|"
    yield from (goal.line for goal in goals(sizes, start))
    yield ""


def _stages(sizes: Mapping[int, Measured]) -> Iterator[str]:
    yield "## One search\n"
    yield "![A search in its stages, by size](plots/stages.svg)\n"
    yield "Milliseconds, median · 95th percentile, asked by anyone, nothing from a cache."
    yield "`hear` is reading pinyin, typing slips and synonyms; `lexical` five fields of words;"
    yield "`judge` fusing and the best passage per entry; `gate` the last look into the database."
    yield "In a whole search the words are compared while the encoder works.\n"
    yield "| entries | " + " | ".join(STAGES) + " | whole search | of the processor |"
    yield "|---|" + "---|" * (len(STAGES) + 2)
    for size, measured in sizes.items():
        asking = measured["asking"]
        parts = [asking["stages"][name] for name in STAGES]
        parts += [asking["search"], asking["search_processor"]]
        said = " | ".join(f"{one['p50']:.2f} · {one['p95']:.2f}" for one in parts)
        yield f"| {size:,} | {said} |"
    yield ""


def _workers(sizes: Mapping[int, Measured]) -> Iterator[str]:
    yield "## Workers\n"
    yield "Memory is resident; mapped files are shared by all workers of a machine."
    yield "Recall is the share of the ten nearest passages found for questions.\n"
    yield "| entries | searches/s, 1 worker | 2 | start to ready | memory | mapped | recall |"
    yield "|---|---|---|---|---|---|---|"
    for size, measured in sizes.items():
        asking, rate = measured["asking"], measured["throughput"]
        memory = asking["memory_mb"]
        yield (
            f"| {size:,} | {rate['1']:.0f} | {rate['2']:.0f} | {asking['start_s']} s | "
            f"{memory['total']} MB | {memory['mapped']} MB | {asking['recall']:.3f} |"
        )
    yield ""


def _shards(sizes: Mapping[int, Measured]) -> Iterator[str]:
    yield f"Shards of {DIVIDED_FROM:,} vectors or more are divided; others are compared whole.\n"
    yield "| entries | shard | vectors | cells | looked at | recall at build |"
    yield "|---|---|---|---|---|---|"
    for size, measured in sizes.items():
        for one in measured["asking"]["shards"]:
            yield (
                f"| {size:,} | {one['level']} | {one['vectors']:,} | {one['cells']} | "
                f"{one['probes']} | {one['recall']:.3f} |"
            )
    yield ""


def _keeping(sizes: Mapping[int, Measured]) -> Iterator[str]:
    yield "## Building and changing\n"
    yield "Seconds by the clock (of the processor); vectors of known texts are not encoded again."
    yield "*First* reads and renders every file; *build* makes the index again of known rows;"
    yield "*update* publishes one changed file; *found* lasts until a search finds the change.\n"
    yield "| entries | first | build | update | found | peak memory of a build | on disk |"
    yield "|---|---|---|---|---|---|---|"
    for size, measured in sizes.items():
        one = measured["building"]
        names = ("first_publication", "build", "update", "searchable")
        parts = " | ".join(_seconds(one[name]) for name in names)
        yield f"| {size:,} | {parts} | {one['build_peak_mb']} MB | {one['disk_mb']} MB |"
    yield ""


def _seconds(spent: Mapping[str, float] | None) -> str:
    return f"{spent['wall']:.1f} ({spent['processor']:.1f})" if spent else "not measured"


def _races(sizes: Mapping[int, Measured]) -> Iterator[str]:
    yield "## Beside others\n"
    yield "The same passages, vectors and questions, all levels, each question put to all in turn,"
    yield "in one process; ten results; encoding is nobody's. `×` is against Dawen's own lane."
    yield "Dawen's word lane is one of its five fields."
    yield "pgvector and Milvus Lite answer from processes of their own: on a busy machine they wait"
    yield "for a core more often than what runs in the measuring process, so theirs reads high."
    yield "pgvector looks at 400 candidates (`hnsw.ef_search`, 40 by default)."
    yield "Dawen's index is read as the last publication left it: its build stands further above.\n"
    for size, measured in sizes.items():
        for lane in LANES:
            if rows := _lane(measured, lane):
                yield f"![{lane} at {size:,} entries](plots/{lane}-{size}.svg)\n"
                yield from _table(size, lane, rows)
        race = measured.get("race", {})
        for name, modules in race.get("missing", {}).items():
            yield f"{name} is not installed ({', '.join(modules)}) and was left out.\n"
        for name, error in race.get("failed", {}).items():
            yield f"{name} did not start and was left out: {error}.\n"


def _lane(measured: Measured, lane: str) -> list[Mapping[str, Any]]:
    return [one for one in measured.get("race", {}).get("rivals", ()) if one["lane"] == lane]


def _table(size: int, lane: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"| {lane}, {size:,} entries | median ms | p95 ms | × | recall@10 | build s |"
    yield "|---|---|---|---|---|---|"
    for one in rows:
        recall = "" if one["recall"] is None else f"{one['recall']:.3f}"
        ratio = one["p50"] / rows[0]["p50"]
        figures = f"{one['p50']:.2f} | {one['p95']:.2f} | {ratio:.1f} | {recall}"
        build = "" if one["name"].startswith(OWN) else one["build_s"]
        yield f"| {one['name']} | {figures} | {build} |"
    yield ""


def _stages_plot(sizes: Mapping[int, Measured]) -> str:
    rows = [
        Bar(f"{size:,} entries", {name: one["asking"]["stages"][name]["p50"] for name in STAGES})
        for size, one in sizes.items()
    ]
    return bars("One search in its stages, medians", rows, unit="ms")

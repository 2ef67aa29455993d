"""The page `docs/performance.md` and its plots, out of what `benchmarks.speed` measured."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.plots import Bar, bars
from benchmarks.stages import STAGES
from benchmarks.weaving import REAL

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
        return f"| {self.what} | {size} | {self.most:g} {self.unit} | {self.value:g} {self.unit} | {met} |"


def write(
    docs: Path, machine: Measured, sizes: Mapping[int, Measured], start: float | None
) -> None:
    """Write the page and one plot per figure."""
    plots = docs / "plots"
    plots.mkdir(exist_ok=True)
    (plots / "stages.svg").write_text(_stages_plot(sizes), "utf-8")
    for lane in ("vectors", "words"):
        for size, measured in sizes.items():
            if race := [
                one for one in measured.get("race", {}).get("rivals", ()) if one["lane"] == lane
            ]:
                title = f"{lane.capitalize()}: one question at {size:,} entries, median"
                rows = [Bar(one["name"], {"median": one["p50"]}) for one in race]
                (plots / f"{lane}-{size}.svg").write_text(bars(title, rows, unit="ms"), "utf-8")
    (docs / "performance.md").write_text("\n".join(page(machine, sizes, start)) + "\n", "utf-8")


def page(machine: Measured, sizes: Mapping[int, Measured], start: float | None) -> Iterator[str]:
    """The page, line by line."""
    yield "# Speed and size\n"
    yield "Written by `python -m benchmarks.speed`; not to be edited by hand."
    yield "Eight passages per entry, both languages, all four levels; questions are judged ones, "
    yield "half of them about a product, and none is asked twice."
    yield f"Texts about the first {REAL} products (10,000 entries) are encoded by the model that ships; "
    yield "beyond, a vector is one of these moved by a quarter of its length in a random direction.\n"
    yield from _machine(machine, sizes)
    yield from _goals(sizes, start)
    yield from _stages(sizes)
    yield from _keeping(sizes)
    yield from _races(sizes)


def goals(sizes: Mapping[int, Measured], start: float | None) -> Iterator[Goal]:
    """The goals whose size was measured."""
    if start is not None:
        yield Goal("server start to ready", 0, 6.0, "s", start)
    if middle := sizes.get(10_000):
        asking, building = middle["asking"], middle["building"]
        median = asking["search"]["p50"]
        yield Goal("one search, median", 10_000, 5.0, "ms", median)
        used = asking["search_processor"]["p50"]
        yield Goal("one search, processor time, median", 10_000, 5.0, "ms", used)
        ratio = round(median / asking["stages"]["encode"]["p50"], 2)
        yield Goal("one search ÷ encoding alone", 10_000, 1.3, "×", ratio)
        wall, processor = (building["searchable"][name] for name in ("wall", "processor"))
        yield Goal("change published and found", 10_000, 1.0, "s", wall)
        yield Goal("change published and found, processor time", 10_000, 1.0, "s", processor)
    if large := sizes.get(100_000):
        yield Goal(
            "one search, 95th percentile", 100_000, 25.0, "ms", large["asking"]["search"]["p95"]
        )
        used = large["asking"]["search_processor"]["p95"]
        yield Goal("one search, processor time, 95th percentile", 100_000, 25.0, "ms", used)
        yield Goal(
            "memory of a worker", 100_000, 1_200.0, "MB", large["asking"]["memory_mb"]["total"]
        )


def _machine(machine: Measured, sizes: Mapping[int, Measured]) -> Iterator[str]:
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    yield "## Machine\n"
    yield f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB; {machine['system']}; {libraries}."
    loads = [part["load"] for one in sizes.values() for part in one.values() if "load" in part]
    if loads and max(loads) > machine["cores"]:
        yield f"Other work ran beside: the load was {min(loads)} to {max(loads)}."
        yield "Times by the clock are therefore longer than on a quiet machine; processor time is less so."
        yield "Ratios are between what ran in the same minutes."
    yield ""


def _goals(sizes: Mapping[int, Measured], start: float | None) -> Iterator[str]:
    yield "## Goals\n"
    yield "| goal | entries | at most | measured | |"
    yield "|---|---|---|---|---|"
    yield from (goal.line for goal in goals(sizes, start))
    yield ""


def _stages(sizes: Mapping[int, Measured]) -> Iterator[str]:
    yield "## One search\n"
    yield "![A search in its stages, by size](plots/stages.svg)\n"
    yield "Milliseconds, median and 95th percentile; every search by anyone, index in memory, no cache."
    yield "`hear` is normalising, pinyin and synonyms; `gate` the last look into the database.\n"
    yield "| entries | " + " | ".join(STAGES) + " | whole search | processor |"
    yield "|---|" + "---|" * (len(STAGES) + 2)
    for size, measured in sizes.items():
        asking = measured["asking"]
        parts = [asking["stages"][name] for name in STAGES]
        parts += [asking["search"], asking["search_processor"]]
        yield (
            f"| {size:,} | "
            + " | ".join(f"{one['p50']:.2f} · {one['p95']:.2f}" for one in parts)
            + " |"
        )
    yield "\n| entries | searches/s, 1 worker | 2 workers | start to ready | memory | of it mapped files | recall@10 |"
    yield "|---|---|---|---|---|---|---|"
    for size, measured in sizes.items():
        asking, rate = measured["asking"], measured["throughput"]
        memory = asking["memory_mb"]
        yield (
            f"| {size:,} | {rate['1']:.0f} | {rate['2']:.0f} | {asking['start_s']} s | "
            f"{memory['total']} MB | {memory['mapped']} MB | {asking['recall']:.3f} |"
        )
    yield "\nRecall is the share of the ten nearest passages that the vector lane finds for real "
    yield "questions, against comparing all; shards of fewer than 20,000 vectors are compared whole.\n"
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
    yield "Seconds by the clock (of the processor). *First publication* reads and renders every file and "
    yield "encodes every passage; *build* makes the index again where rows and vectors are known; "
    yield "*update* publishes one changed file; *found* lasts until a worker's search finds the change.\n"
    yield "| entries | first publication | build | update | found | peak memory of the build | on disk |"
    yield "|---|---|---|---|---|---|---|"
    for size, measured in sizes.items():
        one = measured["building"]
        spent = [one[name] for name in ("first_publication", "build", "update", "searchable")]
        parts = " | ".join(f"{each['wall']:.1f} ({each['processor']:.1f})" for each in spent)
        yield f"| {size:,} | {parts} | {one['build_peak_mb']} MB | {one['disk_mb']} MB |"
    yield ""


def _races(sizes: Mapping[int, Measured]) -> Iterator[str]:
    yield "## Beside others\n"
    yield "The same passages, vectors and questions, all levels, put to each in turn in one process; ten "
    yield "results. Encoding is nobody's. `×` is the median against Dawen's lane.\n"
    for size, measured in sizes.items():
        race = measured.get("race")
        if not race:
            continue
        for lane in ("vectors", "words"):
            if rows := [one for one in race["rivals"] if one["lane"] == lane]:
                yield f"![{lane} at {size:,} entries](plots/{lane}-{size}.svg)\n"
                yield from _lane(size, lane, rows)
        for name, modules in race["missing"].items():
            yield f"{name} is not installed ({', '.join(modules)}) and was left out.\n"


def _lane(size: int, lane: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"| {lane}, {size:,} entries | median ms | p95 ms | × | recall@10 | build s |"
    yield "|---|---|---|---|---|---|"
    for one in rows:
        recall = "" if one["recall"] is None else f"{one['recall']:.3f}"
        ratio = one["p50"] / rows[0]["p50"]
        yield (
            f"| {one['name']} | {one['p50']:.2f} | {one['p95']:.2f} | {ratio:.1f} | {recall} | "
            f"{one['build_s']} |"
        )
    yield ""


def _stages_plot(sizes: Mapping[int, Measured]) -> str:
    rows = [
        Bar(f"{size:,} entries", {name: one["asking"]["stages"][name]["p50"] for name in STAGES})
        for size, one in sizes.items()
    ]
    return bars("One search in its stages, medians", rows, unit="ms")

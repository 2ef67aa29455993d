"""``python -m benchmarks.fortnight``: play, measure, and write ``docs/fortnight.md`` anew."""

import argparse
import tempfile
from datetime import date, datetime, time
from pathlib import Path

from benchmarks.fortnight import stages
from benchmarks.fortnight.meanings import ROOT, read_meanings
from benchmarks.fortnight.plan import Size
from benchmarks.fortnight.report import write
from benchmarks.fortnight.results import FILE, Results, keep
from benchmarks.fortnight.rhythm import SHOP_TIME
from benchmarks.fortnight.stages import Run
from search.embedder import open_embedder
from settings import Settings

PARTS = ("first", "back", "second")
MONDAY = date(2026, 10, 26)


def main() -> None:
    """Read the options, run the parts, print the report and keep it."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="dawen-fortnight-") as passing:
        folder = options.var or Path(passing)
        results = run_parts(_run(options, folder), options.parts, _about(options))
        keep(folder / FILE, results)
    report = write(results)
    print(report)
    if options.report:
        options.report.write_text(report, "utf-8")


def run_parts(run: Run, parts: list[str], about: dict[str, object]) -> Results:
    """The parts that are asked for; ``second`` goes on from ``first`` and brings it along."""
    results = Results(about=about)
    if "first" in parts or "second" in parts:
        site = run.site("site")
        try:
            results.first, labels = stages.first(run, site)
            if "second" in parts:
                results.second = stages.second(run, site, labels)
        finally:
            site.close()
    if "back" in parts:
        results.back = stages.back(run)
    return results


def _run(options: argparse.Namespace, folder: Path) -> Run:
    begin = datetime.combine(options.begin, time(), SHOP_TIME)
    size = Size(options.searches, options.sessions, options.days)
    return Run(folder, read_meanings(), begin, size, options.seed, options.model)


def _about(options: argparse.Namespace) -> dict[str, object]:
    model = options.model or Settings().embedding_model
    return {
        "searches": options.searches,
        "sessions": options.sessions,
        "days": options.days,
        "seed": options.seed,
        "model": open_embedder(model).revision[:24] or Path(model).name,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.fortnight")
    parser.add_argument("--searches", type=int, default=20_000, help="searches to reach")
    parser.add_argument("--sessions", type=int, default=6_000, help="sessions of shoppers")
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--seed", type=int, default=1, help="equal seeds play alike")
    parser.add_argument("--begin", type=date.fromisoformat, default=MONDAY, help="first day")
    parser.add_argument("--var", type=Path, help="an empty folder to keep the sites in")
    parser.add_argument("--model", default="", help="model folder; default: the one that ships")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument(
        "--report",
        type=Path,
        help=f"where to write the report, such as {(ROOT / 'docs/fortnight.md').name}",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()

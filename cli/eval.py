"""``flask eval``: measure the engine that serves on judged queries."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import click
from flask import current_app
from tqdm import tqdm

from cli.schema import TablesGroup
from database import utc_now
from insights.suite import grown
from insights.suite_report import by_level_and_language, keep_verdicts, losses, read_verdicts
from kb.disclosure import Level
from search.diagram import drawn
from search.embedder import open_embedder
from search.engine import SearchEngine
from search.errors import SearchError
from search.evaluation import (
    Answer,
    JudgedQuery,
    ask,
    engine_over,
    figures,
    found_within,
    read_entries,
    read_judged,
    read_queries,
)
from search.reliability import Bin, calibration_error, reliability
from settings import Settings

Item = TypeVar("Item")
LAST_RUN = "suite.json"

eval_group = TablesGroup("eval", help="Measure how well the engine finds.")


@eval_group.command("run", tables=False)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--split", help="Only the queries of this split, such as dev.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--diagram",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Draw the reliability diagram into this SVG file.",
)
def run_command(folder: Path, split: str | None, as_json: bool, diagram: Path | None) -> None:
    """Build an index in memory from FOLDER/entries.jsonl and ask FOLDER/queries.jsonl."""
    settings: Settings = current_app.extensions["settings"]
    embedder = open_embedder(settings.embedding_model, threads=settings.encoder_threads)
    try:
        entries = read_entries(folder)
        queries = read_queries(folder, split=split)
        engine = engine_over(
            entries, embedder, progress=lambda texts: _progress(texts, "Embedding")
        )
        answers = list(ask(engine, _progress(queries, "Asking")))
    except (SearchError, OSError) as error:
        raise click.ClickException(f"{folder}: {error}") from error
    bins = _reliability(answers, diagram, name=", ".join(filter(None, [folder.name, split])))
    measured = figures(answers, entries=len(entries)).as_dict()
    measured["calibration_error"] = calibration_error(bins)
    if as_json:
        click.echo(json.dumps(measured | {"reliability": [asdict(one) for one in bins]}))
    else:
        click.echo(_table(measured))
        click.echo(_binned(bins))


@eval_group.command("suite")
@click.option("--split", help="Only the queries of this split, such as test.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--diagram",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Draw the reliability diagram into this SVG file.",
)
def suite_command(split: str | None, as_json: bool, diagram: Path | None) -> None:
    """Ask the site's own index the judged queries, those that use has made, and the suites on
    spelling and language; name those that the last run had right."""
    engine: SearchEngine = current_app.extensions["dawen"].engine
    settings: Settings = current_app.extensions["settings"]
    judged = settings.root / "benchmarks" / "judged"
    try:
        shipped = read_judged(judged / "queries.jsonl", split=split)
        queries = [*shipped, *([] if split else _grown())]
        answers = list(ask(engine, _progress(queries, "Asking")))
        robustness = {path.stem: _top_three(engine, path) for path in _suites(judged)}
    except (SearchError, OSError) as error:
        raise click.ClickException(f"{judged}: {error}") from error
    entries = len(engine.serving(now=utc_now()).index.slugs)
    measured = figures(answers, entries=entries).as_dict()
    bins = _reliability(answers, diagram, name=", ".join(filter(None, ["suite", split])))
    measured["calibration_error"] = calibration_error(bins)
    groups = {name: asdict(one) for name, one in by_level_and_language(answers).items()}
    last = settings.var_dir / LAST_RUN
    lost = losses(answers, read_verdicts(last))
    if split is None:
        keep_verdicts(last, answers)
    if as_json:
        more = {"grown": len(queries) - len(shipped), "groups": groups, "lost": lost}
        more |= {"robustness": robustness, "reliability": [asdict(one) for one in bins]}
        click.echo(json.dumps(measured | more, ensure_ascii=False))
    else:
        suites = {f"first three, {name}": share for name, share in robustness.items()}
        click.echo(_table(measured | {"grown": len(queries) - len(shipped)} | suites))
        click.echo(_binned(bins))
        click.echo(_groups(groups))
        click.echo("\n".join([f"lost since the last run: {len(lost)}", *lost]))


def _reliability(answers: list[Answer], diagram: Path | None, *, name: str) -> tuple[Bin, ...]:
    """The answers in bins, drawn where a file is named."""
    bins = reliability(answers)
    if diagram:
        try:
            diagram.write_text(drawn(bins, title=f"Reliability: {name}"), "utf-8")
        except OSError as error:
            raise click.ClickException(f"{diagram}: {error.strerror}") from error
    return bins


def _binned(bins: Iterable[Bin]) -> str:
    """The bins that hold something: a line each, with what was claimed and what was right."""
    lines = [f"{'confidence':14}{'searches':>9}{'claimed':>9}{'right':>8}  95 % interval"]
    for one in bins:
        if one.count:
            least, most = one.interval
            span = f"{one.low:.1f} to {one.high:.1f}"
            lines.append(
                f"{span:14}{one.count:9}{one.confidence:9.3f}{one.right:8.3f}"
                f"  {least:.3f} to {most:.3f}"
            )
    return "\n".join(lines)


def _grown() -> list[JudgedQuery]:
    """The judged queries that use has made, each at its level."""
    with current_app.extensions["dawen"].database.session() as session:
        return [JudgedQuery(one.text, one.gold, Level(one.level)) for one in grown(session)]


def _groups(groups: Mapping[str, Mapping[str, int]]) -> str:
    """The shares by level and language: right of those with an answer, wrong of the answered."""
    return "\n".join(
        f"{name:26}{one['right']} of {one['answerable']} right, "
        f"{one['wrong']} of {one['answered']} answered wrong"
        for name, one in groups.items()
    )


def _suites(judged: Path) -> list[Path]:
    return sorted((judged / "robustness").glob("*.jsonl"))


def _top_three(engine: SearchEngine, path: Path) -> float:
    return found_within(list(ask(engine, read_judged(path), depth=3)), 3)


def _progress(items: Iterable[Item], what: str) -> Iterable[Item]:
    """The items behind a progress bar on the error stream, absent where nobody watches."""
    bar: Iterable[Item] = tqdm(items, desc=what, leave=False, disable=None)
    return bar


def _table(measured: Mapping[str, object]) -> str:
    return "\n".join(f"{name:26}{value}" for name, value in measured.items())

"""``flask eval``: measure the engine that serves on judged queries."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

import click
from flask import current_app
from flask.cli import AppGroup
from tqdm import tqdm

from search.embedder import open_embedder
from search.engine import SearchEngine
from search.errors import SearchError
from search.evaluation import (
    ask,
    calibration_error,
    engine_over,
    figures,
    found_within,
    read_entries,
    read_judged,
    read_queries,
)
from settings import Settings

Item = TypeVar("Item")

eval_group = AppGroup("eval", help="Measure how well the engine finds.")


@eval_group.command("run")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--split", help="Only the queries of this split, such as dev.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def run_command(folder: Path, split: str | None, as_json: bool) -> None:
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
    except (SearchError, OSError, KeyError) as error:
        raise click.ClickException(f"{folder}: {error}") from error
    measured = figures(answers, entries=len(entries))
    click.echo(json.dumps(measured.as_dict()) if as_json else _table(measured.as_dict()))


@eval_group.command("suite")
@click.option("--split", help="Only the queries of this split, such as test.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def suite_command(split: str | None, as_json: bool) -> None:
    """Ask the site's own index the judged queries, and the suites on spelling and language."""
    engine: SearchEngine = current_app.extensions["dawen"].engine
    judged = current_app.extensions["settings"].root / "benchmarks" / "judged"
    try:
        queries = read_judged(judged / "queries.jsonl", split=split)
        answers = list(ask(engine, _progress(queries, "Asking")))
        robustness = {path.stem: _top_three(engine, path) for path in _suites(judged)}
    except (SearchError, OSError, KeyError, ValueError) as error:
        raise click.ClickException(f"{judged}: {error}") from error
    entries = len({slug for query in queries for slug in query.gold})
    measured = figures(answers, entries=entries).as_dict()
    measured["calibration_error"] = calibration_error(answers)
    if as_json:
        click.echo(json.dumps(measured | {"robustness": robustness}))
    else:
        suites = {f"first three, {name}": share for name, share in robustness.items()}
        click.echo(_table(measured | suites))


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

"""``flask eval``: measure the engine that serves on judged queries."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import click
from flask import current_app
from flask.cli import AppGroup
from tqdm import tqdm

from search.embedder import open_embedder
from search.errors import SearchError
from search.evaluation import Figures, ask, engine_over, figures, read_entries, read_queries
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
    click.echo(json.dumps(measured.as_dict()) if as_json else _table(measured))


def _progress(items: Iterable[Item], what: str) -> Iterable[Item]:
    """The items behind a progress bar on the error stream, absent where nobody watches."""
    bar: Iterable[Item] = tqdm(items, desc=what, leave=False, disable=None)
    return bar


def _table(measured: Figures) -> str:
    return "\n".join(f"{name:22}{value}" for name, value in measured.as_dict().items())

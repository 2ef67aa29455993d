"""``flask index``: build the search index, look at it, check it."""

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app
from tqdm import tqdm

from cli.schema import TablesGroup
from search.engine import SearchEngine
from search.errors import EncoderBusy, IndexRefused, ModelUnusable, NotPublished
from search.generation import generations, read_current, read_generation
from search.publishing import Publication, Publisher
from search.results import Mode

index_group = TablesGroup("index", help="Build and check the search index.")
TRIAL_TEXT = "你好 hello"


@index_group.command("build")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def build_command(as_json: bool) -> None:
    """Read the content folder and publish it: only what changed is embedded."""
    publisher: Publisher = current_app.extensions["dawen"].publisher
    publication = _publish(publisher, quiet=as_json)
    if as_json:
        click.echo(json.dumps(asdict(publication), ensure_ascii=False, default=str))
        return
    changes = publication.changes
    click.echo(
        f"Index {publication.generation}: {len(changes.added)} added, {len(changes.changed)} "
        f"changed, {len(changes.removed)} removed, {publication.embedded} passages embedded, "
        f"{publication.seconds:.1f} s."
    )
    if publication.problems:
        click.echo(f"{len(publication.problems)} problems; `flask kb check` lists them.", err=True)
    if publication.reason:
        click.echo(f"Search is lexical only: {publication.reason}", err=True)


@index_group.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status_command(as_json: bool) -> None:
    """Say how search serves now; exits with 1 when anything is wrong."""
    engine: SearchEngine = current_app.extensions["dawen"].engine
    with suppress(ModelUnusable, EncoderBusy):
        engine.encode([TRIAL_TEXT])  # a model that opens may yet fail; the state then says so
    state = engine.state()
    if as_json:
        click.echo(json.dumps(asdict(state), ensure_ascii=False))
    else:
        click.echo(f"mode        {state.mode}")
        click.echo(f"generation  {state.generation or 'none'}")
        click.echo(f"passages    {state.passages}")
        click.echo(f"model       {state.model or 'none'}")
        click.echo(f"reason      {state.reason or 'nothing is wrong'}")
    if state.reason or state.mode is Mode.LEXICAL:
        raise SystemExit(1)


@index_group.command("verify", tables=False)
def verify_command() -> None:
    """Check every generation against its manifest; exits with 1 when the current one fails."""
    index_dir: Path = current_app.extensions["settings"].index_dir
    try:
        current = read_current(index_dir)
    except IndexRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    sound = {name: _verdict(index_dir, name) for name in generations(index_dir)}
    for name, verdict in sound.items():
        click.echo(f"{'*' if name == current else ' '} {name}  {verdict}")
    if sound.get(current) != "whole":
        raise SystemExit(1)


def _publish(publisher: Publisher, *, quiet: bool) -> Publication:
    """Publish with a bar; a clear error where others never finish."""
    with tqdm(desc="Embedding", unit="passage", leave=False, disable=quiet or None) as bar:
        try:
            return publisher.publish(progress=lambda done, total: _advance(bar, done, total))
        except NotPublished as error:
            raise click.ClickException(str(error)) from error


def _verdict(index_dir: Path, name: str) -> str:
    try:
        read_generation(index_dir, name)
    except IndexRefused as refusal:
        return str(refusal)
    return "whole"


def _advance(bar: "tqdm[None]", done: int, total: int) -> None:
    bar.total = total
    bar.update(done - bar.n)

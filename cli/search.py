"""``flask search``: ask the engine from the command line, and see why it answers so."""

import json
from collections.abc import Mapping
from dataclasses import asdict

import click
from flask import current_app
from flask.cli import with_appcontext

from cli.explained import explained, listed
from cli.schema import with_tables
from kb.disclosure import Audience, Level
from kb.names import LANGUAGES
from search.engine import SearchEngine
from search.errors import SearchError
from search.explanation import Explanation
from search.results import Result
from search.text import clean_query, normalise, query_language

EACH = "each"
Found = Result | Explanation


@click.command("search")
@click.argument("query")
@click.option(
    "--as",
    "clearance",
    type=click.Choice([*(level.label for level in Level), EACH]),
    default=Level.PUBLIC.label,
    show_default=True,
    help="Search as somebody with this clearance, or as each in turn.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Default: that of the query.")
@click.option("--limit", type=click.IntRange(1, 20), default=5, show_default=True)
@click.option("--explain", is_flag=True, help="Show passages, lanes, and the confidence's parts.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
@with_tables
def search_command(
    query: str, clearance: str, lang: str | None, limit: int, explain: bool, as_json: bool
) -> None:
    """Search for QUERY. Nothing is logged."""
    engine: SearchEngine = current_app.extensions["dawen"].engine
    try:
        cleaned = clean_query(query, max_chars=current_app.config["QUERY_MAX_CHARS"])
    except SearchError as error:
        raise click.ClickException(str(error)) from error
    lang = lang or query_language(normalise(cleaned))
    levels = list(Level) if clearance == EACH else [Level.from_label(clearance)]
    ask = engine.explain if explain else engine.search
    found: dict[str, Found] = {
        level.label: ask(cleaned, audience=Audience(level), lang=lang, limit=limit)
        for level in levels
    }
    click.echo(_json(found) if as_json else _text(found))


def _json(found: Mapping[str, Found]) -> str:
    """One search as itself, several by level."""
    values = {name: asdict(one) for name, one in found.items()}
    value = next(iter(values.values())) if len(values) == 1 else values
    return json.dumps(value, ensure_ascii=False, indent=1)


def _text(found: Mapping[str, Found]) -> str:
    texts = [
        f"{name}: {explained(one) if isinstance(one, Explanation) else listed(one)}"
        for name, one in found.items()
    ]
    return "\n\n".join(texts) if len(texts) > 1 else texts[0].partition(": ")[2]

"""``flask search``: ask the engine from the command line, and see why it answers so."""

import json
from dataclasses import asdict

import click
from flask import current_app
from flask.cli import with_appcontext

from kb.disclosure import Audience, Level
from kb.names import LANGUAGES
from search.engine import SearchEngine
from search.errors import SearchError
from search.explanation import Explanation
from search.results import Result
from search.text import clean_query, normalise, query_language


@click.command("search")
@click.argument("query")
@click.option(
    "--as",
    "clearance",
    type=click.Choice([level.label for level in Level]),
    default=Level.PUBLIC.label,
    show_default=True,
    help="Search as somebody with this clearance.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Default: that of the query.")
@click.option("--limit", type=click.IntRange(1, 20), default=5, show_default=True)
@click.option("--explain", is_flag=True, help="Show passages, lanes, and the confidence's parts.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def search_command(
    query: str, clearance: str, lang: str | None, limit: int, explain: bool, as_json: bool
) -> None:
    """Search for QUERY. Nothing is logged."""
    engine: SearchEngine = current_app.extensions["dawen"].engine
    try:
        cleaned = clean_query(query, max_chars=current_app.config["QUERY_MAX_CHARS"])
    except SearchError as error:
        raise click.ClickException(str(error)) from error
    audience = Audience(Level.from_label(clearance))
    lang = lang or query_language(normalise(cleaned))
    if explain:
        explanation = engine.explain(cleaned, audience=audience, lang=lang, limit=limit)
        click.echo(_json(explanation) if as_json else _explained(explanation))
    else:
        result = engine.search(cleaned, audience=audience, lang=lang, limit=limit)
        click.echo(_json(result) if as_json else _listed(result))


def _json(value: Result | Explanation) -> str:
    return json.dumps(asdict(value), ensure_ascii=False, indent=1)


def _listed(result: Result) -> str:
    lines = [f"{result.outcome} ({result.mode}, confidence {result.confidence:.2f})"]
    for place, hit in enumerate(result.hits, 1):
        lines.append(f"{place}. {hit.confidence:.2f}  {hit.question}  [{hit.slug}.{hit.lang}]")
        lines.append(f"       {hit.snippet}")
    return "\n".join(lines)


def _explained(explanation: Explanation) -> str:
    lines = [_listed(explanation.result), ""]
    for why in explanation.reasons:
        parts = "  ".join(f"{name} {value:+.3f}" for name, value in why.features.items())
        lines.append(f"{why.slug}  score {why.score:.3f}  confidence {why.confidence:.2f}")
        lines.append(f"    {why.kind} ({why.level}): {why.passage}")
        lines.append(f"    {parts}")
    return "\n".join(lines)

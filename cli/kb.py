"""``flask kb``: check the content folder, and begin a new entry in it."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from kb.checking import Report, check
from kb.disclosure import Level, Status
from kb.editing import create, free_slug
from kb.entry import Entry, Problem
from kb.errors import EntryConflict, EntryInvalid, KnowledgeError
from kb.library import Library
from kb.names import LANGUAGES

PLACEHOLDER = {"zh": "（在这里写答案。）", "en": "(Write the answer here.)"}

kb_group = AppGroup("kb", help="Check and write the entries in the content folder.")


@kb_group.command("check")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check_command(path: Path | None, as_json: bool) -> None:
    """Report every problem with file, line and what to do. Needs no database.

    PATH is a file or folder inside the content folder, or another content folder.
    """
    library = _library()
    try:
        report = check(library, below=path) if path else check(library)
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from error
    click.echo(_as_json(report) if as_json else _as_text(report))
    if report.problems:
        raise SystemExit(1)


@kb_group.command("new")
@click.argument("topic")
@click.argument("question")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Default: that of the question.")
@click.option("--slug", help="The address. Default: made from the question.")
@click.option(
    "--disclosure",
    type=click.Choice([level.label for level in Level]),
    default=Level.INTERNAL.label,
    show_default=True,
    help="Who may see it once it is published.",
)
@click.option("--open", "open_it", is_flag=True, help="Open the file in your editor.")
def new_command(
    topic: str, question: str, lang: str | None, slug: str | None, disclosure: str, open_it: bool
) -> None:
    """Write the skeleton of an entry, as a draft, and print its path."""
    library = _library()
    lang = lang or ("en" if question.isascii() else "zh")
    try:
        entry = Entry(
            slug=slug or free_slug(library, question),
            lang=lang,
            topic=topic,
            question=question,
            level=Level.from_label(disclosure),
            status=Status.DRAFT,
            answer=PLACEHOLDER[lang],
        )
        create(library, entry)
    except EntryInvalid as invalid:
        raise click.ClickException(_listed(invalid.problems)) from invalid
    except EntryConflict as conflict:
        message = f"{conflict.path} exists; choose another --slug or --lang"
        raise click.ClickException(message) from conflict
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from error
    place = library.place(entry.path)
    click.echo(place)
    if open_it:
        click.edit(filename=str(place))


def _library() -> Library:
    library: Library = current_app.extensions["dawen"].library
    return library


def _listed(problems: Sequence[Problem]) -> str:
    return "\n".join(
        f"{each.path}:{each.line}: {each.message}\n    → {each.hint}" for each in problems
    )


def _as_text(report: Report) -> str:
    summary = f"{report.files} files, {report.entries} entries, {len(report.problems)} problems."
    return "\n".join(filter(None, [_listed(report.problems), summary]))


def _as_json(report: Report) -> str:
    return json.dumps(
        {
            "files": report.files,
            "entries": report.entries,
            "problems": [asdict(problem) for problem in report.problems],
        },
        ensure_ascii=False,
        indent=2,
    )

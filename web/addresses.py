"""Addresses that templates need: this page in another language, an entry, a page for outside."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import format_date

from doors.language import ui_language
from doors.viewer import viewer
from kb.disclosure import Level
from web import blueprint


@blueprint.app_template_global()
def language_url(lang: str) -> str:
    """The address of this page in another interface language; never leaves this site."""
    path = "/" + (request.script_root + request.path).lstrip("/\\")
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{path}?{urlencode([*arguments, ('lang', lang)])}"


@blueprint.app_template_global()
def entry_url(slug: str, lang: str = "", search_id: str = "") -> str:
    """The address of an entry; ``search_id`` lets the click be counted for that search."""
    options: dict[str, Any] = {}
    if lang and lang != ui_language():
        options["in"] = lang
    if search_id:
        options["from"] = search_id
    return url_for("web.entry", slug=slug, **options)


@blueprint.app_template_global()
def shows_level(level: Level) -> bool:
    """Whether a badge is worth its place: always for staff, else only above public."""
    return viewer().audience.sees_notes or level > Level.PUBLIC


@blueprint.app_template_filter()
def long_date(day: date) -> str:
    """A day as the page's language writes it: 2026年11月22日, 22 November 2026."""
    return str(format_date(day, "long"))

"""Addresses that templates need: this page in another language, an entry, a page for outside."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from flask import request, url_for
from flask_babel import format_date

from doors.language import ui_language
from doors.viewer import viewer
from kb.disclosure import Level
from web import blueprint


@blueprint.app_template_global()
def language_url(lang: str) -> str:
    """The address of this page in another interface language; never leaves this site.

    The path is percent-encoded: browsers drop TAB, CR and LF from an address and read a backslash
    as a slash, so that ``/<TAB>/evil.example`` would lead to another site.
    """
    path = "/" + quote((request.script_root + request.path).lstrip("/"))
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{path}?{urlencode([*arguments, ('lang', lang)])}"


def address_of(endpoint: str, options: Mapping[str, Any]) -> str:
    """``url_for`` with names that Python keeps for itself (``in``, ``from``); empty ones go."""
    return url_for(endpoint, **{name: value for name, value in options.items() if value})


@blueprint.app_template_global()
def entry_url(slug: str, lang: str = "", search_id: str = "") -> str:
    """The address of an entry; ``search_id`` lets the click be counted for that search."""
    other = lang if lang != ui_language() else ""
    return address_of("web.entry", {"slug": slug, "in": other, "from": search_id})


@blueprint.app_template_global()
def shows_level(level: Level) -> bool:
    """Whether a badge is worth its place: always for staff, else only above public."""
    return viewer().audience.sees_notes or level > Level.PUBLIC


@blueprint.app_template_filter()
def long_date(day: date) -> str:
    """A day as the page's language writes it: 2026年11月22日, 22 November 2026."""
    return str(format_date(day, "long"))

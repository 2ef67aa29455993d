"""Adding a wording that was missed to an entry that answers it."""

import re

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin import blueprint
from admin.actions import MissForm, reading
from admin.rows import find_by_text, rows_of
from admin.said import flash_saved, flash_unpublished
from admin.writing import add_phrasing
from doors.services import services
from doors.viewer import viewer
from kb.disclosure import Level
from kb.errors import EntryInvalid
from kb.header import MAX_LINE
from kb.tables import EntryRow
from search.text import one_line, query_language

CHOICES = 8
_TOKEN = re.compile(r"<[A-Z]{2,10}>")


@blueprint.get("/misses/phrasing")
def choose_entry() -> str:
    """Look for the entry that a wording belongs to."""
    form = MissForm(request.args, meta={"csrf": True})
    text = reading(form.text.data or form.wording.data)
    looked_for = reading(request.args.get("q")) or text
    form.phrase.data = as_phrase(form.phrase.data or text)
    return render_template(
        "admin/phrasing.html", form=form, text=text, looked_for=looked_for, found=_find(looked_for)
    )


@blueprint.post("/misses/phrasing")
def phrase() -> Response:
    """Add the wording to the entry's other ways to ask; searchable when this returns."""
    form = MissForm()
    phrase = as_phrase(form.phrase.data or form.text.data or "")
    if not form.validate() or not phrase:
        abort(400)
    row = _row(form.target.data or "", form.asked_in.data or query_language(phrase))
    if row is None:
        abort(404)
    try:
        changed, is_published = add_phrasing(row.path, phrase, wording=form.wording.data)
    except EntryInvalid as invalid:
        flash(_("Not added: %(reason)s", reason=invalid.problems[0].message), "error")
        return redirect(form.way_back())
    if not is_published:
        flash_unpublished()
        return redirect(form.way_back())
    _say(row, phrase, changed=changed, level=_level(form.level.data))
    return redirect(form.way_back())


def as_phrase(text: str) -> str:
    """A wording as a way to ask: on one line, without what stands for redacted data."""
    return one_line(_TOKEN.sub(" ", text))[:MAX_LINE]


def _say(row: EntryRow, phrase: str, *, changed: bool, level: Level) -> None:
    said = (
        _("Added to “%(question)s”, searchable now.", question=row.question)
        if changed
        else _("“%(question)s” has this wording already.", question=row.question)
    )
    flash_saved(said, slug=row.slug, asked=phrase, level=level)


def _row(slug: str, lang: str) -> EntryRow | None:
    """The entry in the asker's language, or in the one that it has."""
    with services().database.session() as session:
        rows = rows_of(session, slug)
    return rows.get(lang) or next(iter(rows.values()), None)


def _level(raw: str | None) -> Level:
    return Level(int(raw)) if raw in {str(int(level)) for level in Level} else Level.PUBLIC


def _find(text: str) -> list[EntryRow]:
    """Entries by meaning and by their very words, one per slug."""
    if not text:
        return []
    lang = query_language(text)
    hits = services().engine.nearest(text, audience=viewer().audience, lang=lang, limit=CHOICES)
    with services().database.session() as session:
        by_words = find_by_text(session, text, limit=CHOICES)
        near = [rows_of(session, hit.slug).get(hit.lang) for hit in hits]
    found = {row.slug: row for row in (*near, *by_words) if row is not None}
    return list(found.values())[:CHOICES]

"""Writing an entry: new, changed, previewed, and kept when two people wrote at once (F08)."""

from dataclasses import replace

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from admin import blueprint, prefill, writing
from admin.cluster_writing import settle
from admin.editor_page import Page, aside, render
from admin.entry_form import EntryForm, entry_of, split_lines, values_of
from admin.problems import show_problems
from admin.replay import effect_of, warm
from admin.rescue import broken_meanwhile, gone_meanwhile
from admin.rows import find_renamed, find_row, topic_choices
from admin.said import flash_saved, unpublished
from admin.trial import trials_of
from admin.writing import Edit, Opened, open_entry
from doors.language import ui_language
from doors.services import services
from kb.disclosure import Level, Status
from kb.editing import free_slug
from kb.entry import Entry
from kb.errors import EntryConflict, EntryGone, EntryInvalid, KnowledgeError, UnsafeName

Answer = str | Response | tuple[str, int]


@blueprint.get("/entries/new")
def new() -> str:
    """An empty form, or one filled in from a miss or from the other language."""
    form = _form(prefill.values(request.args))
    warm()
    return render(Page(form))


@blueprint.post("/entries/new")
def create() -> Answer:
    """Write a new entry; when the page returns, it is searchable."""
    form = _form()
    page = Page(form)
    if form.confirmed.data == "preview":
        return render(page)
    if not form.validate():
        return render(page), 422
    entry = entry_of(form, slug=_slug(form), before=None)
    if form.confirmed.data == "replay":
        return render(page.with_effect(effect_of(entry, None)))
    if form.confirmed.data == "trial":
        return render(page.with_trials(trials_of(form, entry, None)))
    return _save(page, entry, None)


@blueprint.get("/entries/<slug>/<any(zh, en):lang>")
def edit(slug: str, lang: str) -> Answer:
    """The form of one language of an entry, as its file is now."""
    opened = _open(slug, lang) or abort(404)
    if not isinstance(opened, Opened):
        return render_template("admin/broken.html", slug=slug, lang=lang, invalid=opened), 422
    form = _form(values_of(opened.entry) | {"expected": opened.fingerprint})
    warm()
    return render(Page(form, slug, lang, opened.entry))


@blueprint.post("/entries/<slug>/<any(zh, en):lang>")
def save(slug: str, lang: str) -> Answer:
    """Save a changed entry, unless its file changed meanwhile; what was written is kept."""
    opened = _open(slug, lang, once=True)
    if opened is None:
        return gone_meanwhile() if request.form else abort(404)
    if not isinstance(opened, Opened):
        return broken_meanwhile()
    form = _form()
    form.lang.data = lang
    if opened.entry.slug != slug:
        _follow(form, slug, opened.entry.slug)
        slug = opened.entry.slug
    page = Page(form, slug, lang, opened.entry)
    if form.confirmed.data == "preview":
        return render(page)
    if not form.validate():
        return render(page), 422
    new_slug = form.slug.data or slug
    entry = entry_of(form, slug=new_slug, before=opened.entry)
    if form.confirmed.data == "replay":
        return render(page.with_effect(effect_of(entry, opened.entry)))
    if form.confirmed.data == "trial":
        return render(page.with_trials(trials_of(form, entry, opened.entry)))
    return _save(page, entry, opened)


@blueprint.post("/preview")
def preview() -> str:
    """The answer as it will look, and the entries that are near already: a part of a page."""
    return aside(_form())


def _save(page: Page, entry: Entry, opened: Opened | None) -> Answer:
    form = page.form
    before = opened.entry if opened else None
    wording, reason = form.wording.data or "", " ".join((form.why.data or "").split())
    try:
        writing.check_text(entry, opened)
        if writing.widens(before, entry) and form.confirmed.data != entry.level.label:
            return render(page.asking_to_confirm(entry.level))
        if opened is None:
            is_published = writing.create(entry, wording=wording, reason=reason)
        else:
            seen = replace(opened, fingerprint=form.expected.data or "")
            is_published = writing.change([Edit(entry, seen, reason=reason, wording=wording)])
    except EntryInvalid as invalid:
        show_problems(form, entry, invalid)
        return render(page), 422
    except UnsafeName:
        form.slug.errors = [_("Use a–z, 0–9 and single hyphens.")]
        return render(page), 422
    except EntryConflict as conflict:
        return _conflict(page, entry, conflict)
    return _done(form, entry) if is_published else _kept(form, entry)


def _conflict(page: Page, entry: Entry, conflict: EntryConflict) -> Answer:
    """Both versions side by side; nothing that was written is lost."""
    if page.slug is None:
        page.form.slug.errors = [_("This address is taken by another entry.")]
        return render(page), 409
    page.form.expected.data = conflict.current_fingerprint
    return render(page.in_conflict(entry, conflict.current_text)), 409


def _done(form: EntryForm, entry: Entry) -> Response:
    settle(form.cluster.data, slug=entry.slug, lang=entry.lang)
    live = entry.status is Status.PUBLISHED
    said = _("Saved and searchable now.") if live else _("Saved. It is not shown to anyone.")
    level = form.asked_level.data or ""
    flash_saved(
        said,
        slug=entry.slug,
        asked=form.wording.data or "",
        level=Level(int(level)) if level in ("0", "1", "2", "3") else Level.PUBLIC,
    )
    if form.wording.data or form.cluster.data:
        return redirect(url_for("admin.index"))
    return redirect(url_for("admin.edit", slug=entry.slug, lang=entry.lang))


def _kept(form: EntryForm, entry: Entry) -> Response:
    settle(form.cluster.data, slug=entry.slug, lang=entry.lang, awaited=entry)
    return unpublished()


def _form(values: dict[str, object] | None = None) -> EntryForm:
    form = EntryForm(data=values) if request.method == "GET" else EntryForm()
    with services().database.session() as session:
        topics = topic_choices(session, lang=ui_language())
    form.topic.choices = [SelectChoice(value, name) for value, name in topics]
    return form


def _open(slug: str, lang: str, *, once: bool = False) -> Opened | KnowledgeError | None:
    """The file behind an address, or what is wrong with it; ``once``, also behind an address that
    was given up."""
    with services().database.session() as session:
        row = find_row(session, slug, lang)
        if row is None and once:
            row = find_renamed(session, slug, lang)
    if row is None:
        return None
    try:
        return open_entry(row.path)
    except EntryGone:
        return None
    except KnowledgeError as error:
        return error


def _follow(form: EntryForm, old: str, new: str) -> None:
    """Make what was written under an address that was given up a version of the entry as it is
    called now; its file differs, so that the save asks which of both shall be."""
    if form.slug.data in ("", old):
        form.slug.data = new
    form.aliases.data = "\n".join(dict.fromkeys([*split_lines(form.aliases.data), old]))


def _slug(form: EntryForm) -> str:
    return form.slug.data or free_slug(services().library, form.question.data or "")

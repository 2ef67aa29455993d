"""The entry page, and what a reader says about it."""

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from doors.language import LANGUAGES
from doors.services import services
from doors.viewer import is_bot, viewer
from insights.questions import leave_question
from kb import catalog
from kb.catalog import EntryView
from kb.disclosure import Level
from kb.plain_text import text_of
from kb.snippets import snippet
from web import blueprint
from web.addresses import address_of, entry_url
from web.knowledge import Sight, sight, trail_to

RELATED = 4
LONGEST_REASON = 500
KEPT_OPTIONS = ("lang", "in", "from")


@blueprint.get("/faq/<slug>")
def entry(slug: str) -> str | Response:
    """One entry. An alias leads to its entry, where the viewer may see it."""
    seen = sight(_asked_language())
    with services().database.session() as session:
        view = catalog.find_entry(session, slug, **seen)
        if view is None:
            abort(404)
        if view.is_alias:
            return redirect(_canonical(view), 301)
        tree = catalog.topic_tree(session, **sight())
    search_id = request.args.get("from", "")[:32]
    if search_id and not is_bot():
        services().log.signal(search_id, "click", slug=view.slug)
    return render_template(
        "web/entry.html",
        entry=view,
        parents=trail_to(view.topic, tree),
        related=services().engine.related(
            view.slug, audience=seen["audience"], lang=seen["lang"], limit=RELATED
        ),
        search_id=search_id,
        description=snippet(text_of(view.html)),
        is_public=view.level is Level.PUBLIC,
    )


@blueprint.post("/faq/<slug>/helpful")
def helpful(slug: str) -> Response:
    """Keep a reader's verdict with the search that led here; a reason is never lost."""
    seen = sight(_asked_language())
    with services().database.session() as session:
        view = catalog.find_entry(session, slug, **seen)
    if view is None:
        abort(404)
    verdict = request.form.get("answer", "")
    if verdict not in ("yes", "no"):
        abort(400)
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    search_id = request.form.get("from", "")[:32]
    kind = "helpful" if verdict == "yes" else "unhelpful"
    services().log.signal(search_id, kind, slug=view.slug, reason=reason)
    if reason and not search_id:
        _keep_reason(view, reason, seen)
    flash(_thanks(verdict), "success")
    return redirect(entry_url(view.slug, view.lang), 303)


def _canonical(view: EntryView) -> str:
    """The entry's own address, with the known options of the one that was asked for."""
    kept = {name: request.args.get(name, "") for name in KEPT_OPTIONS}
    return address_of("web.entry", {**kept, "slug": view.slug})


def _asked_language() -> str | None:
    asked = request.values.get("in", "")
    return asked if asked in LANGUAGES else None


def _keep_reason(view: EntryView, reason: str, seen: Sight) -> None:
    """No search led here, so what was said goes to the editors' list of questions."""
    with services().database.session() as session:
        leave_question(
            session,
            text=f"[{view.question}] {reason}",
            lang=view.lang,
            audience=viewer().audience,
            at=seen["now"],
        )


def _thanks(verdict: str) -> str:
    if verdict == "yes":
        return str(_("Glad that helped. Thank you for telling us."))
    return str(_("Thank you. We will make this answer better."))

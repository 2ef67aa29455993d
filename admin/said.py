"""Sentences that the editor's pages say in more than one place."""

from urllib.parse import urlencode

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from admin.proof import Finding, Proof, prove
from doors.error_texts import SAVED
from kb.disclosure import Level

ASKED_AS = {
    Level.PUBLIC: _l("a visitor"),
    Level.CUSTOMER: _l("a signed-in customer"),
    Level.AGENT: _l("a chat agent"),
    Level.INTERNAL: _l("an editor"),
}
SEEN_BY = {
    Level.PUBLIC: _l("everyone"),
    Level.CUSTOMER: _l("signed-in customers"),
    Level.AGENT: _l("chat agents"),
    Level.INTERNAL: _l("editors only"),
}


def verdict(proof: Proof) -> str:
    """One sentence on what those who asked find now."""
    asker = ASKED_AS[proof.level]
    match proof.finding:
        case Finding.FIRST:
            return _("Asked again as %(asker)s: this entry stands first.", asker=asker)
        case Finding.AMONG:
            return _(
                "Asked again as %(asker)s: this entry is found, but another one stands first.",
                asker=asker,
            )
        case Finding.HIDDEN:
            return _(
                "Asked again as %(asker)s: not found, because the entry is for %(seers)s.",
                asker=asker,
                seers=SEEN_BY[proof.entry_level or Level.INTERNAL],
            )
        case Finding.NOT_LIVE:
            return _("Nobody finds it yet: the entry is not published now.")
        case Finding.NOT_FOUND:
            return _(
                "Asked again as %(asker)s: still not found. The wording is too far from the entry; "
                "add it to the other ways to ask.",
                asker=asker,
            )


def flash_unpublished(then: str = "") -> None:
    """Say that the file is saved and when the site will have it; ``then`` may be markup."""
    said = Markup("<strong>{}</strong> {}").format(SAVED.title, SAVED.hint)
    flash(Markup("{} {}").format(said, then) if then else said, "warning")


def unpublished() -> Response:
    """The list, which says that the file is saved: a page of its own may not be there yet."""
    flash_unpublished()
    return redirect(url_for("admin.entry_list"), 303)


def flash_saved(text: str, *, slug: str, asked: str = "", level: Level = Level.PUBLIC) -> None:
    """Say that something was saved and, for a question, whether it is answered now."""
    if not asked:
        flash(text, "success")
        return
    proof = prove(asked, slug=slug, level=level)
    found = proof.finding in (Finding.FIRST, Finding.AMONG)
    query = urlencode({"q": asked, "slug": slug, "level": int(level)})
    link = Markup('<a href="{}">{}</a>').format(
        f"{url_for('admin.proof')}?{query}", _("Ask it again and look")
    )
    flash(escape(f"{text} {verdict(proof)} ") + link, "success" if found else "warning")

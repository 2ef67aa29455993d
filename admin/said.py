"""Sentences that the editor's pages say in more than one place."""

from urllib.parse import urlencode

from flask import flash, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from admin.proof import Finding, Proof, prove
from kb.disclosure import Level

SEEN_BY = {
    Level.PUBLIC: lambda: _("everyone"),
    Level.CUSTOMER: lambda: _("signed-in customers"),
    Level.AGENT: lambda: _("chat agents"),
    Level.INTERNAL: lambda: _("editors only"),
}


def verdict(proof: Proof) -> str:
    """One sentence on what those who asked find now."""
    askers, seers = SEEN_BY[proof.level](), ""
    if proof.entry_level is not None:
        seers = SEEN_BY[proof.entry_level]()
    match proof.finding:
        case Finding.FIRST:
            return _("Those who asked it (%(askers)s) find this entry first.", askers=askers)
        case Finding.AMONG:
            return _(
                "Those who asked it (%(askers)s) find this entry, but another one stands first.",
                askers=askers,
            )
        case Finding.HIDDEN:
            return _(
                "Those who asked it (%(askers)s) do not find it: the entry is for %(seers)s.",
                askers=askers,
                seers=seers,
            )
        case Finding.NOT_LIVE:
            return _("Nobody finds it yet: the entry is not published now.")
        case Finding.NOT_FOUND:
            return _(
                "Those who asked it (%(askers)s) still do not find it: the wording is too far "
                "from the entry. Add it to the other ways to ask.",
                askers=askers,
            )


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

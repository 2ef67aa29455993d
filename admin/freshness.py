"""What may be stale: one row for each finding, with its reason, its place and its next step."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from admin import blueprint
from admin.csv_export import csv_response
from admin.finding_words import REASONS, address, next_step, other_address, told
from admin.rows import topic_choices
from doors.language import ui_language
from doors.services import services
from doors.viewer import viewer
from insights.findings import Finding, Reason, dismiss, take_back
from insights.freshness import findings
from insights.quantities import quantities

SHOWN = 100


class FindingForm(FlaskForm):
    """Which finding is meant, and the list to go back to."""

    key = HiddenField(validators=[InputRequired(), Length(max=300)])
    reason = HiddenField()

    def way_back(self) -> str:
        """The list, narrowed as it was."""
        reason = self.reason.data if self.reason.data in list(Reason) else None
        return url_for("admin.freshness", reason=reason)


@blueprint.get("/freshness")
def freshness() -> str:
    """The findings, the most urgent first, or those of one reason."""
    found = _findings()
    chosen = next((reason for reason in Reason if reason == request.args.get("reason")), None)
    counts = {reason: sum(one.reason is reason for one in found) for reason in Reason}
    wanted = [one for one in found if chosen in (None, one.reason)]
    with services().database.session() as session:
        topics = dict(topic_choices(session, lang=ui_language()))
    return render_template(
        "admin/freshness.html",
        findings=wanted[:SHOWN],
        total=len(wanted),
        counts=counts,
        chosen=chosen,
        reasons=REASONS,
        topics=topics,
        form=FindingForm(),
        told=told,
        next_step=next_step,
        address=address,
        other_address=other_address,
    )


@blueprint.get("/freshness.csv")
def freshness_table() -> Response:
    """Every finding, as a table."""
    header = (
        _("Reason"),
        _("Entry"),
        _("Language"),
        _("Question"),
        _("Found"),
        _("One"),
        _("Other"),
    )
    return csv_response("freshness", header, map(_cells, _findings()))


@blueprint.post("/freshness/dismiss")
def dismiss_finding() -> AnyResponse:
    """Put a finding aside until something else is found; the message offers to undo it."""
    form = FindingForm()
    if form.validate():
        person = viewer().person
        with services().database.session() as session:
            dismiss(
                session,
                form.key.data,
                at=services().clock(),
                person_id=person.id if person else None,
            )
        undo = Markup(render_template("admin/_finding_undo.html", form=form))  # noqa: S704
        flash(Markup("{} {}").format(_("Put aside. It stays away until it changes."), undo), "info")
    return redirect(form.way_back())


@blueprint.post("/freshness/restore")
def restore_finding() -> AnyResponse:
    """Show a finding again."""
    form = FindingForm()
    if form.validate():
        with services().database.session() as session:
            take_back(session, form.key.data)
        flash(_("Back on the list."), "success")
    return redirect(form.way_back())


@blueprint.context_processor
def finding_in_hand() -> dict[str, Callable[..., Any]]:
    """``finding_here()``: the finding that an address of the editor names, and its words."""

    def find() -> dict[str, Any] | None:
        key = request.args.get("finding", "")[:300]
        one = next((one for one in _findings() if one.key == key), None) if key else None
        if one is None:
            return None
        return {"finding": one, "name": REASONS[one.reason], "told": told(one)}

    return {"finding_here": find}


@blueprint.app_template_filter("with_marks")
def with_marks(sentence: str, parts: tuple[str, ...]) -> Markup:
    """A sentence with those of its quantities marked; everything else is escaped."""
    pieces, done = [], 0
    for each in quantities(sentence):
        if each.text in parts and each.start >= done:
            pieces += [escape(sentence[done : each.start]), Markup("<mark>")]
            pieces += [escape(sentence[each.start : each.end]), Markup("</mark>")]
            done = each.end
    return Markup("").join([*pieces, escape(sentence[done:])])


def _findings() -> list[Finding]:
    with services().database.session() as session:
        return findings(session, now=services().clock())


def _cells(one: Finding) -> tuple[object, ...]:
    gap = one.gap
    says = (gap.one_says, gap.other_says) if gap else ("", "")
    return (REASONS[one.reason], one.slug, one.lang, one.question, told(one), *says)

"""Phrasings that behaviour proposes: accepted or rejected with one key each, and undone."""

from dataclasses import dataclass, replace

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from admin import blueprint
from admin.csv_export import csv_response
from admin.digesting import bring_up_to_date
from admin.phrasing import as_phrase
from admin.rows import rows_of
from admin.said import flash_unpublished
from admin.writing import Edit, add_phrasing, change, open_entry
from doors.services import services
from doors.viewer import viewer
from insights.phrasings import ProposalStatus, decide_proposal, open_proposals
from insights.wording import wording_of
from insights.work_tables import ProposalRow
from kb.errors import EntryConflict, EntryInvalid
from kb.tables import EntryRow

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal with the entry it is for, in the language of the wording where it has one."""

    proposal: ProposalRow
    entry: EntryRow


@blueprint.get("/proposals")
def proposals() -> str:
    """What waits for a decision, agreed on by most people first."""
    bring_up_to_date()
    return render_template("admin/proposals.html", rows=_waiting())


@blueprint.get("/proposals.csv")
def proposal_table() -> Response:
    """The same as a table."""
    header = (_("Wording"), _("Language"), _("People"), _("Entry"), _("Question"))
    rows = (
        (each.proposal.text, each.proposal.lang, each.proposal.sessions, *_named(each))
        for each in _waiting()
    )
    return csv_response("phrasings", header, rows)


@blueprint.post("/proposals/<int(max=2147483647):number>/accept")
def accept_proposal(number: int) -> AnyResponse:
    """Make the wording one of the entry's other ways to ask; searchable when this returns."""
    proposal = _proposal(number)
    entry = _entry(proposal)
    try:
        phrase = as_phrase(proposal.text)
        _changed, is_published = add_phrasing(entry.path, phrase, wording=proposal.wording)
    except EntryInvalid as invalid:
        flash(_("Not added: %(reason)s", reason=invalid.problems[0].message), "error")
    except EntryConflict:
        flash(_("Somebody changed this entry just now. Try again."), "error")
    else:
        _decide(number, ProposalStatus.ACCEPTED)
        if is_published:
            said = _("Added to “%(question)s”, searchable now.", question=entry.question)
            _say(said, "success", number)
        else:
            flash_unpublished(_undo(number))
    return redirect(url_for("admin.proposals"))


@blueprint.post("/proposals/<int(max=2147483647):number>/reject")
def reject_proposal(number: int) -> AnyResponse:
    """Do not ask again about this wording and this entry."""
    proposal = _proposal(number)
    _decide(number, ProposalStatus.REJECTED)
    _say(_("Rejected: “%(text)s”.", text=proposal.text), "info", number)
    return redirect(url_for("admin.proposals"))


@blueprint.post("/proposals/<int(max=2147483647):number>/undo")
def undo_proposal(number: int) -> AnyResponse:
    """Take a decision back; an accepted wording leaves the entry again."""
    proposal = _proposal(number)
    if proposal.status == ProposalStatus.ACCEPTED:
        try:
            is_published = _take_out(_entry(proposal), proposal.wording)
        except (EntryInvalid, EntryConflict):
            flash(_("Somebody changed this entry just now. Take the wording out there."), "error")
            return redirect(url_for("admin.proposals"))
        if not is_published:
            flash_unpublished()
    _decide(number, ProposalStatus.OPEN)
    flash(_("Taken back: “%(text)s” waits again.", text=proposal.text), "success")
    return redirect(url_for("admin.proposals"))


def _waiting() -> list[Proposed]:
    with services().database.session() as session:
        waiting = open_proposals(session, limit=SHOWN)
        entries = session.scalars(
            select(EntryRow).where(EntryRow.slug.in_({row.slug for row in waiting}))
        )
        by_slug: dict[str, dict[str, EntryRow]] = {}
        for entry in entries:
            by_slug.setdefault(entry.slug, {})[entry.lang] = entry
    return [
        Proposed(row, found.get(row.lang) or next(iter(found.values())))
        for row in waiting
        if (found := by_slug.get(row.slug))
    ]


def _named(each: Proposed) -> tuple[str, str]:
    return each.entry.slug, each.entry.question


def _proposal(number: int) -> ProposalRow:
    with services().database.session() as session:
        row = session.get(ProposalRow, number)
    return row or abort(404)


def _entry(proposal: ProposalRow) -> EntryRow:
    with services().database.session() as session:
        rows = rows_of(session, proposal.slug)
    return rows.get(proposal.lang) or next(iter(rows.values()), None) or abort(404)


def _decide(number: int, status: ProposalStatus) -> None:
    person = viewer().person
    with services().database.session() as session:
        decide_proposal(
            session,
            number,
            status,
            at=services().clock(),
            person_id=person.id if person else None,
        )


def _take_out(row: EntryRow, wording: str) -> bool:
    opened = open_entry(row.path)
    kept = tuple(text for text in opened.entry.alternates if wording_of(text) != wording)
    if kept == opened.entry.alternates:
        return True
    entry = replace(opened.entry, alternates=kept)
    return change([Edit(entry, opened, reason=f"− {wording}")])


def _say(said: str, kind: str, number: int) -> None:
    """Say what was done, with the way to undo it."""
    flash(Markup("{} {}").format(said, _undo(number)), kind)


def _undo(number: int) -> Markup:
    return Markup(render_template("admin/_proposal_undo.html", number=number))  # noqa: S704

"""What an editor does to clusters. Each action is on record, and all but those on files can be
undone."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from accounts import people
from accounts.roles import Role
from admin import blueprint
from admin.cluster_writing import add_phrasings, hand, number_of, settle
from admin.phrasing import as_phrase
from admin.rows import rows_of
from admin.said import flash_unpublished
from doors.redirects import HOME, safe_next
from doors.services import services
from insights import cluster_actions
from insights.decisions import Action
from insights.space import space_of
from insights.titles import TITLE_LONGEST
from kb.errors import EntryConflict, EntryInvalid
from search.errors import EncoderBusy, ModelUnusable

ONE = "/clusters/<int(max=2147483647):number>"
MARKED_MAX = 100
TICKED_MAX = 500


@blueprint.post("/clusters/merge")
def merge_clusters() -> Response:
    """Join the marked clusters into the first of them."""
    marked = [number_of(raw) for raw in request.form.getlist("marked")[:MARKED_MAX]]
    numbers = [number for number in marked if number is not None]

    def do(session: Session) -> None:
        cluster_actions.merge(session, numbers, space=space_of(services().engine), hand=hand())

    if _done(do):
        flash(_("Merged into one."), "success")
    else:
        flash(_("Mark at least two to merge them."), "warning")
    return _back()


@blueprint.post(f"{ONE}/split")
def split_cluster(number: int) -> Response:
    """Move the ticked wordings to a cluster of their own."""
    ticked = request.form.getlist("ticked")[:TICKED_MAX]
    made: list[int] = []

    def do(session: Session) -> None:
        space = space_of(services().engine)
        made.append(cluster_actions.split(session, number, ticked, space=space, hand=hand()))

    if not _done(do):
        flash(_("Tick some wordings, but not all, to move them."), "warning")
        return _back(number)
    flash(_("Moved to a cluster of their own."), "success")
    return redirect(url_for("admin.cluster", number=made[0]))


@blueprint.post(f"{ONE}/name")
def rename_cluster(number: int) -> Response:
    """Name a cluster by hand, or give the naming back to its wordings."""
    title = request.form.get("title", "")[:TITLE_LONGEST]

    def do(session: Session) -> None:
        space = space_of(services().engine)
        cluster_actions.rename(session, number, title, space=space, hand=hand())

    _needed(do)
    flash(_("Renamed."), "success")
    return _back(number)


@blueprint.post(f"{ONE}/assign")
def assign_cluster(number: int) -> Response:
    """Give a cluster to an editor, or to nobody."""
    person_id = number_of(request.form.get("person"))

    def do(session: Session) -> None:
        cluster_actions.assign(session, number, _editor(session, person_id), hand=hand())

    _needed(do)
    flash(_("Assigned."), "success")
    return _back(number)


@blueprint.post(f"{ONE}/dismiss")
def dismiss_cluster(number: int) -> Response:
    """Take a cluster off the list; what is like it stays away too."""
    _needed(lambda session: cluster_actions.dismiss(session, number, hand=hand()))
    flash(_("Dismissed. Questions like it stay away."), "info")
    return _back()


@blueprint.post(f"{ONE}/reopen")
def reopen_cluster(number: int) -> Response:
    """Put a cluster back on the list."""
    _needed(lambda session: cluster_actions.reopen(session, number, hand=hand()))
    flash(_("Back on the list."), "success")
    return _back(number)


@blueprint.post(f"{ONE}/answered")
def answered_cluster(number: int) -> Response:
    """Say which entry answers a cluster, where it was not written from here."""
    slug = request.form.get("target", "")
    with services().database.session() as session:
        rows = rows_of(session, slug)
    if not rows:
        flash(_("Choose the entry."), "warning")
        return _back(number)
    settle(str(number), slug=slug, lang=next(iter(rows)))
    flash(
        _("Noted. It is watched for two weeks and comes back when it is missed again."), "success"
    )
    return _back()


@blueprint.post(f"{ONE}/phrasings")
def phrase_cluster(number: int) -> Response:
    """Add the ticked wordings to an entry's other ways to ask; searchable when this returns."""
    texts = [as_phrase(text) for text in request.form.getlist("phrase")[:TICKED_MAX]]
    with services().database.session() as session:
        rows = rows_of(session, request.form.get("target", ""))
    if not rows or not any(texts):
        flash(_("Tick the wordings to add, and choose the entry."), "warning")
        return _back(number)
    try:
        added, is_published = add_phrasings(rows, [text for text in texts if text])
    except EntryInvalid as invalid:
        flash(_("Not added: %(reason)s", reason=invalid.problems[0].message), "error")
        return _back(number)
    except EntryConflict:
        flash(_("Somebody else changed the entry meanwhile. Please try again."), "warning")
        return _back(number)
    row = next(iter(rows.values()))
    awaited = None if is_published else row
    settle(str(number), slug=row.slug, lang=row.lang, action=Action.PHRASING, awaited=awaited)
    if not is_published:
        flash_unpublished()
        return _back()
    said = ngettext("%(num)s way to ask added", "%(num)s ways to ask added", added)
    flash(_("%(said)s to “%(question)s”, searchable now.", said=said, question=row.question))
    return _back()


@blueprint.post("/clusters/undo")
def undo_cluster() -> Response:
    """Take an action back, where nothing newer was done to the same clusters."""
    action = number_of(request.form.get("action")) or 0
    undone: list[bool] = []

    def do(session: Session) -> None:
        space = space_of(services().engine)
        undone.append(cluster_actions.undo(session, action, space=space, hand=hand()))

    if _done(do) and undone[0]:
        flash(_("Undone."), "success")
    else:
        flash(_("This cannot be undone any more: something newer was done."), "warning")
    return _back()


def _needed(do: Callable[[Session], Any]) -> None:
    """Do something to a cluster; answers 404 where there is none."""
    try:
        if not _done(do):
            flash(_("The search engine is busy. Please try again."), "warning")
    except LookupError:
        abort(404)


def _done(do: Callable[[Session], Any]) -> bool:
    """Do it in one transaction; ``False`` where it makes no sense or the encoder is not ready."""
    try:
        with services().database.session() as session:
            do(session)
    except (ValueError, ModelUnusable, EncoderBusy):
        return False
    return True


def _editor(session: Session, person_id: int | None) -> int | None:
    """The person, where they may edit."""
    person = people.get(session, person_id) if person_id is not None else None
    able = person is not None and person.role in (Role.EDITOR, Role.ADMIN)
    return person.id if person is not None and able else None


def _back(number: int | None = None) -> Response:
    """Where the form stood, or the cluster, or the list."""
    asked = safe_next(request.form.get("back"))
    if asked != HOME and asked.startswith(url_for("admin.index")):
        return redirect(asked)
    if number is not None:
        return redirect(url_for("admin.cluster", number=number))
    return redirect(url_for("admin.index"))

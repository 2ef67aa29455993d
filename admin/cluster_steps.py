"""Why a cluster was missed, in words, and what is best done about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from insights.queue import Cluster
from kb.disclosure import Status
from kb.names import LANGUAGES
from kb.tables import EntryRow

Entries = Mapping[str, Sequence[EntryRow]]
"""The rows of each entry that a reason names, by address."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next: a link, the key that presses it, and the icon beside it."""

    text: str
    address: str
    key: str
    icon: str


def entries_named(session: Session, clusters: Iterable[Cluster]) -> Entries:
    """The entries that the reasons of these clusters name."""
    slugs = {one.reason_slug for one in clusters if one.reason_slug}
    found: dict[str, list[EntryRow]] = {}
    query = select(EntryRow).where(EntryRow.slug.in_(slugs)).order_by(EntryRow.lang)
    for row in session.scalars(query) if slugs else ():
        found.setdefault(row.slug, []).append(row)
    return found


def reason_names() -> dict[str, str]:
    """The reasons as a list offers them."""
    return {
        "no_entry": _("no entry"),
        "below_floor": _("entry too far"),
        "above_level": _("not for their level"),
        "other_language": _("other language"),
        "not_live": _("not published"),
        "out_of_scope": _("out of scope"),
    }


def why(one: Cluster, entries: Entries) -> str:
    """One sentence on why those who asked found nothing."""
    question = _question(one, entries)
    match one.reason:
        case "no_entry":
            return _("No entry answers this.")
        case "below_floor":
            return _("“%(question)s” is near, but not near enough to be shown.", question=question)
        case "above_level":
            return _("“%(question)s” is not for those who asked.", question=question)
        case "other_language":
            return _("“%(question)s” is not in the language they asked in.", question=question)
        case "not_live":
            return _("“%(question)s” is not published now.", question=question)
        case "out_of_scope":
            return _("This does not look like a question to the shop.")
        case _:
            return _("Why it was missed is not known yet.")


def steps(one: Cluster, entries: Entries) -> list[Step]:
    """What can be done, the best first. Dismissing is offered beside them always."""
    row = _row(one, entries)
    write, add = _write(one), _phrasing(one)
    if row is None:
        return [write, add]
    match one.reason:
        case "below_floor":
            return [add, write]
        case "other_language":
            return [_translate(one, row), add]
        case "above_level":
            return [_write(one, _("Write a version for them")), _edit(row, _("Change its level"))]
        case "not_live":
            look = _edit(row, _("Look at it and publish"))
            # a retired one may be over for good: the offer of another year
            return [write, look] if row.status == Status.RETIRED.value else [look, write]
        case _:
            return [write, add]


def _write(one: Cluster, text: str = "") -> Step:
    address = url_for("admin.new", cluster=one.id, level=one.level)
    return Step(text or _("Write an entry"), address, "w", "pencil")


def _phrasing(one: Cluster) -> Step:
    address = url_for("admin.cluster", number=one.id, _anchor="near")
    return Step(_("Add as phrasing"), address, "a", "plus")


def _translate(one: Cluster, row: EntryRow) -> Step:
    missing = one.lang if one.lang != row.lang else next(x for x in LANGUAGES if x != row.lang)
    address = url_for("admin.new", slug=row.slug, asked_in=missing, cluster=one.id)
    return Step(_("Translate it"), address, "w", "globe")


def _edit(row: EntryRow, text: str) -> Step:
    address = url_for("admin.edit", slug=row.slug, lang=row.lang, _anchor="status")
    return Step(text, address, "w" if row.status != "published" else "e", "pencil")


def _row(one: Cluster, entries: Entries) -> EntryRow | None:
    """The entry that the reason names, in the askers' language where it is written in that."""
    rows = {row.lang: row for row in entries.get(one.reason_slug, ())}
    return rows.get(one.lang) or next(iter(rows.values()), None)


def _question(one: Cluster, entries: Entries) -> str:
    row = _row(one, entries)
    return row.question if row else one.reason_slug

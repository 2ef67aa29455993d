"""The page around the entry form: preview, near entries, the question back, the other version."""

from dataclasses import dataclass, replace

from flask import render_template

from admin.entry_form import LEVEL_HINTS, LEVEL_NAMES, STATUS_NAMES, EntryForm
from admin.near import near
from admin.replay import Effect
from admin.rows import rows_of
from admin.trial import Trials
from doors.services import services
from insights.changes import DiffLine, difference
from insights.reach import Remark, remarks
from kb.disclosure import Level
from kb.entry import Entry, format_entry
from kb.markdown import Rendered
from kb.markdown import render as render_markdown
from kb.names import LANGUAGES

NEAREST = 5
REMARKS = 5


@dataclass(frozen=True, slots=True)
class Page:
    """One showing of the form. ``slug`` is None for an entry that does not exist yet."""

    form: EntryForm
    slug: str | None = None
    lang: str | None = None
    entry: Entry | None = None
    to_confirm: Level | None = None
    theirs: str = ""
    changes: tuple[DiffLine, ...] = ()
    conflict: bool = False
    effect: Effect | None = None
    tried: Trials | None = None

    def asking_to_confirm(self, level: Level) -> "Page":
        """The same page, asking once more before shoppers see the entry."""
        return replace(self, to_confirm=level)

    def with_effect(self, effect: Effect) -> "Page":
        """The same page, with what saving it would do."""
        return replace(self, effect=effect)

    def with_trials(self, tried: Trials) -> "Page":
        """The same page, with what a few questions find before and after."""
        return replace(self, tried=tried)

    def in_conflict(self, mine: Entry, theirs: str) -> "Page":
        """The same page, with the version that somebody else saved meanwhile."""
        lines = tuple(difference(theirs, format_entry(mine)))
        return replace(self, theirs=theirs, changes=lines, conflict=True)


def render(page: Page) -> str:
    """The whole page."""
    langs: tuple[str, ...] = ()
    said: list[Remark] = []
    if page.slug:
        with services().database.session() as session:
            langs = tuple(rows_of(session, page.slug))
            said = remarks(session, page.slug, limit=REMARKS)
    return render_template(
        "admin/editor.html",
        page=page,
        form=page.form,
        langs=langs,
        remarks=said,
        languages=LANGUAGES,
        level_names=LEVEL_NAMES,
        level_hints=LEVEL_HINTS,
        statuses=STATUS_NAMES,
        zone=services().clock().astimezone().strftime("UTC%z"),
        aside=aside(page.form, own=page.slug),
    )


def aside(form: EntryForm, *, own: str | None = None) -> str:
    """Preview and near entries."""
    answer = _rendered(form.answer.data)
    note = _rendered(form.agent_note.data)
    found = near(form.question.data or "", limit=NEAREST)
    others = [one for one in found if one.slug != (own or form.slug.data)]
    return render_template("admin/_aside.html", answer=answer, note=note, near=others)


def _rendered(text: str | None) -> Rendered | None:
    return render_markdown(text.replace("\r\n", "\n")) if text and text.strip() else None

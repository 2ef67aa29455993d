"""The question that stands before shoppers see more than they did, where no form is open."""

from collections.abc import Sequence

from flask import render_template, request

from admin.entry_form import LEVEL_HINTS, LEVEL_NAMES
from insights.changes import DiffLine
from kb.disclosure import Level

NOT_SENT_AGAIN = ("csrf_token", "confirmed")


def is_confirmed(level: Level) -> bool:
    """Whether showing it to this very level was said yes to."""
    return request.form.get("confirmed") == level.label


def ask_to_confirm(level: Level, *, title: str, back: str, changes: Sequence[DiffLine] = ()) -> str:
    """The page that sends what was posted once more, with a yes to this very level."""
    kept = [each for each in request.form.items(multi=True) if each[0] not in NOT_SENT_AGAIN]
    return render_template(
        "admin/confirm.html",
        level=level,
        title=title,
        back=back,
        changes=changes,
        kept=kept,
        address=request.path,
        name=LEVEL_NAMES[level],
        hint=LEVEL_HINTS[level],
    )

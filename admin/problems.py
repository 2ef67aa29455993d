"""What the knowledge base refuses in a posted entry, put beside the field that it is about."""

import re

from flask_babel import gettext as _

from admin.entry_form import EntryForm
from kb.entry import Entry, format_entry
from kb.errors import EntryInvalid
from kb.header import KEYS

FIELD_OF = {"disclosure": "level"}
_NAMED = re.compile(r"'[^']+'|\S+\.md:\d+")
FIELD_OF_CODE = {"duplicate-slug": "slug", "name": "slug", "topic": "topic"}


def show_problems(form: EntryForm, entry: Entry, invalid: EntryInvalid) -> None:
    """Add each problem to its field; a clash with another file stands at the address."""
    lines = format_entry(entry).split("\n")
    for problem in invalid.problems:
        if problem.path == entry.path:
            name = FIELD_OF_CODE.get(problem.code) or _field_name(lines, problem.line)
            form[name].errors = [*form[name].errors, _message(problem.code, problem.message)]
        elif not form.slug.errors:
            form.slug.errors = [_message("slug", f"{problem.path}:{problem.line}")]


def _field_name(lines: list[str], number: int) -> str:
    """The field whose key stands on this line of the file, or nearest above it."""
    closing = lines.index("---", 1)
    if number - 1 > closing:
        return "answer"
    for line in reversed(lines[1:number]):
        key = line.partition(":")[0]
        if key in KEYS:
            return FIELD_OF.get(key, key)
    return "question"


def _message(code: str, message: str) -> str:
    """The fault in the editor's language, with the address or the file that the check names; what
    has no words here is told in those of the check."""
    known = _texts().get(code)
    if known is None:
        return message
    named = _NAMED.search(message)
    return f"{known} ({named[0]})" if named else known


def _texts() -> dict[str, str]:
    return {
        "markdown": _("This Markdown is too heavy to show."),
        "picture": _("There are no pictures yet. Say in words what it shows, or link to it."),
        "unseen": _("There is a line break or an unseen character in it."),
        "header": _("A line of three hyphens cannot stand in the answer; write *** for a rule."),
        "too-long": _("This is too long."),
        "size": _("This is too long."),
        "empty": _("Please fill this in."),
        "topic": _("Choose a topic."),
        "slug": _("This address is taken by another entry."),
        "duplicate-slug": _("This address is taken by another entry."),
        "alias": _("This address is taken by another entry."),
        "date": _("This must be later than “Shown from”."),
        "encoding": _("There is a broken character in it."),
    }

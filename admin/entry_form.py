"""The form of one language of an entry, and the way between its fields and an ``Entry``."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from insights.wording import wording_of
from kb.disclosure import Level, Status
from kb.entry import Entry
from kb.header import MAX_ITEMS, MAX_LINE, MAX_NOTE, YEARS
from kb.markdown_limits import MAX_CHARS
from kb.names import LANGUAGES, is_slug

MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
WHY_MAX = 300
REQUIRED = InputRequired(_l("Please fill this in."))

LEVEL_NAMES = {
    Level.PUBLIC: _l("Everyone"),
    Level.CUSTOMER: _l("Signed-in customers"),
    Level.AGENT: _l("Chat agents"),
    Level.INTERNAL: _l("Editors only"),
}
LEVEL_HINTS = {
    Level.PUBLIC: _l("Anyone on the web can read and find it, competitors included."),
    Level.CUSTOMER: _l("Anyone who registers on this site, and everyone in the company."),
    Level.AGENT: _l("Chat agents and editors. Agents may say it in their own words."),
    Level.INTERNAL: _l("Only editors. Nobody else can find it or learn that it exists."),
}
STATUS_NAMES = {
    Status.DRAFT: _l("Draft: not shown to anyone yet"),
    Status.PUBLISHED: _l("Published: shown to those chosen above"),
    Status.RETIRED: _l("Retired: taken away, but kept"),
}


class DayField(DateField):
    """A date whose fault is told in the editor's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("This is not a date: write year-month-day.")) from None


class MomentField(DateTimeLocalField):
    """A moment on the server's clock whose fault is told in the editor's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("This is not a date with a time.")) from None
        if self.data and not YEARS[0] <= self.data.year <= YEARS[1]:
            raise ValueError(_("This is not a date with a time."))


def _lines(_form: FlaskForm, field: Field) -> None:
    lines = split_lines(field.data)
    if len(lines) > MAX_ITEMS:
        raise ValidationError(_("At most %(count)s lines.", count=MAX_ITEMS))
    if any(len(line) > MAX_LINE for line in lines):
        raise ValidationError(_("Each line has at most %(count)s characters.", count=MAX_LINE))


def _short(longest: int) -> Length:
    return Length(max=longest, message=_l("At most %(max)d characters."))


class EntryForm(FlaskForm):
    """Everything that an entry's file holds, one language at a time."""

    question = StringField(_l("Question"), [REQUIRED, _short(MAX_LINE)])
    lang = SelectField(
        _l("Language"),
        choices=[SelectChoice("zh", "中文"), SelectChoice("en", "English")],
        validate_choice=False,
    )
    topic = SelectField(_l("Topic"), validate_choice=False)
    alternates = TextAreaField(_l("Other ways to ask it"), [_lines])
    answer = TextAreaField(_l("Answer"), [REQUIRED, _short(MAX_CHARS)])
    agent_note = TextAreaField(_l("Note for agents"), [_short(MAX_NOTE)])
    level = RadioField(_l("Who may see it"), validate_choice=False, default="internal")
    status = SelectField(_l("Status"), validate_choice=False, default="published")
    slug = StringField(_l("Address"), [Optional(), _short(80)])
    tags = StringField(_l("Tags"))
    not_for = TextAreaField(_l("Not the answer to"), [_lines])
    aliases = TextAreaField(_l("Former addresses"), [_lines])
    owner = StringField(_l("Owner"), [_short(120)])
    review_by = DayField(_l("Review by"), [Optional()])
    publish_from = MomentField(_l("Shown from"), [Optional()], format=MOMENT_FORMATS)
    publish_until = MomentField(_l("Shown until"), [Optional()], format=MOMENT_FORMATS)
    tried = TextAreaField(_l("Questions to try"))
    tried_level = StringField(_l("Asked by"))
    why = StringField(_l("Why this change"), [_short(WHY_MAX)])
    expected = HiddenField()
    wording = HiddenField()
    asked_level = HiddenField()
    cluster = HiddenField()
    confirmed = HiddenField()

    def validate_lang(self, field: Field) -> None:
        """One of the languages."""
        if field.data not in LANGUAGES:
            raise ValidationError(_("Choose a language."))

    def validate_topic(self, field: Field) -> None:
        """One of the topics on offer."""
        if field.data not in [choice.value for choice in field.choices or []]:
            raise ValidationError(_("Choose a topic."))

    def validate_level(self, field: Field) -> None:
        """One of the levels; nothing here falls back to a wider one."""
        if field.data not in [level.label for level in Level]:
            raise ValidationError(_("Choose who may see it."))

    def validate_status(self, field: Field) -> None:
        """One of the states."""
        if field.data not in tuple(Status):
            raise ValidationError(_("Choose a status."))

    def validate_slug(self, field: Field) -> None:
        """Plain lower-case words with hyphens."""
        if not is_slug(field.data):
            raise ValidationError(_("Use a–z, 0–9 and single hyphens."))

    def validate_aliases(self, field: Field) -> None:
        """Each as an address."""
        wrong = [line for line in split_lines(field.data) if not is_slug(line)]
        if wrong:
            raise ValidationError(_("“%(line)s”: use a–z, 0–9 and single hyphens.", line=wrong[0]))

    def validate_publish_until(self, field: Field) -> None:
        """After the start."""
        if field.data and self.publish_from.data and field.data <= self.publish_from.data:
            raise ValidationError(_("This must be later than “Shown from”."))


def split_lines(raw: str | None) -> list[str]:
    """The lines that hold something, each once, in their order."""
    lines = (" ".join(line.split()) for line in (raw or "").splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def split_tags(raw: str | None) -> list[str]:
    """Tags between commas of either language."""
    return split_lines("\n".join(re.split("[,，、;；\n]", raw or "")))


def values_of(entry: Entry) -> dict[str, Any]:
    """The fields of the form that shows this entry."""
    return {
        "question": entry.question,
        "lang": entry.lang,
        "topic": entry.topic,
        "alternates": _joined(entry.alternates),
        "answer": entry.answer,
        "agent_note": entry.agent_note,
        "level": entry.level.label,
        "status": entry.status.value,
        "slug": entry.slug,
        "tags": ", ".join(entry.tags),
        "not_for": _joined(entry.not_for),
        "aliases": _joined(entry.aliases),
        "owner": entry.owner,
        "review_by": entry.review_by,
        "publish_from": _shown(entry.publish_from),
        "publish_until": _shown(entry.publish_until),
    }


def entry_of(form: EntryForm, *, slug: str, before: Entry | None) -> Entry:
    """The entry that a valid form describes; the day of its update is for the save to set.
    ``before`` keeps a moment's zone as it was written."""
    question = " ".join((form.question.data or "").split())
    return Entry(
        slug=slug,
        lang=form.lang.data,
        topic=form.topic.data,
        question=question,
        level=Level.from_label(form.level.data),
        status=Status(form.status.data),
        answer=_plain(form.answer.data).strip("\n").rstrip(),
        alternates=_without(split_lines(form.alternates.data), question),
        not_for=tuple(split_lines(form.not_for.data)),
        tags=tuple(split_tags(form.tags.data)),
        aliases=tuple(line for line in split_lines(form.aliases.data) if line != slug),
        owner=(form.owner.data or "").strip(),
        review_by=form.review_by.data,
        updated=before.updated if before else None,
        publish_from=_moment(form.publish_from.data, before and before.publish_from),
        publish_until=_moment(form.publish_until.data, before and before.publish_until),
        agent_note=_plain(form.agent_note.data).strip(),
    )


def posted_values(posted: Mapping[str, str]) -> dict[str, str]:
    """What of a posted form may be shown again: its own fields, whole."""
    return {name: value for name, value in posted.items() if name in FIELDS}


FIELDS = (
    *("question", "lang", "topic", "alternates", "answer", "agent_note", "level", "status", "slug"),
    *("tags", "not_for", "aliases", "owner", "review_by", "publish_from", "publish_until"),
    *("why", "expected", "wording", "asked_level", "cluster"),
)


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _plain(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


def _without(lines: Iterable[str], question: str) -> tuple[str, ...]:
    return tuple(line for line in lines if wording_of(line) != wording_of(question))


def _shown(moment: datetime | None) -> datetime | None:
    """To the minute on the server's clock, as the form shows it."""
    return moment.astimezone().replace(tzinfo=None, second=0, microsecond=0) if moment else None


def _moment(shown: datetime | None, before: datetime | None) -> datetime | None:
    if shown is None:
        return None
    if before is not None and _shown(before) == shown:
        return before
    return shown.astimezone()

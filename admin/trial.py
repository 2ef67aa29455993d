"""A draft on trial: a few questions before and after it, side by side. Nothing is written."""

from dataclasses import dataclass

import structlog
from flask_babel import gettext as _

from admin.actions import reading
from admin.bench_words import why
from admin.entry_form import EntryForm, split_lines
from admin.replay import changes_of
from doors.services import services
from insights.trials import Trial, Tried, recent_questions, shown_first, try_on
from insights.wording import wording_of
from kb.disclosure import Level
from kb.entry import Entry
from search.errors import EncoderBusy, ModelUnusable
from search.explanation import Explanation
from search.results import Mode

TYPED_MAX = 5

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Told:
    """One question's trial in words: ``mood`` is good, bad or even; ``why`` says why the draft
    stands where it would, empty where it would not be among the first."""

    trial: Trial
    said: str
    mood: str
    why: str


@dataclass(frozen=True, slots=True)
class Trials:
    """The trials of a draft; ``told`` is absent where the model cannot read the draft now, and
    ``lexical`` says that words alone were compared."""

    slug: str
    told: tuple[Told, ...] | None
    lexical: bool = False


def trials_of(form: EntryForm, entry: Entry, before: Entry | None) -> Trials:
    """Ask what was typed, and what people asked of this entry lately."""
    parts = services()
    now = parts.clock()
    with parts.database.session() as session:
        asked = _asked(form, entry, recent_questions(session, (before or entry).slug, now=now))
    changes = changes_of(entry, before)
    try:
        found = try_on(parts.engine, parts.database, changes, asked, now=now)
    except (ModelUnusable, EncoderBusy):
        log.warning("a draft could not be tried: the encoder is not usable")
        return Trials(entry.slug, None)
    lexical = any(one.after.result.mode is Mode.LEXICAL for one in found)
    return Trials(entry.slug, tuple(_told(one, entry, before) for one in found), lexical)


def _asked(form: EntryForm, entry: Entry, recent: list[Tried]) -> list[Tried]:
    """What the editor typed, else the miss that the entry is for; then what people asked."""
    lines = split_lines(form.tried.data) or split_lines(form.wording.data)
    level = _level(form, entry)
    typed = [Tried(text, level) for line in lines[:TYPED_MAX] if (text := reading(line))]
    known = {(wording_of(one.text), one.level) for one in typed}
    return typed + [one for one in recent if (wording_of(one.text), one.level) not in known]


def _level(form: EntryForm, entry: Entry) -> Level:
    """Who asks: as chosen, else the widest level that will see the entry."""
    labels = [level.label for level in Level]
    return (
        Level.from_label(form.tried_level.data) if form.tried_level.data in labels else entry.level
    )


def _told(trial: Trial, entry: Entry, before: Entry | None) -> Told:
    said, mood = _verdict(trial, entry.slug, (before or entry).slug)
    place = _place(trial.after, entry.slug)
    reason = trial.after.reason(entry.slug) if place else None
    return Told(trial, said, mood, why(reason, place=place) if reason else "")


def _verdict(trial: Trial, slug: str, old_slug: str) -> tuple[str, str]:
    """What changes for the asker, and whether that is good for this entry."""
    was, will = shown_first(trial.before), shown_first(trial.after)
    outcome = trial.after.result.outcome
    if will == slug and was != old_slug:
        said = _("This entry would come first.")
        return said, "good"
    if was == old_slug and will != slug:
        return _("This entry would not come first any more."), "bad"
    if was and not will:
        return _("Nothing would be shown any more."), "bad"
    if trial.before.result.outcome is not outcome:
        surer = trial.gain > 0
        said = _("The same entry, shown more surely.") if surer else _("The same entry, less sure.")
        return (said, "good" if surer else "bad") if will else (_("Still nothing shown."), "even")
    return (_("Nothing changes."), "even") if was == will else (_("Another entry first."), "even")


def _place(found: Explanation, slug: str) -> int:
    """Where an entry stands, from 1 on; 0 where it is not among those explained."""
    slugs = [hit.slug for hit in found.result.hits]
    return slugs.index(slug) + 1 if slug in slugs else 0

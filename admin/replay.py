"""What a change would do, told before it is published, and the guard that holds what would harm.

The editor's button asks on purpose. The guard asks at every publication from these rooms: one that
gets judged queries wrong is held with the list, until an editor with the right says why it must be.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock, Thread

import structlog
from flask import current_app, make_response, render_template, request
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from accounts.roles import may_publish
from admin import blueprint
from doors.services import Services, services
from doors.viewer import viewer
from insights.drafts import ChangeSet, Key
from insights.replay import Loss, Replay, prepare, replay
from insights.sight import Memory
from insights.suite import answerable, grown
from insights.work_tables import IntentRow
from kb.entry import Entry
from kb.tables import EntryRow
from search.errors import EncoderBusy, ModelUnusable

DAYS = 30
REASON_MAX = 300
WORTH_WARMING = 2_000
"""Intents from which on a replay is prepared while the editor still writes."""
NOT_SENT_AGAIN = ("csrf_token", "overrule_reason", "confirmed")

log = structlog.get_logger()
_WARMING = Lock()


@dataclass(frozen=True, slots=True)
class Effect:
    """A replay with the questions of the entries it speaks of, as they are and as they would be;
    ``replay`` is absent where the search engine cannot say now."""

    replay: Replay | None
    before: Mapping[str, str]
    after: Mapping[str, str]
    days: int = DAYS


class PublicationHeld(Exception):
    """A publication would get judged queries wrong, and nobody has said that it must be so."""

    def __init__(self, losses: tuple[Loss, ...]) -> None:
        super().__init__(f"{len(losses)} judged queries would be lost")
        self.losses = losses


def changes_of(entry: Entry, before: Entry | None) -> ChangeSet:
    """A save as a set of changes: an entry whose address changes leaves the old one."""
    moved = before is not None and (before.slug, before.lang) != (entry.slug, entry.lang)
    gone: frozenset[Key] = frozenset({(before.slug, before.lang)} if before and moved else ())
    return ChangeSet((entry,), gone)


def effect_of(entry: Entry, before: Entry | None) -> Effect:
    """What saving this entry would do to what was asked lately."""
    with services().database.session() as session:
        found = _replay(session, changes_of(entry, before), days=DAYS)
        questions = questions_of(session, lang=entry.lang)
    return Effect(found, questions, questions | {entry.slug: entry.question})


def check(changes: ChangeSet) -> str:
    """Raise ``PublicationHeld`` where the changes lose judged queries and no reason was given; the
    reason that overrules it, for the record, where one was."""
    reason = _reason()
    with services().database.session() as session:
        if not grown(session):
            return ""
        found = _replay(session, changes, days=0)
    losses = found.grave if found else ()
    if not losses:
        return ""
    if not reason or not may_publish(viewer().role):
        raise PublicationHeld(losses)
    return f"{len(losses)} judged queries overruled: {reason}"


def warm() -> None:
    """Begin the half of a replay that no draft changes, while an editor writes. Where little was
    asked, it is not worth a thread."""
    with services().database.session() as session:
        count = session.scalar(select(func.count()).select_from(IntentRow)) or 0
    if count >= WORTH_WARMING and not _WARMING.locked():
        Thread(target=_warm, args=(services(), _memory()), daemon=True).start()


def _warm(parts: Services, memory: Memory) -> None:
    if not _WARMING.acquire(blocking=False):
        return
    try:
        with parts.database.session() as session:
            prepare(session, parts.engine, memory, now=parts.clock(), days=DAYS)
    except SQLAlchemyError:
        log.warning("a replay could not be prepared", exc_info=True)
    finally:
        _WARMING.release()


@blueprint.errorhandler(PublicationHeld)
def held(holding: PublicationHeld) -> Response:
    """The list of what would be lost, and the same form once more, to be sent with a reason."""
    kept = [(name, value) for name, value in request.form.items(multi=True)]
    with services().database.session() as session:
        questions = questions_of(session, lang=request.form.get("lang", ""))
    page = render_template(
        "admin/held.html",
        losses=holding.losses,
        questions=questions,
        kept=[(name, value) for name, value in kept if name not in NOT_SENT_AGAIN],
        confirmed=request.form.get("confirmed", ""),
        address=request.path,
        is_editor="answer" in request.form,
    )
    return make_response(page, 409)


def _replay(session: Session, changes: ChangeSet, *, days: int) -> Replay | None:
    engine, now = services().engine, services().clock()
    if engine.serving(now=now).index.vectors is None:
        return None
    slugs = set(engine.serving(now=now).index.slugs)
    try:
        return replay(
            session,
            engine,
            changes,
            now=now,
            days=days,
            cases=answerable(grown(session), slugs),
            memory=_memory(),
        )
    except (ModelUnusable, EncoderBusy):
        log.warning("a replay was not possible: the encoder is not usable")
        return None


def questions_of(session: Session, *, lang: str) -> dict[str, str]:
    """The question of every entry by its address, in this language where it has it."""
    query = select(EntryRow.slug, EntryRow.lang, EntryRow.question).order_by(EntryRow.lang)
    found: dict[str, str] = {}
    for slug, own, question in session.execute(query):
        if slug not in found or own == lang:
            found[slug] = question
    return found


def _memory() -> Memory:
    found: Memory = current_app.extensions.setdefault("replay memory", Memory())
    return found


def _reason() -> str:
    return " ".join(request.form.get("overrule_reason", "").split())[:REASON_MAX]

"""A trial says what a publication would do, and does nothing itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from database import Database, utc_now
from doors.services import Services
from insights.draft_engine import DraftGate
from insights.drafts import ChangeSet
from insights.trials import Tried, recent_questions, shown_first, try_on
from insights.work_tables import IntentRow
from kb import editing
from kb.disclosure import Audience, Level, Status
from kb.entry import Entry
from search.gate import DatabaseGate

NOW = utc_now()
SLUG = "track-parcel"
QUESTIONS = ("无人机送货", "快递到哪了", "怎么退", "how do I track it")


@pytest.fixture
def parts(app: Flask) -> Services:
    """The parts of the application with the small shop."""
    found: Services = app.extensions["dawen"]
    return found


@pytest.fixture
def entry(parts: Services) -> Entry:
    """The Chinese entry about parcels, as its file is."""
    every = parts.library.scan().entries.values()
    return next(one.entry for one in every if (one.entry.slug, one.entry.lang) == (SLUG, "zh"))


def tried(level: Level = Level.PUBLIC) -> list[Tried]:
    """Some questions asked at this level."""
    return [Tried(text, level) for text in QUESTIONS]


@pytest.mark.parametrize("level", [Level.PUBLIC, Level.INTERNAL])
@pytest.mark.parametrize(
    "changed",
    [
        {"alternates": ("无人机送货",)},
        {"level": Level.AGENT},
        {"status": Status.RETIRED},
        {"question": "我的包裹走到哪里了？", "not_for": ("快递到哪了",)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_a_trial_says_is_what_a_publication_does(
    parts: Services, entry: Entry, level: Level, changed: dict[str, Any]
) -> None:
    """Entries, texts, confidences and reasons are those of the engine once the draft is saved."""
    draft = replace(entry, **changed)
    changes = ChangeSet((draft,))
    found = try_on(parts.engine, parts.database, changes, tried(level), now=NOW)
    _text, expected = parts.library.read(draft.path)
    editing.replace(parts.library, draft, expected=expected)
    parts.publisher.publish()
    for one in found:
        after = parts.engine.explain(
            one.tried.text, audience=Audience(level), lang=one.after.result.lang, limit=3, now=NOW
        )
        named = [(hit.slug, hit.lang, hit.question, hit.confidence) for hit in after.result.hits]
        assert named == [
            (hit.slug, hit.lang, hit.question, hit.confidence) for hit in one.after.result.hits
        ]
        assert after.reasons == one.after.reasons


def test_a_trial_writes_nothing(parts: Services, entry: Entry, settings: Any) -> None:
    """Neither files nor index nor what the engine that serves says change."""
    files = {path: path.read_bytes() for path in settings.content_dir.rglob("*") if path.is_file()}
    indexes = sorted(settings.index_dir.rglob("*"))
    asked = {"audience": Audience(Level.PUBLIC), "lang": "zh", "now": NOW}
    before = parts.engine.search(QUESTIONS[0], **asked)
    draft = replace(entry, alternates=("无人机送货",))
    try_on(parts.engine, parts.database, ChangeSet((draft,)), tried(), now=NOW)
    assert before == parts.engine.search(QUESTIONS[0], **asked)
    assert indexes == sorted(settings.index_dir.rglob("*"))
    assert files == {path: path.read_bytes() for path in files}


def test_what_changes_for_the_asker_is_told(parts: Services, entry: Entry) -> None:
    """A phrasing brings the entry to the front, and the trial knows the difference."""
    draft = replace(entry, alternates=(*entry.alternates, "无人机送货"))
    drone, where, *_ = try_on(parts.engine, parts.database, ChangeSet((draft,)), tried(), now=NOW)
    assert SLUG == shown_first(drone.after)
    assert not drone.is_same
    assert drone.gain > 0
    assert where.is_same


def test_a_draft_is_seen_by_its_own_audience_only(parts: Services, entry: Entry) -> None:
    """An entry drafted for agents has no card for others, in no language that it replaces."""
    changes = ChangeSet((replace(entry, level=Level.AGENT),), frozenset({(SLUG, "en")}))
    gate = DraftGate(DatabaseGate(parts.database), changes)
    seen = {
        level: set(gate.cards([SLUG, "send-back"], lang="zh", audience=Audience(level), now=NOW))
        for level in Level
    }
    assert {"send-back"} == seen[Level.PUBLIC] == seen[Level.CUSTOMER]
    assert {"send-back", SLUG} == seen[Level.AGENT] == seen[Level.INTERNAL]


def intent(database: Database, name: str, text: str, **values: Any) -> None:
    """One intent, of an hour ago unless said otherwise."""
    row = {
        "id": name, "session": name, "text": text, "wording": text, "first": text,
        "lang": "zh", "level": 0, "channel": "web", "searches": 1, "outcome": "answered",
        "confidence": 0.9, "cause": "", "at": NOW - timedelta(hours=1),
    }  # fmt: skip
    with database.session() as session:
        session.add(IntentRow(**(row | values)))


def test_recent_questions_are_those_about_the_entry(database: Database) -> None:
    """Shown first, taken, or missed closely; most asked first, each level apart, none too old."""
    for number in range(2):
        intent(database, f"shown{number}", "到哪了", shown=SLUG)
    intent(database, "agent", "到哪了", shown=SLUG, level=2)
    intent(database, "taken", "查物流", accepted=SLUG)
    intent(database, "missed", "单号", reason_slug=SLUG, cause="floor")
    intent(database, "other", "怎么退", shown="send-back")
    intent(database, "old", "老问题", shown=SLUG, at=NOW - timedelta(days=200))
    with database.session() as session:
        found = recent_questions(session, SLUG, now=NOW)
        first = recent_questions(session, SLUG, now=NOW, limit=1)
    assert [Tried("到哪了", Level.PUBLIC, 2)] == first
    assert {("到哪了", 2), ("查物流", 0), ("单号", 0)} == {
        (one.text, int(one.level)) for one in found[1:]
    }

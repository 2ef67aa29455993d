"""What may be stale in an entry is found, each with its reason, and can be put aside."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from database import Database
from insights.changes import Change, note_change
from insights.findings import Finding, Reason, dismiss, take_back
from insights.freshness import findings
from insights.log import SearchLog
from kb.disclosure import Level
from tests.insights.conftest import Asking, Clock, FoundHit


@pytest.fixture
def look(
    app: Flask, database: Database, clock: Clock, publish: Callable[[Flask], Any]
) -> Callable[..., list[Finding]]:
    """Publish what the content says now, and read the findings."""

    def read(**options: Any) -> list[Finding]:
        publish(app)
        with database.session() as session:
            return findings(session, now=clock(), **options)

    return read


def reasons(found: list[Finding], slug: str) -> list[tuple[Reason, str]]:
    """The findings about one entry, as reason and language."""
    return [(one.reason, one.lang) for one in found if one.slug == slug]


def test_dates_that_are_due_show(
    look: Callable[..., list[Finding]], content: Path, write_entry: Callable[..., Path]
) -> None:
    """A review that is due, an end that came and one that comes; later ones do not."""
    for slug, header in (
        ("due", {"review_by": "2026-11-20"}),
        ("later", {"review_by": "2026-11-21"}),
        ("ended", {"publish_until": "2026-11-19T00:00:00+00:00"}),
        ("ending", {"publish_until": "2026-12-01T00:00:00+00:00"}),
        ("lasting", {"publish_until": "2027-12-01T00:00:00+00:00"}),
    ):
        for lang in ("zh", "en"):
            write_entry(content, slug, lang=lang, answer="OK.", **header)
    found = look()
    assert [(Reason.REVIEW_DUE, "en"), (Reason.REVIEW_DUE, "zh")] == sorted(reasons(found, "due"))
    assert {Reason.EXPIRED} == {reason for reason, _lang in reasons(found, "ended")}
    assert {Reason.EXPIRING} == {reason for reason, _lang in reasons(found, "ending")}
    assert [] == reasons(found, "later") == reasons(found, "lasting")


def test_a_language_that_is_missing_or_older_shows(
    look: Callable[..., list[Finding]], content: Path, write_entry: Callable[..., Path]
) -> None:
    """One language alone, and one that was not touched when the other changed."""
    write_entry(content, "alone", lang="zh")
    write_entry(content, "drifting", lang="zh", answer="新。", updated="2026-11-02")
    write_entry(content, "drifting", lang="en", answer="Old.", updated="2026-11-01")
    found = look()
    assert [(Reason.MISSING_TRANSLATION, "zh")] == reasons(found, "alone")
    assert [(Reason.OLDER_TRANSLATION, "en")] == reasons(found, "drifting")


def test_a_new_phrasing_asks_nothing_of_the_translation(
    look: Callable[..., list[Finding]],
    content: Path,
    write_entry: Callable[..., Path],
    database: Database,
    clock: Clock,
) -> None:
    """The words of the answer stayed, so the other language is as good as before."""
    write_entry(content, "grown", lang="zh", answer="新。", updated="2026-11-19")
    write_entry(content, "grown", lang="en", answer="Old.", updated="2026-11-01")
    with database.session() as session:
        note_change(
            session,
            at=clock() - timedelta(days=1),
            person_id=None,
            action=Change.PHRASING,
            slug="grown",
            lang="zh",
            before="a",
            after="b",
        )
    assert [] == reasons(look(), "grown")


def test_a_note_is_work_on_the_entry_though_readers_are_told_no_new_day(
    look: Callable[..., list[Finding]],
    content: Path,
    write_entry: Callable[..., Path],
    ask: Asking,
    database: Database,
    clock: Clock,
) -> None:
    """The other language is asked to follow, and nobody is expected to have found it yet."""
    ask("很久以前")
    clock.forward(days=40)
    for lang in ("zh", "en"):
        write_entry(content, "noted", lang=lang, answer="OK.", updated="2026-11-01")
    assert (Reason.UNREACHED, "zh") in reasons(look(unreached_days=30), "noted")
    with database.session() as session:
        note_change(
            session,
            at=clock() - timedelta(days=1),
            person_id=None,
            action=Change.EDITED,
            slug="noted",
            lang="zh",
            before="a",
            after="b",
        )
    assert [(Reason.OLDER_TRANSLATION, "en")] == reasons(look(unreached_days=30), "noted")


def test_numbers_that_disagree_show_with_both_sentences(
    look: Callable[..., list[Finding]], content: Path, write_entry: Callable[..., Path]
) -> None:
    """Answer against answer, note against note."""
    write_entry(content, "drift", lang="zh", answer="七天内退。", agent_note="最多补 20 元")
    write_entry(content, "drift", lang="en", answer="Within 10 days.", agent_note="Up to ¥30")
    found = [one for one in look() if one.slug == "drift"]
    assert [("七天", "10 days", False), ("20 元", "¥30", True)] == [
        (one.gap.one[0], one.gap.other[0], one.in_note) for one in found if one.gap
    ]


def test_twins_that_contradict_each_other_show(
    look: Callable[..., list[Finding]], content: Path, write_entry: Callable[..., Path]
) -> None:
    """The finding stands at one entry and names the other."""
    said = "顾客签收商品以后 {} 天内可以申请无理由退货。"
    write_entry(content, "twin-a", question="怎么退货？", answer=said.format(7))
    write_entry(content, "twin-b", question="如何退货？", answer=said.format(10))
    found = [one for one in look() if one.reason is Reason.TWINS]
    assert [("twin-a", "twin-b")] == [(one.slug, one.other) for one in found]


def test_an_entry_voted_down_shows_until_it_is_changed(
    look: Callable[..., list[Finding]],
    ask: Asking,
    log: SearchLog,
    database: Database,
    clock: Clock,
) -> None:
    """Two sessions against and one in favour; staff and bots have no vote."""
    hits = (FoundHit("send-back"),)
    for asker, kind in (("a", "unhelpful"), ("a", "unhelpful"), ("b", "wrong"), ("c", "helpful")):
        log.signal(ask("怎么退", asker=asker, outcome="answered", hits=hits), kind, "send-back")
    for more in ({"is_bot": True}, {"is_staff": True}):
        for asker in ("x", "y"):
            asked = ask("查", asker=asker, outcome="answered", **more)
            log.signal(asked, "unhelpful", "track-parcel")
    found = [one for one in look() if one.reason is Reason.VOTED_DOWN]
    assert [("send-back", 2, 3)] == [(one.slug, one.count, one.total) for one in found]
    clock.forward(hours=1)
    with database.session() as session:
        note_change(
            session,
            at=clock(),
            person_id=None,
            action=Change.EDITED,
            slug="send-back",
            lang="zh",
            before="a",
            after="b",
        )
    assert [] == [one for one in look() if one.reason is Reason.VOTED_DOWN]


def test_entries_that_nobody_reached_show_once_the_log_is_old_enough(
    look: Callable[..., list[Finding]], ask: Asking, clock: Clock
) -> None:
    """Shown first counts as reached; what only editors may see is not expected to be."""
    ask("很久以前")
    clock.forward(days=40)
    ask("怎么退", outcome="answered", hits=(FoundHit("send-back"),))
    assert [] == [one for one in look() if one.reason is Reason.UNREACHED]
    found = {one.slug for one in look(unreached_days=30) if one.reason is Reason.UNREACHED}
    assert {"track-parcel", "member-shipping", "refund-script"} == found


def test_what_was_put_aside_stays_away_until_something_else_is_found(
    look: Callable[..., list[Finding]],
    content: Path,
    write_entry: Callable[..., Path],
    database: Database,
    clock: Clock,
) -> None:
    """A dismissal is for this date, and can be taken back."""
    for lang in ("zh", "en"):
        write_entry(content, "due", lang=lang, answer="OK.", review_by="2026-11-01")
    due = [one for one in look() if one.slug == "due"]
    with database.session() as session:
        dismiss(session, due[0].key, at=clock(), person_id=None)
        dismiss(session, due[0].key, at=clock(), person_id=None)
    assert [due[1].key] == [one.key for one in look() if one.slug == "due"]
    assert 2 == len([one for one in look(with_dismissed=True) if one.slug == "due"])
    with database.session() as session:
        take_back(session, due[0].key)
    assert 2 == len([one for one in look() if one.slug == "due"])
    with database.session() as session:
        dismiss(session, due[0].key, at=clock(), person_id=None)
    write_entry(content, "due", lang=due[0].lang, answer="OK.", review_by="2026-11-09")
    assert 2 == len([one for one in look() if one.slug == "due"])


def test_drafts_and_retired_entries_are_left_alone(
    look: Callable[..., list[Finding]], content: Path, write_entry: Callable[..., Path]
) -> None:
    """Nobody reads them, so nothing in them is stale."""
    write_entry(content, "old", status="retired", review_by="2020-01-01", level="public")
    found = look()
    assert [] == reasons(found, "old") == reasons(found, "gift-wrap")
    assert all(isinstance(one.level, Level) for one in found)

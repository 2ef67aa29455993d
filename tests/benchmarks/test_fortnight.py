"""A small fortnight is played against the real site, and what is said of it is true."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select

from benchmarks.fortnight import measure
from benchmarks.fortnight.away import put_back, take_away
from benchmarks.fortnight.meanings import Meanings, read_meanings
from benchmarks.fortnight.morning import LEFT, WROTE, Morning
from benchmarks.fortnight.plan import Planner, Size
from benchmarks.fortnight.play import Label, read_labels
from benchmarks.fortnight.report import write
from benchmarks.fortnight.results import Results, keep
from benchmarks.fortnight.rhythm import SHOP_TIME
from benchmarks.fortnight.site import Site
from benchmarks.fortnight.spelling import beginnings, written
from benchmarks.fortnight.stages import Run, first
from insights.tables import SearchRow
from insights.wording import wording_of
from kb.disclosure import Level
from kb.library import Library

ROOT = Path(__file__).resolve().parents[2]
BEGIN = datetime(2026, 10, 26, tzinfo=SHOP_TIME)
SMALL = Size(searches=200, sessions=70, days=3)

pytestmark = pytest.mark.load


@pytest.fixture(scope="module")
def meanings() -> Meanings:
    """What is asked, of the files that ship."""
    return read_meanings()


@pytest.fixture(scope="module")
def played(
    tmp_path_factory: pytest.TempPathFactory, meanings: Meanings, real_app: Flask
) -> Iterator[SimpleNamespace]:
    """A small fortnight on the content, model and index that ship: site, figures and labels."""
    folder = tmp_path_factory.mktemp("fortnight")
    run = Run(folder, meanings, BEGIN, SMALL, seed=3, times=1, say=lambda _text: None)
    built = real_app.extensions["settings"].index_dir
    shutil.copytree(built, folder / "site" / "var" / "index")
    site = Site(folder / "site", BEGIN)
    found, labels = first(run, site)
    yield SimpleNamespace(site=site, found=found, labels=labels)
    site.close()


def test_every_search_of_the_play_stands_in_the_log_once(played: SimpleNamespace) -> None:
    """Each search has a label and a row, and no other search was logged."""
    with played.site.database.session() as session:
        logged = set(session.scalars(select(SearchRow.id)))
    assert logged == {label.search for label in played.labels}
    assert len(logged) == len(played.labels) == played.found.totals.searches
    assert played.found.totals.searches >= SMALL.searches * 0.8


def test_bots_staff_and_outage_are_in_no_intent(played: SimpleNamespace) -> None:
    """Searches that say nothing of the content are logged, and counted nowhere."""
    totals = played.found.totals
    whos = Counter(label.who for label in played.labels)
    assert (totals.bots, totals.staff) == (whos["bot"], whos["staff"])
    assert totals.bots > 0
    assert totals.staff > 0
    assert 0 == totals.counted_wrongly


def test_what_is_counted_adds_up(played: SimpleNamespace) -> None:
    """Causes and reasons are of the missed, each once."""
    totals, truth = played.found.totals, played.found.truth
    assert totals.missed == sum(totals.causes.values()) == sum(totals.reasons.values())
    assert totals.missed == truth.answered_missed + truth.lacking_missed
    assert "" not in totals.reasons


def test_most_of_what_has_no_answer_groups_by_meaning(played: SimpleNamespace) -> None:
    """Even few misses are grouped far better than by chance."""
    assert played.found.grouping.ami_intents > 0.5
    with played.site.database.session() as session:
        again = measure.grouping(session, played.labels)
    assert played.found.grouping == again


def test_the_report_says_what_was_measured(played: SimpleNamespace, tmp_path: Path) -> None:
    """The report holds the figures, and they are kept beside it."""
    results = Results(about={"seed": 3}, first=played.found)
    report = write(results)
    assert f"{played.found.totals.searches} searches" in report
    assert f"{played.found.grouping.ami_intents:.2f}" in report
    keep(tmp_path / "found.json", results)
    assert '"counted_wrongly": 0' in (tmp_path / "found.json").read_text("utf-8")
    kept = list(read_labels(played.site.folder / "labels-3.jsonl"))
    assert kept == played.labels
    assert isinstance(kept[0], Label)


def test_nobody_searches_at_the_door_of_another(played: SimpleNamespace) -> None:
    """Agents ask at the desk, a chatbot's users by the API and all others on the site."""
    doors = {"agent": "desk", "chat": "api"}
    with played.site.database.session() as session:
        channels = dict(session.execute(select(SearchRow.id, SearchRow.channel)).all())
        levels = dict(session.execute(select(SearchRow.id, SearchRow.level)).all())
        assert 3 == session.scalar(select(func.count(func.distinct(SearchRow.channel))))
    assert all(channels[one.search] == doors.get(one.who, "web") for one in played.labels)
    assert all(levels[one.search] == one.clearance for one in played.labels)


def test_what_is_foretold_of_an_entry_put_back_happens(played: SimpleNamespace) -> None:
    """Retired, made a draft and published again: each change was listed, and no other."""
    site = played.site
    editor = take_away(site, ("shipping-time",))
    (back,) = put_back(site, editor, ("shipping-time",))
    assert back.changed > 0
    assert (0, 0) == (back.unlisted, back.wrongly_listed)
    assert back.predicted == back.happened


def test_an_editor_deals_with_the_largest_clusters(
    played: SimpleNamespace, meanings: Meanings
) -> None:
    """What the page shows is understood; an entry in both languages closes what it was for."""
    morning = Morning(played.site, meanings)
    done = morning.work(3)
    assert 3 == len(done)
    assert [one.intents for one in done] == sorted((one.intents for one in done), reverse=True)
    written = [one for one in done if one.action == WROTE]
    assert written
    for one in written:
        found = Library(played.site.content).scan().entries.values()
        assert {"zh", "en"} == {each.entry.lang for each in found if each.entry.slug == one.slug}
        assert one.closed > 0
        assert one.verdict in ("closed", "partly")
    assert all(one.meaning for one in done if one.action != LEFT)


def test_equal_seeds_make_equal_plans(meanings: Meanings) -> None:
    """The plan is made from the seed alone."""
    plans = [
        Planner(meanings, begin=BEGIN, size=Size(2_000, 600), seed=seed).visits()
        for seed in (5, 5, 6)
    ]
    assert plans[0] == plans[1]
    assert plans[0] != plans[2]


def test_the_plan_reaches_its_size_and_has_a_sudden_topic(meanings: Meanings) -> None:
    """There are as many sessions as asked for, and the campaign is asked only from its day on."""
    planner = Planner(meanings, begin=BEGIN, size=Size(8_000, 2_400), seed=1)
    visits = planner.visits()
    shoppers = [one for one in visits if one.who in ("visitor", "customer", "chat")]
    assert 2_400 == len(shoppers)
    days = Counter(
        (visit.at - BEGIN).days
        for visit in visits
        for want in visit.wants
        if want.meaning.is_campaign
    )
    assert planner.campaign == days.most_common(1)[0][0]
    assert 0 == sum(count for day, count in days.items() if day < planner.campaign)


def test_the_questions_are_no_copies_of_the_content(meanings: Meanings) -> None:
    """No wording of the play is a phrase of an entry, and each meaning has eight or more."""
    entries = [found.entry for found in Library(ROOT / "content").scan().entries.values()]
    known = {wording_of(text) for one in entries for text in (one.question, *one.alternates)}
    assert set() == known & set(meanings.by_wording())
    lacking = meanings.unanswered
    assert len(lacking) >= 40
    assert all(sum(map(len, one.wordings.values())) >= 8 for one in lacking)
    assert set() == {one.name for one in lacking} & {entry.slug for entry in entries}


def test_what_has_got_an_entry_is_asked_by_people_who_are_content_with_it(
    meanings: Meanings,
) -> None:
    """After an editor's morning nobody complains of the right entry as of a wrong one."""
    name = meanings.unanswered[0].name
    later = meanings.with_entries({name}).unanswered
    assert [True] == [one.is_answered_at(Level.PUBLIC) for one in later if one.name == name]
    assert not meanings.unanswered[0].is_answered_at(Level.INTERNAL)
    assert [one.name for one in meanings.unanswered] == [one.name for one in later]


def test_every_wording_means_one_thing(meanings: Meanings) -> None:
    """Labels are the truth only where no wording stands in two meanings."""
    texts = [
        wording_of(text)
        for meaning in meanings.all
        for own in meaning.wordings.values()
        for text in own
    ]
    assert len(texts) == len(set(texts))


def test_spelling_depends_on_chance_alone() -> None:
    """The same chance spells the same, and what is being typed begins what is typed."""
    text = "净化器滤网什么时候该换"
    spelt = [
        [written(text, "zh", chance) for _time in range(40)] for chance in (Random(1), Random(1))
    ]
    assert spelt[0] == spelt[1]
    assert len(set(spelt[0])) > 3
    assert all(text.startswith(moment) for moment in beginnings(text, Random(2)))

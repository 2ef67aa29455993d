"""Clusters of misses: by meaning across languages, loyal to what stands, safe to run again."""

import json
import random
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from flask import Flask
from sklearn.metrics import adjusted_mutual_info_score
from sqlalchemy import delete, func, select, update

from database import Database
from insights.cluster_actions import dismiss
from insights.cluster_record import Hand
from insights.clusters import Status, gather, waiting
from insights.decisions import Action, decisions_of
from insights.work_tables import ClusterRow, IntentRow, MemberRow
from kb.library import Library
from search.errors import ModelUnusable
from settings import ROOT
from tests.insights.conftest import NOON
from tests.insights.missing import miss

LABELLED = [
    json.loads(line)
    for line in Path(__file__).with_name("clusters.jsonl").read_text("utf-8").splitlines()
]
GIFTS = ("礼品卡怎么买", "怎么买礼品卡", "礼品卡在哪里买")
WEEK = timedelta(days=7)


def engine_of(app: Flask):  # type: ignore[no-untyped-def]
    """The engine of an application."""
    return app.extensions["dawen"].engine


def homes(database: Database) -> dict[str, int]:
    """The cluster of each wording."""
    with database.session() as session:
        rows = session.execute(select(MemberRow.wording, MemberRow.cluster_id))
        return {row.wording: row.cluster_id for row in rows}


def test_misses_group_by_meaning_across_wordings_and_languages(
    real_app: Flask, database: Database
) -> None:
    """On labelled misses of a shop, with the model that ships, groups and meanings agree."""
    miss(database, *(one["text"] for one in LABELLED), at=NOON)
    gather(database, engine=engine_of(real_app), now=NOON)
    found = homes(database)
    meanings = [one["meaning"] for one in LABELLED]
    groups = [found[wording] for wording in map(str.lower, (one["text"] for one in LABELLED))]
    assert 0.78 <= adjusted_mutual_info_score(meanings, groups)


def test_open_clusters_keep_their_identity_when_a_week_is_added(
    real_app: Flask, database: Database
) -> None:
    """Number, members and meaning of at least nine in ten are as before, and their titles say
    the same."""
    entries = Library(ROOT / "content").scan().entries.values()
    meant = {
        text: e.entry.slug for e in entries for text in (e.entry.question, *e.entry.alternates)
    }
    texts = sorted(meant)
    random.Random(4).shuffle(texts)
    half = len(texts) // 2
    miss(database, *texts[:half], at=NOON)
    gather(database, engine=engine_of(real_app), now=NOON)
    before = homes(database)
    miss(database, *texts[half:], at=NOON + WEEK)
    gather(database, engine=engine_of(real_app), now=NOON + WEEK)
    after = homes(database)
    kept = {number for wording, number in before.items() if after[wording] == number}
    moved = {number for wording, number in before.items() if after[wording] != number}
    with database.session() as session:
        still = set(session.scalars(select(ClusterRow.id).where(ClusterRow.status == Status.OPEN)))
    assert 0.9 <= len((kept - moved) & still) / len(set(before.values()))
    assert len(texts) * 0.99 <= len(after)


def test_new_wordings_join_the_cluster_they_are_like(app: Flask, database: Database) -> None:
    """The second run adds to the first; nothing that stands changes its place."""
    miss(database, *GIFTS[:2], "螺旋桨会飞走吗", at=NOON)
    assert 3 == gather(database, engine=engine_of(app), now=NOON)
    before = homes(database)
    miss(database, GIFTS[2], at=NOON + WEEK)
    assert 1 == gather(database, engine=engine_of(app), now=NOON + WEEK)
    after = homes(database)
    assert before.items() <= after.items()
    assert 1 == len({after[wording] for wording in GIFTS})
    assert 2 == len(set(after.values()))


def test_a_run_may_be_repeated(app: Flask, database: Database) -> None:
    """With nothing new nothing is written."""
    miss(database, *GIFTS, at=NOON)
    gather(database, engine=engine_of(app), now=NOON)
    with database.session() as session:
        assert 0 == waiting(session)
    assert 0 == gather(database, engine=engine_of(app), now=NOON + WEEK)


def test_only_missed_intents_make_clusters(app: Flask, database: Database) -> None:
    """An intent without a cause is none of the editor's business."""
    miss(database, *GIFTS, at=NOON)
    with database.session() as session:
        session.execute(update(IntentRow).values(cause=""))
    assert 0 == gather(database, engine=engine_of(app), now=NOON)


def test_what_is_like_a_dismissed_cluster_stays_away(app: Flask, database: Database) -> None:
    """A new wording joins the dismissed cluster and is dismissed on the list of wordings too,
    also when the old wordings were forgotten meanwhile."""
    miss(database, *GIFTS[:2], at=NOON)
    gather(database, engine=engine_of(app), now=NOON)
    number = homes(database)[GIFTS[0]]
    with database.session() as session:
        dismiss(session, number, hand=Hand(1, NOON))
        session.execute(delete(MemberRow))
    miss(database, GIFTS[2], at=NOON + WEEK)
    gather(database, engine=engine_of(app), now=NOON + WEEK)
    assert number == homes(database)[GIFTS[2]]
    with database.session() as session:
        assert Action.DISMISSED == decisions_of(session, [GIFTS[2]])[GIFTS[2]].action


def test_the_title_is_a_wording_as_it_was_written_and_keywords_are_there(
    app: Flask, database: Database
) -> None:
    """The most central wording speaks for the cluster, in the letters of the asker."""
    miss(database, "VIP礼品卡怎么买？", "vip 礼品卡 怎么买", "VIP礼品卡怎么买", at=NOON)
    gather(database, engine=engine_of(app), now=NOON)
    with database.session() as session:
        row = session.scalars(select(ClusterRow)).one()
    assert "VIP礼品卡怎么买" == row.title.rstrip("？")
    assert any("礼品" in word for word in row.keywords)


def test_another_model_encodes_the_members_anew(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vectors of another revision are never compared; places stay as they were."""
    miss(database, *GIFTS, at=NOON)
    gather(database, engine=engine_of(app), now=NOON)
    before = homes(database)
    with database.session() as session:
        session.execute(update(MemberRow).values(model="another", vector=b"\0\0"))
    gather(database, engine=engine_of(app), now=NOON)
    assert before == homes(database)
    with database.session() as session:
        foreign = select(func.count()).select_from(MemberRow).where(MemberRow.model == "another")
        assert 0 == session.scalar(foreign)


def test_without_an_encoder_nothing_happens(app: Flask, database: Database) -> None:
    """The misses wait until the model is back."""

    class Gone:
        dimension, revision = 4, "gone"

        def encode(self, _texts: object) -> None:
            raise ModelUnusable("gone")

    engine = SimpleNamespace(
        embedder=Gone(), centre=lambda: np.zeros(4, np.float32), serving=engine_of(app).serving
    )
    miss(database, *GIFTS, at=NOON)
    assert 0 == gather(database, engine=engine, now=NOON)  # type: ignore[arg-type]
    with database.session() as session:
        assert 3 == waiting(session)

"""Pinyin in what was missed is read with the letters of what others missed in Chinese."""

from flask import Flask

from database import Database
from insights.clusters import gather
from insights.overhearing import overhearing
from tests.insights.conftest import NOON
from tests.insights.missing import miss
from tests.insights.test_clusters import engine_of, homes


def test_pinyin_is_read_by_what_others_missed(app: Flask, database: Database) -> None:
    """No entry says 滤芯, so only a miss can teach how lvxin is written."""
    index = engine_of(app).serving(now=NOON).index
    with database.session() as session:
        assert "滤芯" not in overhearing(session, index)("lvxin duojiu huan")
    miss(database, "滤芯多久换", at=NOON)
    with database.session() as session:
        assert "滤芯多久换" == overhearing(session, index)("lvxin duojiu huan").replace(" ", "")


def test_what_is_no_pinyin_stays_as_it_is(app: Flask, database: Database) -> None:
    """Chinese and English wordings are left alone."""
    miss(database, "滤芯多久换", at=NOON)
    with database.session() as session:
        hear = overhearing(session, engine_of(app).serving(now=NOON).index)
    assert "滤芯多久换" == hear("滤芯多久换")
    assert "how long does a filter last" == hear("how long does a filter last")


def test_a_wording_in_pinyin_joins_the_cluster_of_its_meaning(
    real_app: Flask, database: Database
) -> None:
    """With the model that ships, pinyin stands where the same words in Chinese stand."""
    texts = ("滤芯多久换一次", "净化器滤芯多久要换", "台灯有没有频闪", "lvxin duojiu huan yici")
    miss(database, *texts, at=NOON)
    gather(database, engine=engine_of(real_app), now=NOON)
    found = homes(database)
    assert found[texts[0]] == found[texts[3]]
    assert found[texts[2]] != found[texts[3]]

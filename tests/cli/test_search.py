"""``flask search``: what it prints, and that nothing of it is kept."""

import json

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from database import Database
from insights.tables import SearchRow


def run(runner: FlaskCliRunner, *words: str) -> str:
    """Run the command; its output."""
    result = runner.invoke(args=["search", *words])
    assert 0 == result.exit_code, result.output
    return result.output


def test_an_explanation_says_why(runner: FlaskCliRunner) -> None:
    """Floors, the passage that spoke, what the score and the confidence were made of."""
    said = run(runner, "快递到哪了", "--explain")
    assert "suggested from 0.35" in said
    assert "alternate (public, zh): 快递到哪了" in said
    assert "score " in said
    assert "meaning +1.000" in said
    assert "constant 1.000 ×" in said


def test_an_explanation_as_json_has_the_same_facts(runner: FlaskCliRunner) -> None:
    """One object with the result, the reading, the floors and the reasons."""
    said = json.loads(run(runner, "快递到哪了", "--explain", "--json"))
    assert {"result", "reading", "floors", "reasons"} == set(said)
    first = said["reasons"][0]
    assert ("track-parcel", "alternate") == (first["slug"], first["kind"])
    names = [part["name"] for part in first["parts"]]
    assert ["score", "margin", "spoken", "constant"] == names


@pytest.mark.parametrize("more", [[], ["--explain"]])
def test_each_level_is_asked_in_turn(runner: FlaskCliRunner, more: list[str]) -> None:
    """What a level adds stands in its part, and in no part below it."""
    said = run(runner, "退款争议话术", "--as", "each", *more)
    parts = said.split("\n\n")
    assert ["public", "customer", "agent", "internal"] == [one.split(":")[0] for one in parts]
    assert [False, False, True, True] == ["refund-script" in one for one in parts]
    asked = json.loads(run(runner, "退款", "--as", "each", "--json", *more))
    assert ["public", "customer", "agent", "internal"] == list(asked)


def test_how_it_was_heard_is_printed(runner: FlaskCliRunner) -> None:
    """Pinyin and traditional characters are named as what they were read as."""
    assert "written in simplified characters: 退货" in run(runner, "退貨", "--explain")
    assert "read as: 物流" in run(runner, "wuliu", "--explain")


def test_nothing_is_logged(runner: FlaskCliRunner, database: Database) -> None:
    """A search from the command line is a test."""
    run(runner, "退货", "--as", "each", "--explain")
    with database.session() as session:
        assert 0 == session.scalar(select(func.count()).select_from(SearchRow))

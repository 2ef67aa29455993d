"""``flask eval``: the reports, and the diagram."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

ENTRIES = (
    '{"id": "return", "question": "怎么退货？"}\n{"id": "parcel", "question": "快递到哪了？"}\n'
)
QUERIES = '{"q": "怎么退货", "ids": ["return"]}\n{"q": "hello", "ids": []}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small evaluation."""
    (tmp_path / "entries.jsonl").write_text(ENTRIES, "utf-8")
    (tmp_path / "queries.jsonl").write_text(QUERIES, "utf-8")
    return tmp_path


def run(runner: FlaskCliRunner, *words: str) -> str:
    """Run the command; its output."""
    result = runner.invoke(args=["eval", *words])
    assert 0 == result.exit_code, result.output
    return result.output


def test_a_run_reports_its_calibration(runner: FlaskCliRunner, folder: Path) -> None:
    """The error and a line for each bin with answers."""
    said = run(runner, "run", str(folder))
    assert "calibration_error" in said
    header = next(line for line in said.splitlines() if line.startswith("confidence"))
    assert ["searches", "claimed", "right", "95", "%", "interval"] == header.split()[1:]


def test_a_run_as_json_has_every_bin(runner: FlaskCliRunner, folder: Path) -> None:
    """Ten bins that count every query once."""
    said = json.loads(run(runner, "run", str(folder), "--json"))
    assert 10 == len(said["reliability"])
    assert 2 == sum(one["count"] for one in said["reliability"])
    assert {"low", "high", "count", "confidence", "right"} == set(said["reliability"][0])


def test_a_diagram_is_drawn(runner: FlaskCliRunner, folder: Path) -> None:
    """Into the file that is named, whose folder must be there."""
    target = folder / "reliability.svg"
    run(runner, "run", str(folder), "--diagram", str(target))
    assert target.read_text("utf-8").startswith("<svg")
    missing = runner.invoke(
        args=["eval", "run", str(folder), "--diagram", str(folder / "no" / "where.svg")]
    )
    assert 1 == missing.exit_code
    assert "No such file" in missing.output

"""Commands on a database that does not fit: refused with what to do, by every group."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from database import Database
from migrations import Schema
from tests.test_database import set_version

NEED_TABLES = (
    ("index", "build"),
    ("index", "status"),
    ("search", "退货"),
    ("eval", "suite"),
    ("insights", "misses"),
    ("insights", "digest"),
    ("insights", "letters", "--dry-run"),
    ("users", "list"),
    ("users", "add", "mei@example.com", "--role", "editor"),
    ("serve", "--port", "8103"),
)


@pytest.fixture
def empty(make_app: Callable[..., Flask], tmp_path: Path) -> FlaskCliRunner:
    """Runs commands where nobody has made the database yet."""
    var_dir = tmp_path / "fresh"
    return make_app(
        var_dir=var_dir, database_url=f"sqlite:///{tmp_path / 'fresh.db'}"
    ).test_cli_runner()


@pytest.mark.parametrize("command", NEED_TABLES, ids=" ".join)
def test_X13_an_empty_database_is_told_with_what_to_do(
    empty: FlaskCliRunner, command: tuple[str, ...]
) -> None:
    """One line, no trace, status 1."""
    told = empty.invoke(args=command)
    assert (1, f"Error: {Schema.EMPTY}\n") == (told.exit_code, told.stderr)
    assert isinstance(told.exception, SystemExit)


def test_X13_an_older_database_is_told_too(runner: FlaskCliRunner, database: Database) -> None:
    """So is one that an earlier version made."""
    set_version(database, "0001")
    assert f"Error: {Schema.OLDER}\n" == runner.invoke(args=["users", "list"]).stderr


@pytest.mark.parametrize("command", [("kb", "check"), ("kb", "new", "returns", "怎么退？")])
def test_files_are_checked_and_begun_without_a_database(
    empty: FlaskCliRunner, command: tuple[str, ...]
) -> None:
    """The files are the truth, and need none."""
    assert 0 == empty.invoke(args=command).exit_code


def test_an_empty_database_is_made_by_the_command_that_is_named(empty: FlaskCliRunner) -> None:
    """``flask db upgrade`` runs where there are no tables, and the others after it."""
    assert 1 == empty.invoke(args=["db", "status"]).exit_code
    assert 0 == empty.invoke(args=["db", "upgrade"]).exit_code
    assert 0 == empty.invoke(args=["users", "list"]).exit_code

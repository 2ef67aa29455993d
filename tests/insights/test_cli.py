"""``flask insights``: misses in the terminal, and forgetting."""

import json

from flask.testing import FlaskCliRunner

from database import Database, utc_now
from insights.questions import leave_question
from kb.disclosure import Audience, Level
from tests.insights.conftest import Asking, Clock


def test_misses_are_printed_as_lines_and_as_json(
    runner: FlaskCliRunner, ask: Asking, clock: Clock
) -> None:
    """The same list as in the admin, for people and for programs."""
    empty = runner.invoke(args=["insights", "misses"])
    assert empty.output == "Nothing was missed in 7 days.\n"
    clock.now = utc_now()
    ask("能刻字吗 13812345678")
    assert "能刻字吗 <PHONE>" in runner.invoke(args=["insights", "misses"]).output
    found = json.loads(runner.invoke(args=["insights", "misses", "--json"]).output)
    assert ("能刻字吗 <PHONE>", 1, ["zh"]) == (found["text"], found["count"], found["langs"])


def test_R04_purge_takes_days_or_an_address(
    runner: FlaskCliRunner, ask: Asking, clock: Clock, database: Database
) -> None:
    """Old rows and one person's questions go; no option, or a bad one, deletes nothing."""
    clock.forward(days=-365)
    ask("老")
    with database.session() as session:
        leave_question(
            session,
            text="甲",
            lang="zh",
            audience=Audience(Level.PUBLIC),
            at=utc_now(),
            email="a@example.com",
        )
    assert 2 == runner.invoke(args=["insights", "purge"]).exit_code
    assert 2 == runner.invoke(args=["insights", "purge", "--older-than", "90"]).exit_code
    gone = runner.invoke(args=["insights", "purge", "--older-than", "90d"])
    assert gone.output.startswith("1 searches, 0 signals, 0 questions, 0 intents, ")
    erased = runner.invoke(args=["insights", "purge", "--address", "A@example.com"])
    assert erased.output == "1 questions, 0 searches and 0 intents deleted.\n"


def test_digest_says_what_each_step_did(runner: FlaskCliRunner, ask: Asking, clock: Clock) -> None:
    """Cron's mail tells how much came in; a second run finds nothing new, one anew judges again."""
    clock.now = utc_now()
    ask("能刻字吗")
    assert "1 intents, " in runner.invoke(args=["insights", "digest"]).output
    assert ", 0 reasons, " in runner.invoke(args=["insights", "digest"]).output
    again = runner.invoke(args=["insights", "digest", "--again", "14d"])
    assert ", 1 reasons, " in again.output

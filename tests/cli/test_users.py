"""``flask users``: people and tokens from the command line."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from accounts.passwords import verify
from accounts.tables import PersonRow
from database import Database


def run(runner: FlaskCliRunner, *arguments: str, status: int = 0, typed: str = "") -> str:
    """Run a command, check how it ended, and return what it printed."""
    result = runner.invoke(args=["users", *arguments], input=typed)
    assert status == result.exit_code, result.output
    return result.output


def test_A05_people_are_added_with_a_link_and_no_password(
    app: Flask, runner: FlaskCliRunner
) -> None:
    """There is no default password: the printed link opens once."""
    printed = run(runner, "add", "Mei@Example.com", "--role", "editor", "--name", "Mei")
    path = re.search(r"/sign-in/link/\S+", printed)
    assert path is not None
    assert 200 == app.test_client().get(path[0]).status_code
    assert "mei@example.com  editor  no password" in run(runner, "list")
    assert "/sign-in/link/" in run(runner, "link", "mei@example.com")


def test_password_is_asked_for_not_shown(runner: FlaskCliRunner, database: Database) -> None:
    """A password can be typed; a common one is refused."""
    words = "four plain words here"
    add = ("add", "mei@example.com", "--role", "agent", "--password")
    assert "common" in run(runner, *add, typed="password1\npassword1\n", status=1)
    assert words not in run(runner, *add, typed=f"{words}\n{words}\n")
    with database.session() as session:
        (row,) = session.query(PersonRow).all()
        assert verify(words, row.password_hash)


def test_mistakes_are_told_in_words(runner: FlaskCliRunner) -> None:
    """Unknown people, bad addresses and roles end with a message, not a trace."""
    for arguments in (
        ("link", "nobody@example.com"),
        ("disable", "nobody@example.com"),
        ("add", "not an address", "--role", "agent"),
        ("revoke", "7"),
    ):
        printed = run(runner, *arguments, status=1)
        assert printed.startswith("Error: ")
        assert "Traceback" not in printed
    run(runner, "add", "mei@example.com", "--role", "god", status=2)


def test_a_known_or_broken_address_is_told_in_a_sentence(runner: FlaskCliRunner) -> None:
    """What is wrong and what to do, not the name of an exception."""
    run(runner, "add", "mei@example.com", "--role", "agent")
    taken = run(runner, "add", "Mei@example.com", "--role", "agent", status=1)
    assert "Error: Somebody has the address mei@example.com already. " in taken
    assert "`flask users link`" in taken
    broken = run(runner, "add", "not an address", "--role", "agent", status=1)
    assert broken.startswith("Error: This is no e-mail address. ")


def test_a_link_is_whole_where_the_address_of_the_site_is_known(
    make_app: Callable[..., Flask],
) -> None:
    """With ``DAWEN_SITE_URL`` the link can be sent on as it is printed."""
    runner = make_app(site_url="https://help.example/").test_cli_runner()
    printed = run(runner, "add", "mei@example.com", "--role", "editor")
    assert "\nhttps://help.example/sign-in/link/" in printed
    assert "below the address" not in printed


def test_A12_last_admin_is_kept(runner: FlaskCliRunner) -> None:
    """Neither a new role nor shutting out takes the last admin away."""
    run(runner, "add", "boss@example.com", "--role", "admin")
    assert "last admin" in run(runner, "role", "boss@example.com", "agent", status=1)
    assert "last admin" in run(runner, "disable", "boss@example.com", status=1)
    run(runner, "add", "second@example.com", "--role", "admin")
    run(runner, "disable", "boss@example.com")
    assert "shut out" in run(runner, "list")
    run(runner, "disable", "boss@example.com", "--undo")
    assert "shut out" not in run(runner, "list")


def test_A11_token_is_printed_once_and_revoked(app: Flask, runner: FlaskCliRunner) -> None:
    """A token opens its level until it is revoked; the list does not show it."""
    secret = re.search(r"dawen_\S+", run(runner, "token", "chatbot", "--level", "agent"))
    assert secret is not None
    headers = {"Authorization": f"Bearer {secret[0]}"}
    address = "/api/v1/entries/refund-script"
    assert 200 == app.test_client().get(address, headers=headers).status_code
    assert secret[0] not in run(runner, "list")
    run(runner, "revoke", "1")
    assert 401 == app.test_client().get(address, headers=headers).status_code


@pytest.mark.parametrize("name", ["", "  ", "a" * 121, "a\nb", "\udcff"])
def test_a_token_has_a_name_that_can_be_listed(runner: FlaskCliRunner, name: str) -> None:
    """Neither none, nor one that PostgreSQL would not take, nor two lines."""
    assert "one line of 1 to 120" in run(runner, "token", name, "--level", "public", status=2)
    assert "token" not in run(runner, "list")


def test_a_person_has_a_name_that_fits(runner: FlaskCliRunner) -> None:
    """A name may be left out, but not be longer than its column."""
    add = ("add", "mei@example.com", "--role", "agent", "--name")
    assert "one line of 0 to 120" in run(runner, *add, "a" * 121, status=2)
    run(runner, *add, "a" * 120)

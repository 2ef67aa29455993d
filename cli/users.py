"""``flask users``: people, their roles, sign-in links, and the tokens of programs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import current_app
from sqlalchemy.orm import Session

from accounts import links, passwords, people, tokens
from accounts.errors import (
    AccountError,
    EmailInvalid,
    EmailTaken,
    LastAdmin,
    PasswordRefused,
    PersonUnknown,
)
from accounts.roles import STORED_ROLES, Role
from accounts.tables import NAME_MAX
from cli.schema import TablesGroup
from database import Database, utc_now
from kb.disclosure import Level
from settings import Settings

ROLES = click.Choice([role.value for role in STORED_ROLES])
LEVELS = click.Choice([level.label for level in Level])

SAID: dict[type[AccountError], str] = {
    EmailTaken: "Somebody has the address {} already. `flask users link` prints a link for them.",
    EmailInvalid: "This is no e-mail address. {}",
    PersonUnknown: "Nobody has the address {}.",
    LastAdmin: "{} is the last admin. Make another one first.",
}


class Name(click.ParamType):
    """What a person or a token is called in lists: one line that fits its column."""

    name = "name"

    def __init__(self, shortest: int = 0) -> None:
        self.shortest = shortest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name without spaces around it. Fails on what is too long, or cannot be printed."""
        text = str(value).strip()
        if not (self.shortest <= len(text) <= NAME_MAX and text.isprintable()):
            self.fail(f"a name is one line of {self.shortest} to {NAME_MAX} characters", param, ctx)
        return text


users_group = TablesGroup("users", help="People, their roles, and the tokens of programs.")


@users_group.command("add")
@click.argument("email")
@click.option("--role", type=ROLES, required=True, help="What the person may do.")
@click.option("--name", type=Name(), default="", help="The name shown to them.")
@click.option("--password", is_flag=True, help="Ask for a password; without it, print a link.")
def add_command(email: str, role: str, name: str, password: bool) -> None:
    """Add a person, and print a link that signs them in once."""
    secret = _ask_password(email, name) if password else None
    with _session() as session:
        person = people.create(
            session, email, role=Role(role), now=utc_now(), name=name, password_hash=secret
        )
        click.echo(f"{person.email} is added as {person.role.value}.")
        if secret is None:
            _print_link(links.create(session, person, now=utc_now()))


@users_group.command("link")
@click.argument("email")
def link_command(email: str) -> None:
    """Print a link that signs a person in once, within 60 minutes."""
    with _session() as session:
        person = people.find(session, email)
        if person is None or person.disabled:
            raise PersonUnknown(email)
        _print_link(links.create(session, person, now=utc_now()))


@users_group.command("disable")
@click.argument("email")
@click.option("--undo", is_flag=True, help="Let the person in again.")
def disable_command(email: str, undo: bool) -> None:
    """Shut a person out, at once and on every device."""
    with _session() as session:
        person = people.set_disabled(session, email, not undo)
    click.echo(f"{person.email} is {'let in again' if undo else 'shut out'}.")


@users_group.command("role")
@click.argument("email")
@click.argument("role", type=ROLES)
def role_command(email: str, role: str) -> None:
    """Give a person another role, from their next request on."""
    with _session() as session:
        person = people.set_role(session, email, Role(role))
        click.echo(f"{person.email} is now {person.role.value}.")
        if not person.has_password:
            _print_link(links.create(session, person, now=utc_now()))


@users_group.command("list")
def list_command() -> None:
    """List people and tokens."""
    with _session() as session:
        for person in people.everyone(session):
            notes = [] if person.has_password else ["no password"]
            notes += ["shut out"] if person.disabled else []
            click.echo(f"{person.email}  {person.role.value}  {', '.join(notes)}".rstrip())
        for token in tokens.everything(session):
            state = "revoked" if token.is_revoked else "good"
            click.echo(f"token {token.id}  {token.name}  {token.level.label}  {state}")


@users_group.command("token")
@click.argument("name", type=Name(shortest=1))
@click.option("--level", type=LEVELS, required=True, help="The highest level it may see.")
def token_command(name: str, level: str) -> None:
    """Make a token for a program and print it, once."""
    with _session() as session:
        secret = tokens.create(session, name, level=Level.from_label(level), now=utc_now())
    click.echo(secret)
    click.echo("Send it as `Authorization: Bearer …`. It is not shown again.", err=True)


@users_group.command("revoke")
@click.argument("token_id", type=int)
def revoke_command(token_id: int) -> None:
    """End a token, by its number in `flask users list`."""
    with _session() as session:
        if not tokens.revoke(session, token_id, now=utc_now()):
            raise click.ClickException(f"There is no good token {token_id}.")
    click.echo(f"Token {token_id} is revoked.")


@contextmanager
def _session() -> Iterator[Session]:
    database: Database = current_app.extensions["dawen"].database
    try:
        with database.session() as session:
            yield session
    except AccountError as error:
        raise click.ClickException(SAID.get(type(error), "{}.").format(error)) from error


def _ask_password(email: str, name: str) -> str:
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        passwords.check_choice(password, personal=(email, name))
    except PasswordRefused as refusal:
        raise click.ClickException(f"{refusal}. Choose another one.") from refusal
    return passwords.hash_password(password)


def _print_link(secret: str) -> None:
    settings: Settings = current_app.extensions["settings"]
    site = settings.site_url.rstrip("/")
    where = "" if site else ", below the address of the site"
    click.echo(f"Opens once, within 60 minutes{where}:")
    click.echo(f"{site}/sign-in/link/{secret}")

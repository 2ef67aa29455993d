"""``flask db``: make and bring up to date the database."""

import click
from flask import current_app
from flask.cli import AppGroup

import migrations
from database import Database
from migrations import Schema, SchemaError

db_group = AppGroup("db", help="Make the database and bring it up to date.")


@db_group.command("upgrade")
def upgrade_command() -> None:
    """Make or migrate the tables. Refuses a database that is damaged or not ours."""
    database = open_database()
    current_app.extensions["settings"].var_dir.mkdir(parents=True, exist_ok=True)
    try:
        changed = migrations.upgrade(database)
    except SchemaError as error:
        raise click.ClickException(str(error)) from error
    click.echo("The database was brought up to date." if changed else Schema.CURRENT.value)


@db_group.command("status")
def status_command() -> None:
    """Say how the database stands to this program; exits 1 unless it can be used."""
    try:
        migrations.require_current(open_database())
    except SchemaError as error:
        raise click.ClickException(str(error)) from error
    click.echo(Schema.CURRENT.value)


@db_group.command("revision")
@click.argument("message")
def revision_command(message: str) -> None:
    """Write a migration for what changed in the tables; read it before it is kept."""
    try:
        click.echo(migrations.write_revision(open_database(), message))
    except SchemaError as error:
        raise click.ClickException(str(error)) from error


def open_database() -> Database:
    """The database of the application that runs the command."""
    database: Database = current_app.extensions["dawen"].database
    return database

"""The database schema and its versions: Alembic, run from code.

Promises that a database is migrated only from a version that is known here. Refuses to touch
a database that is damaged, newer than this program, or that holds somebody else's tables.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from database import Database


class Schema(StrEnum):
    """How the schema of a database stands to this program; the value says what to do."""

    CURRENT = "The database is up to date."
    EMPTY = "The database is empty. Run `flask db upgrade`."
    OLDER = "The database is of an older version. Run `flask db upgrade`."
    UNKNOWN = (
        "The database is of a version that this program does not know. "
        "Start the program that wrote it, or restore the backup that belongs to this one."
    )
    FOREIGN = (
        "The database holds tables but no version of Dawen. Nothing was changed. "
        "Point DAWEN_DATABASE_URL to an empty database."
    )
    DAMAGED = (
        "The database is damaged. Nothing was changed. Move the file away and restore a backup, "
        "or run `flask db upgrade` without it for an empty one."
    )
    UNREACHABLE = (
        "The database cannot be reached. Check DAWEN_DATABASE_URL and that the server runs."
    )


class SchemaError(Exception):
    """The database cannot be used as it is; ``schema`` says why and what to do."""

    def __init__(self, schema: Schema) -> None:
        super().__init__(schema.value)
        self.schema = schema


def schema_of(database: Database) -> Schema:
    """How the database stands to this program. Changes nothing."""
    try:
        with database.engine.connect() as connection:
            version = MigrationContext.configure(connection).get_current_revision()
            tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    except OperationalError:
        return Schema.UNREACHABLE
    except (DatabaseError, SQLAlchemyError):
        return Schema.DAMAGED
    if version is None:
        return Schema.FOREIGN if tables else Schema.EMPTY
    if version == _head():
        return Schema.CURRENT
    return Schema.OLDER if version in _known() else Schema.UNKNOWN


def require_current(database: Database) -> None:
    """Raise ``SchemaError`` unless the database can be used as it is."""
    schema = schema_of(database)
    if schema is not Schema.CURRENT:
        raise SchemaError(schema)
    if is_damaged(database):
        raise SchemaError(Schema.DAMAGED)


def upgrade(database: Database) -> bool:
    """Bring the database to this program's version; whether anything was to be done.

    Raises ``SchemaError`` for a database that is not empty and not of a known version.
    """
    schema = schema_of(database)
    if schema is Schema.CURRENT:
        return False
    if schema not in (Schema.EMPTY, Schema.OLDER):
        raise SchemaError(schema)
    with database.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


def write_revision(database: Database, message: str) -> str:
    """Write the migration from the database to what the tables say now; its file name.

    Raises ``SchemaError`` unless the database is at the current version.
    """
    if schema_of(database) is not Schema.CURRENT:
        raise SchemaError(schema_of(database))
    config = configuration()
    number = f"{len(_known()) + 1:04}"
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        script = command.revision(config, message, autogenerate=True, rev_id=number)
    if not isinstance(script, Script):
        raise TypeError("one revision was asked for")
    return Path(script.path).name


def is_damaged(database: Database) -> bool:
    """Whether SQLite finds its own file inconsistent; other databases check themselves."""
    if database.engine.dialect.name != "sqlite":
        return False
    try:
        with database.engine.connect() as connection:
            return connection.execute(text("PRAGMA quick_check(1)")).scalar() != "ok"
    except DatabaseError:
        return True


def configuration() -> Config:
    """The Alembic configuration; there is no ``alembic.ini``."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(configuration())


def _head() -> str | None:
    return _scripts().get_current_head()


@cache
def _known() -> frozenset[str]:
    return frozenset(script.revision for script in _scripts().walk_revisions())

"""The database: its schema is made by migrations alone, and what does not fit is refused."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import Connection, bindparam, column, delete, select, table, text
from sqlalchemy.exc import DatabaseError, OperationalError

import accounts.tables
import insights.tables
import kb.tables
import migrations
from database import Base, Database, UtcDateTime, utc_now
from insights.work_tables import WatermarkRow
from migrations import Schema, SchemaError
from settings import Settings

TABLES = (accounts.tables, insights.tables, kb.tables)


def set_version(database: Database, version: str) -> None:
    """Pretend that another version of the program wrote the database."""
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})


def test_migrations_make_what_the_tables_say(database: Database) -> None:
    """The migrated schema and the classes agree, table by table and column by column."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert [] == compare_metadata(context, Base.metadata)
    assert all(module.__doc__ for module in TABLES)


def test_every_migration_can_be_undone_and_done(tmp_path: Path) -> None:
    """Down to nothing and up again leaves the same schema."""
    from alembic import command

    database = Database(f"sqlite:///{tmp_path / 'fresh.db'}")
    assert Schema.EMPTY is migrations.schema_of(database)
    assert migrations.upgrade(database)
    with database.engine.begin() as connection:
        config = migrations.configuration()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert migrations.upgrade(database)
    assert not migrations.upgrade(database)
    assert Schema.CURRENT is migrations.schema_of(database)
    database.close()


def test_X13_empty_database_is_asked_to_be_made(tmp_path: Path) -> None:
    """A new file is empty, and nothing is created over it by looking."""
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    assert Schema.EMPTY is migrations.schema_of(database)
    assert Schema.EMPTY is migrations.schema_of(database)
    database.close()


@pytest.mark.parametrize(("version", "schema"), [("0001", Schema.OLDER), ("9999", Schema.UNKNOWN)])
def test_X13_other_versions_are_refused_with_an_instruction(
    database: Database,
    client: FlaskClient,
    runner: FlaskCliRunner,
    capsys: pytest.CaptureFixture[str],
    version: str,
    schema: Schema,
) -> None:
    """Pages answer 503 and the log says what to do; the server does not start; health goes on."""
    set_version(database, version)
    answer = client.get("/")
    assert 503 == answer.status_code
    assert schema.value in capsys.readouterr().err
    assert schema.value not in answer.text
    assert 200 == client.get("/healthz").status_code
    for command in (["serve", "--port", "8103"], ["db", "status"]):
        result = runner.invoke(args=command)
        assert 1 == result.exit_code
        assert schema.value in result.output


def test_X13_pages_come_back_without_a_restart(database: Database, client: FlaskClient) -> None:
    """Once the database fits, the same process serves."""
    with database.engine.connect() as connection:
        version = MigrationContext.configure(connection).get_current_revision()
    set_version(database, "9999")
    assert 503 == client.get("/").status_code
    set_version(database, str(version))
    assert 200 == client.get("/").status_code


def test_X13_unknown_version_is_not_migrated(database: Database, runner: FlaskCliRunner) -> None:
    """An upgrade touches nothing that it does not know."""
    set_version(database, "9999")
    with pytest.raises(SchemaError):
        migrations.upgrade(database)
    assert 1 == runner.invoke(args=["db", "upgrade"]).exit_code
    assert Schema.UNKNOWN is migrations.schema_of(database)


def test_X13_somebody_elses_tables_are_left_alone(tmp_path: Path) -> None:
    """A database with tables but no version is not ours."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE invoices (id INTEGER)")
    connection.close()
    database = Database(f"sqlite:///{path}")
    with pytest.raises(SchemaError) as refusal:
        migrations.upgrade(database)
    assert Schema.FOREIGN is refusal.value.schema
    database.close()


def sqlite_file(settings: Settings) -> Path:
    """The file of the database; the test is skipped on another database."""
    if settings.database_url:
        pytest.skip("a file can be damaged on SQLite only")
    return settings.var_dir / "dawen.db"


@pytest.mark.parametrize("begin", [0, 4096], ids=["header", "pages"])
def test_X13_damaged_file_is_refused_with_an_instruction(
    settings: Settings, make_app: Callable[..., Flask], begin: int
) -> None:
    """Neither the server nor an upgrade starts on a damaged file, and it is left as it is."""
    path = sqlite_file(settings)
    data = bytearray(path.read_bytes())
    data[begin : begin + 40_000] = b"\xa5" * len(data[begin : begin + 40_000])
    path.write_bytes(data)
    app = make_app()
    result = app.test_cli_runner().invoke(args=["serve", "--port", "8103"])
    assert 1 == result.exit_code
    assert Schema.DAMAGED.value in result.output
    assert bytes(data) == path.read_bytes()
    if begin == 0:
        assert 503 == app.test_client().get("/").status_code
        assert 1 == app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code


def test_X11_unreachable_database_is_503_and_comes_back(make_app: Callable[..., Flask]) -> None:
    """Pages say that they will be back; health still answers."""
    app = make_app(database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    client = app.test_client()
    assert 503 == client.get("/").status_code
    assert "Retry-After" in client.get("/").headers
    assert 200 == client.get("/healthz").status_code


def test_X10_pages_are_read_while_somebody_writes(settings: Settings, client: FlaskClient) -> None:
    """A writer that holds the lock stops neither pages nor searches (WAL)."""
    path = sqlite_file(settings)
    assert 200 == client.get("/").status_code
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        assert 200 == client.get("/").status_code
        assert 200 == client.get("/search?q=a").status_code
    finally:
        writer.execute("ROLLBACK")
        writer.close()


def test_X10_short_locks_are_waited_for(settings: Settings, database: Database) -> None:
    """Two writers at the same time both get through."""
    path = sqlite_file(settings)
    writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: writer.execute("COMMIT")).start()
    with database.session() as session:
        session.execute(text("UPDATE people SET name = 'x'"))
    writer.close()


def test_X05_one_at_a_time_has_the_turn(settings: Settings, database: Database) -> None:
    """Another waits for it as long as it may, and then as long as ever for anything else."""
    other = Database(settings.database_address)
    turn = other.turn(7, seconds=0.1)
    with database.turn(7, seconds=1), pytest.raises(OperationalError):
        turn.__enter__()
    with other.turn(7, seconds=1) as session:
        assert limit_of(session.connection()) in ("5000", "10s")
    other.close()


def test_X05_a_turn_ends_with_its_transaction(database: Database) -> None:
    """What failed in it is undone, and the next one has it at once."""

    def fail() -> None:
        with database.turn(7, seconds=1) as session:
            session.add(WatermarkRow(name="kestrel", at=utc_now()))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.turn(7, seconds=0.1) as session:
        assert [] == session.scalars(select(WatermarkRow.name)).all()


def test_statements_that_take_too_long_are_ended(database: Database) -> None:
    """PostgreSQL is told to give up; SQLite waits for a lock only as long as it should."""
    with database.engine.connect() as connection:
        assert limit_of(connection) in ("5000", "10s")


def limit_of(connection: Connection) -> str:
    """How long a connection waits."""
    is_sqlite = connection.dialect.name == "sqlite"
    question = "PRAGMA busy_timeout" if is_sqlite else "SHOW statement_timeout"
    return str(connection.execute(text(question)).scalar())


def test_errors_do_not_quote_parameters(database: Database) -> None:
    """The text of a database error holds no value: it may be what somebody asked."""
    with database.engine.connect() as connection, pytest.raises(Exception, match="hidden") as error:
        connection.execute(text("SELECT nothing FROM nowhere WHERE a = :a"), {"a": "kestrel7"})
    assert "kestrel7" not in str(error.value)


def test_addresses_of_both_databases_are_understood() -> None:
    """The engine of an address is made without a connection."""
    for address, name in (("sqlite://", "sqlite"), ("postgresql+psycopg://x@y/z", "postgresql")):
        assert name == Database(address).engine.dialect.name


def test_rows_are_what_is_committed_now(database: Database) -> None:
    """Each query sees what was committed before it, by whichever connection, and nothing else."""
    query = select(WatermarkRow.name, WatermarkRow.at).where(WatermarkRow.name == bindparam("name"))

    def seen() -> list[str]:
        return [row[0] for row in database.rows(query, {"name": "kestrel"})]

    assert [] == seen()
    with database.session() as session:
        session.add(WatermarkRow(name="kestrel", at=utc_now()))
        session.flush()
        assert [] == seen()
    assert ["kestrel"] == seen()
    with database.session() as session:
        session.execute(delete(WatermarkRow).where(WatermarkRow.name == "kestrel"))
    assert [] == seen()


def test_rows_are_asked_for_by_many_threads(database: Database) -> None:
    """Threads that ask at the same time get each their own."""
    names = [f"name-{at}" for at in range(8)]
    with database.session() as session:
        session.add_all(WatermarkRow(name=name, at=utc_now()) for name in names)
    query = select(WatermarkRow.name).where(WatermarkRow.name == bindparam("name"))
    with ThreadPoolExecutor(len(names)) as pool:
        found = list(pool.map(lambda name: database.rows(query, {"name": name}), names * 25))
    assert names * 25 == [row[0] for rows in found for row in rows]


def test_rows_fail_as_everything_else_does(database: Database) -> None:
    """An error is one of SQLAlchemy's, which the doors know, and quotes no parameter."""
    nowhere = table("nowhere", column("a"))
    query = select(nowhere.c.a).where(nowhere.c.a == bindparam("a"))
    with pytest.raises(DatabaseError) as error:
        database.rows(query, {"a": "kestrel7"})
    assert "kestrel7" not in str(error.value)


def test_rows_take_moments_as_columns_do(database: Database) -> None:
    """A moment among the parameters is written as it is in the table."""
    moment = datetime(2026, 11, 27, 12, tzinfo=timezone(timedelta(hours=8)))
    with database.session() as session:
        session.add(WatermarkRow(name="noon", at=moment))
    at = bindparam("at", type_=UtcDateTime())
    query = select(WatermarkRow.name).where(WatermarkRow.at <= at)
    assert 1 == len(database.rows(query, {"at": moment}))
    assert 0 == len(database.rows(query, {"at": moment - timedelta(microseconds=1)}))

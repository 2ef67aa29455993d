"""A small content folder and a real database of its own for the tests of ``kb``."""

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy import text as sql

import migrations
from database import Database
from kb.library import Library
from kb.sync import Changes, sync

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TOPICS = """\
- id: buying
  name: {zh: 选购, en: Buying}
  description: {zh: 怎么选, en: How to choose}
  icon: bag
  children:
    - id: sizes
      name: {zh: 尺码, en: Sizes}
      description: {zh: 多大, en: How large}
- id: returns
  name: {zh: 退货, en: Returns}
  description: {zh: 怎么退, en: How to send back}
"""


def entry_text(
    *,
    question: str = "怎么退货？",
    disclosure: str = "public",
    status: str = "published",
    answer: str = "七天内可以退。",
    extra: str = "",
) -> str:
    """The text of a valid entry; ``extra`` is put into the header as it is."""
    return (
        f"---\nquestion: {question}\ndisclosure: {disclosure}\nstatus: {status}\n{extra}---\n"
        f"{answer}\n"
    )


@pytest.fixture
def now() -> datetime:
    """The moment at which these tests take place."""
    return NOW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty content folder with three topics."""
    root = tmp_path / "content"
    root.mkdir()
    (root / "topics.yaml").write_text(TOPICS, "utf-8")
    return root


@pytest.fixture
def library(folder: Path) -> Library:
    """The library of ``folder``."""
    return Library(folder)


@pytest.fixture
def text() -> Callable[..., str]:
    """``entry_text``."""
    return entry_text


@pytest.fixture
def put(folder: Path) -> Callable[..., Path]:
    """Write a file of the folder: ``put("returns/x.zh.md", level=…)`` or ``put(path, data=b…)``."""

    def write(path: str, *, data: bytes | None = None, **fields: Any) -> Path:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(entry_text(**fields).encode() if data is None else data)
        return place

    return write


@pytest.fixture
def store(tmp_path: Path, postgres_address: str) -> Iterator[Database]:
    """A migrated, empty database of its own."""
    name = f"dawen_kb_{uuid4().hex[:12]}"
    address = f"sqlite:///{tmp_path / 'kb.db'}"
    if postgres_address:
        _administer(postgres_address, f'CREATE DATABASE "{name}"')
        place = make_url(postgres_address).set(database=name)
        address = place.render_as_string(hide_password=False)
    database = Database(address)
    migrations.upgrade(database)
    yield database
    database.close()
    if postgres_address:
        _administer(postgres_address, f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sql(statement))
    engine.dispose()


@pytest.fixture
def publish(library: Library, store: Database) -> Callable[[], Changes]:
    """Scan the folder and store what is found."""

    def run() -> Changes:
        with store.session() as session:
            return sync(session, library.scan())

    return run


@pytest.fixture
def as_nobody(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Become a user without special rights until the test ends; root may write anything."""
    if os.geteuid() != 0:
        yield lambda: None
        return

    def become() -> None:
        for place in (tmp_path, *tmp_path.parents[:3]):
            if os.fspath(place).startswith(tempfile.gettempdir() + "/"):
                place.chmod(0o755)
        os.seteuid(65534)

    yield become
    os.seteuid(0)

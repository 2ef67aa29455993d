"""The real site for the play: its own folder, the shipped content and model, and a clock to set."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from accounts import passwords, people, tokens
from accounts.roles import Role
from app import create_app
from benchmarks.fortnight.meanings import ROOT
from database import Database
from doors.services import Services
from kb.disclosure import Level
from settings import Settings

PASSWORD = "nine lanterns over the quiet canal"  # noqa: S105 (nobody real has it)
NO_LIMIT = "1000000 per minute"
"""The play squeezes two weeks into minutes, and the limits count by the real clock."""
NOWHERE = "no-model-here"


class Clock:
    """The present moment of the play."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Site:
    """The application on a copy of the content, and the same one with its model out of reach."""

    def __init__(self, folder: Path, now: datetime, *, model: str = "", **options: Any) -> None:
        self.folder = folder
        self.content = folder / "content"
        self.clock = Clock(now)
        if not self.content.exists():
            shutil.copytree(ROOT / "content", self.content)
        values = {"rate_limit_search": NO_LIMIT, "rate_limit_forms": NO_LIMIT, **options}
        values["embedding_model"] = model or Settings(_env_file=None).embedding_model  # type: ignore[call-arg]
        self._settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            content_dir=self.content,
            var_dir=folder / "var",
            log_level="ERROR",
            **values,
        )
        self.app = self._open(self._settings)
        self.run("db", "upgrade")
        self.run("index", "build")
        self._token = ""
        self._hash = passwords.hash_password(PASSWORD)

    @property
    def services(self) -> Services:
        """The parts of the application."""
        found: Services = self.app.extensions["dawen"]
        return found

    @property
    def database(self) -> Database:
        """Its database."""
        return self.services.database

    def failing(self) -> Flask:
        """The same site while its model cannot be read: it searches by words alone."""
        return self._open(self._settings.model_copy(update={"embedding_model": NOWHERE}))

    def run(self, *command: str) -> str:
        """Run a command of ``flask``; what it printed. Raises where it fails."""
        done = self.app.test_cli_runner().invoke(args=list(command))
        if done.exit_code:
            raise SystemExit(f"flask {' '.join(command)}: {done.output}")
        return done.output.strip()

    def person(self, role: Role, number: int) -> str:
        """The e-mail address of a person, who is made where there is none yet."""
        email = f"{role.value}{number}@example.com"
        with self.database.session() as session:
            if people.find(session, email) is None:
                people.create(session, email, role=role, now=self.clock(), password_hash=self._hash)
        return email

    def token(self) -> str:
        """What the shop's chatbot shows: a token for what is public."""
        if not self._token:
            with self.database.session() as session:
                self._token = tokens.create(
                    session, "chatbot", level=Level.PUBLIC, now=self.clock()
                )
        return self._token

    def client(self, app: Flask | None = None) -> FlaskClient:
        """A browser without a cookie."""
        return (app or self.app).test_client()

    def close(self) -> None:
        """Give every connection back."""
        self.services.database.close()
        self.services.log.close()

    def _open(self, settings: Settings) -> Flask:
        return create_app(settings, clock=self.clock)

"""Every option of Dawen: its default, what it is for, and its check.

Options are read from the environment (prefix ``DAWEN_``) and from ``.env``; an empty one is as
good as none.
Only ``app`` and ``cli`` read this module; every other part is handed what it needs.
"""

import json
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import limits
from filelock import FileLock
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
MAX_BODY_BYTES = 1_500_000
PREFIX = "DAWEN_"
DATABASES = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
TRANSLATED = ("web", "desk", "admin", "accounts", "doors")


class Settings(BaseSettings):
    """The options of one running Dawen. Paths are absolute once read."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ROOT / ".env",
        env_ignore_empty=True,  # an empty path would be the current folder
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,  # an address of a database holds a password
    )

    content_dir: Path = Field(ROOT / "content", description="The folder of Markdown entries.")
    var_dir: Path = Field(
        ROOT / "var", description="Where the database, the index and the secret key live."
    )
    database_url: str = Field(
        "", description="SQLAlchemy address; empty means SQLite at <var_dir>/dawen.db."
    )
    embedding_model: str = Field(
        str(ROOT / "models" / "dawen-zh-en"),
        description="Folder of the embedding model, or `hashing` for the one without meaning.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""), description="Signs sessions; empty means the one kept in <var_dir>."
    )
    shop_name: str = Field(
        "", description="Name on the pages; empty means that of `shop.yaml` in the content."
    )
    shop_url: str = Field("", description="Address of the shop that the pages link back to.")
    default_language: Literal["zh", "en"] = Field(
        "zh", description="Language where the browser asks for neither."
    )
    time_zone: str = Field(
        "",
        description="Time zone of the shop, such as Asia/Shanghai; empty means that of the server.",
    )
    trusted_hosts: Annotated[list[str], NoDecode] = Field(
        [],
        description="Host names that may be asked for; empty means any (behind a proxy: set it).",
    )
    proxy_count: int = Field(
        0, ge=0, le=5, description="Proxies in front whose X-Forwarded headers are believed."
    )
    secure_cookies: bool = Field(
        False, description="Send cookies over HTTPS only, with the __Host- prefix and HSTS."
    )
    session_days: int = Field(14, ge=1, le=90, description="Days until a sign-in must be renewed.")
    query_max_chars: int = Field(
        256,
        ge=32,
        le=512,  # in an address a character has up to 12 bytes, and a server takes 8,190
        description="Longest question that is searched, at most 512.",
    )
    rate_limit_search: str = Field(
        "120 per minute", description="Searches allowed per address or person."
    )
    rate_limit_forms: str = Field(
        "20 per hour", description="Registrations and questions allowed per address or person."
    )
    answer_floor: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Least confidence of an answer; empty means 1 - 6.2 * wrong_answer_share.",
    )
    suggest_floor: float | None = Field(
        None, ge=0, le=1, description="Least confidence of a suggestion; empty means 0.35."
    )
    wrong_answer_share: float = Field(
        0.05, gt=0, lt=0.5, description="Share of wrong answers that the answer floor aims at."
    )
    hot_min_sessions: int = Field(
        5,
        ge=2,
        le=10_000,
        description="Sessions that must ask for an entry to make it hot on home.",
    )
    miss_cost_minutes: float = Field(
        6.0, gt=0, le=480, description="Minutes of an agent that an unanswered question costs."
    )
    site_url: str = Field(
        "",
        description="Address of this site, for links in letters and of `flask users`, "
        "such as https://help.example.",
    )
    smtp_host: str = Field("", description="Mail server for letters; empty means none are sent.")
    smtp_port: int = Field(587, ge=1, le=65_535, description="Port of the mail server.")
    smtp_user: str = Field("", description="Name at the mail server; empty means no sign-in.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password at the mail server.")
    smtp_from: str = Field("", description="Address that letters come from.")
    smtp_starttls: bool = Field(
        True, description="Encrypt the connection; a mail server without it is refused."
    )
    encoder_threads: int = Field(1, ge=1, le=16, description="Threads of the encoder per process.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least level that is logged."
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone and zone not in available_timezones():
            raise ValueError(f"{zone!r} is no time zone; write one like Asia/Shanghai")
        return zone

    @field_validator("content_dir", "var_dir")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().resolve()

    @field_validator("trusted_hosts", mode="before")
    @classmethod
    def _listed(cls, raw: Any) -> Any:
        try:
            return json.loads(raw) if isinstance(raw, str) else raw
        except ValueError:
            raise ValueError('write a JSON list, such as ["help.shop.example"]') from None

    @field_validator("rate_limit_search", "rate_limit_forms")
    @classmethod
    def _counted(cls, rate: str) -> str:
        try:
            limits.parse_many(rate)
        except ValueError:
            raise ValueError(
                "write a number per second, minute, hour or day, such as 120 per minute"
            ) from None
        return rate

    @field_validator("database_url")
    @classmethod
    def _served(cls, address: str) -> str:
        try:
            is_served = not address or make_url(address).drivername in DATABASES
        except (ArgumentError, ValueError):
            is_served = False
        if not is_served:
            raise ValueError(
                "write postgresql+psycopg://user:password@host/name or sqlite:////path/to/file.db, "
                "or leave it empty"
            )
        return address

    @property
    def root(self) -> Path:
        """The folder of the program, with its templates and static files."""
        return ROOT

    @property
    def database_address(self) -> str:
        """The SQLAlchemy address that is really used."""
        return self.database_url or f"sqlite:///{self.var_dir / 'dawen.db'}"

    @property
    def index_dir(self) -> Path:
        """The folder of the index generations."""
        return self.var_dir / "index"

    @property
    def sends_letters(self) -> bool:
        """Whether those who leave an address can be written to at all."""
        return bool(self.smtp_host and self.smtp_from and self.site_url)

    def for_flask(self) -> dict[str, Any]:
        """What Flask and the doors are configured with; limits of size are in bytes."""
        return {
            "SECRET_KEY": self.signing_key(),
            "SESSION_COOKIE_NAME": "__Host-dawen" if self.secure_cookies else "dawen",
            "SESSION_COOKIE_SECURE": self.secure_cookies,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_REFRESH_EACH_REQUEST": False,
            "PERMANENT_SESSION_LIFETIME": timedelta(days=self.session_days),
            "TRUSTED_HOSTS": self.trusted_hosts or None,
            "MAX_CONTENT_LENGTH": MAX_BODY_BYTES,
            "MAX_FORM_MEMORY_SIZE": MAX_BODY_BYTES,
            "MAX_FORM_PARTS": 200,
            "BABEL_DEFAULT_LOCALE": "en",
            "BABEL_TRANSLATION_DIRECTORIES": ";".join(
                str(ROOT / "translations" / door) for door in TRANSLATED
            ),
            "SHOP_NAME": self.shop_name,
            "SHOP_URL": self.shop_url,
            "DEFAULT_LANGUAGE": self.default_language,
            "QUERY_MAX_CHARS": self.query_max_chars,
            "RATE_LIMIT_SEARCH": self.rate_limit_search,
            "RATE_LIMIT_FORMS": self.rate_limit_forms,
            "MISS_COST_MINUTES": self.miss_cost_minutes,
            "HOT_MIN_SESSIONS": self.hot_min_sessions,
            "SENDS_LETTERS": self.sends_letters,
        }

    def signing_key(self) -> str:
        """The key that signs sessions, made and kept (mode 0600) where none is given."""
        if self.secret_key.get_secret_value():
            return self.secret_key.get_secret_value()
        path = self.var_dir / "secret_key"
        return _kept_key(path) or _made_key(path)


class SettingsWrong(Exception):
    """Options that cannot be used: one line for each, with its name and what is right."""


def read_settings() -> Settings:
    """The options of the environment. Raises ``SettingsWrong``."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsWrong("\n".join(_complaints(error))) from None


def _complaints(error: ValidationError) -> list[str]:
    return [
        f"{PREFIX}{str(one['loc'][0]).upper()}: {one['msg'].removeprefix('Value error, ')}."
        for one in error.errors()
    ]


def _kept_key(path: Path) -> str:
    """The key in a file; empty where a process was killed before it wrote one."""
    return path.read_text("ascii").strip() if path.exists() else ""


def _made_key(path: Path) -> str:
    """A new key, kept in the file: that of whoever comes first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        if not (key := _kept_key(path)):
            key = secrets.token_urlsafe(48)
            path.touch(mode=0o600)
            path.write_text(key, "ascii")
        return key

"""The settings: documented, checked, and sensible where nothing is set."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from app import create_app
from settings import ROOT, Settings, SettingsWrong, read_settings

WRONG = {
    "DAWEN_SESSION_DAYS": "abc",
    "DAWEN_LOG_LEVEL": "info",
    "DAWEN_TRUSTED_HOSTS": "help.example",
    "DAWEN_DATABASE_URL": "mysql://somebody:secret@host/name",
    "DAWEN_RATE_LIMIT_SEARCH": "nonsense",
}


def make(**options: object) -> Settings:
    """Settings of these options alone."""
    return Settings(_env_file=None, **options)


def test_every_option_says_what_it_is_for() -> None:
    """Each has a description that is a sentence."""
    for name, option in Settings.model_fields.items():
        assert (option.description or "").endswith("."), name


@pytest.mark.parametrize(
    ("name", "value"),
    [("proxy_count", -1), ("session_days", 0), ("query_max_chars", 5), ("default_language", "fr"),
     ("time_zone", "Beijing"),
     ("answer_floor", 1.5), ("log_level", "LOUD"), ("secure_cookies", "perhaps"),
     ("query_max_chars", 513), ("trusted_hosts", "help.example"), ("trusted_hosts", "5"),
     ("database_url", "nonsense"), ("database_url", "postgresql+psycopg://a:b@c:port/d"),
     ("database_url", "mysql://a/b"),
     ("database_url", "postgresql://a/b"), ("rate_limit_forms", "x per y"),
     ("rate_limit_forms", "-1 per hour")],
)  # fmt: skip
def test_senseless_values_are_refused(name: str, value: object) -> None:
    """A wrong value stops the start and names the option."""
    with pytest.raises(ValidationError, match=name):
        make(**{name: value})


def test_options_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The prefix is DAWEN_; lists are JSON."""
    monkeypatch.setenv("DAWEN_SHOP_NAME", "Lanhome")
    monkeypatch.setenv("DAWEN_TRUSTED_HOSTS", '["shop.example"]')
    assert ("Lanhome", ["shop.example"]) == (make().shop_name, make().trusted_hosts)


def test_Q07_a_rate_that_is_none_is_refused() -> None:
    """A mistyped rate would limit nothing; several may be named."""
    for rate in ("nonsense", "120", "120 per", "5 per minute, nonsense"):
        with pytest.raises(ValidationError, match="120 per minute"):
            make(rate_limit_search=rate)
    assert make(rate_limit_search="9 per second; 120 per minute").rate_limit_search


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_an_empty_option_is_as_good_as_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An option that is set to nothing has its default."""
    monkeypatch.setenv(f"DAWEN_{name.upper()}", "")
    assert getattr(Settings(_env_file=None), name) == Settings.model_fields[name].default


def test_every_wrong_option_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line each, with what is right; a server that makes the application gets them too."""
    for name, value in WRONG.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsWrong) as wrong:
        read_settings()
    lines = str(wrong.value).splitlines()
    assert sorted(WRONG) == sorted(line.partition(": ")[0] for line in lines)
    assert "secret" not in str(wrong.value)
    monkeypatch.delenv("FLASK_RUN_FROM_CLI", raising=False)
    with pytest.raises(SettingsWrong, match=r"DAWEN_LOG_LEVEL: .*'INFO'"):
        create_app()


@pytest.mark.parametrize("command", [["db", "status"], ["--help"], ["serve"]])
def test_a_command_says_which_options_are_wrong(command: list[str]) -> None:
    """No trace: the names, and the exit code of a wrong call."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *command],
        cwd=ROOT,
        env={"PATH": "", **WRONG},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stderr.splitlines()
    assert (2, len(WRONG), "") == (done.returncode, len(lines), done.stdout), done.stderr
    assert all(line.startswith("DAWEN_") for line in lines)


def test_secret_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    """Without a given key one is made, readable by the owner alone, and used again."""
    first = make(var_dir=tmp_path / "var").signing_key()
    assert first == make(var_dir=tmp_path / "var").signing_key()
    assert len(first) >= 48
    assert 0o600 == stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode)
    assert "given" == make(var_dir=tmp_path, secret_key="given").signing_key()


def test_an_empty_key_is_no_key(tmp_path: Path) -> None:
    """What a process leaves that was killed before it wrote: sessions must not be signed by it."""
    (tmp_path / "secret_key").touch(0o600)
    made = make(var_dir=tmp_path).signing_key()
    assert len(made) >= 48
    assert made == make(var_dir=tmp_path).signing_key()


def test_secrets_are_not_printed() -> None:
    """The key does not show where settings are printed."""
    assert "given" not in repr(make(secret_key="given"))


def test_paths_are_absolute() -> None:
    """A relative folder is read once, from where the program started."""
    assert make(var_dir=Path("var")).var_dir.is_absolute()
    assert make(var_dir=Path("/srv/v")).database_address == "sqlite:////srv/v/dawen.db"

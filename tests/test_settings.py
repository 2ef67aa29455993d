"""The settings: documented, checked, and sensible where nothing is set."""

import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import ROOT, Settings


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
     ("answer_floor", 1.5), ("log_level", "LOUD"), ("secure_cookies", "perhaps")],
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


def test_an_empty_option_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty path is not the folder that the program was started in."""
    for name in ("CONTENT_DIR", "VAR_DIR", "TRUSTED_HOSTS", "ANSWER_FLOOR"):
        monkeypatch.setenv(f"DAWEN_{name}", "")
    assert (ROOT / "content", ROOT / "var") == (make().content_dir, make().var_dir)
    assert ([], None) == (make().trusted_hosts, make().answer_floor)


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

"""``kb.names``: names that are safe in an address and on every file system."""

from pathlib import Path

import pytest

from kb.errors import UnsafeName
from kb.library import Library
from kb.names import check_slug, check_topic, is_slug, split_path

HOSTILE = [
    "..", ".", "", "../x", "/abs", "C:\\x", "\\\\srv\\x", "a/../../b", "a/b", "a\\b", "x:stream",
    "CON", "con", "aux", "nul", "com1", "lpt9", "aux.md", "x.", "x ", " x", "x.y", "a_b", "A",
    "-a", "a-", "a--b", "退货", "é", "e\u0301", "a\x00", "a\r\n", "a\n", "%2e%2e", "..%5c",
    "\uff41", "a\u200b", "~", "$HOME", "{{7*7}}", "<svg>", "a" * 300,
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_P02_no_hostile_name_is_accepted(name: str) -> None:
    """Neither a slug nor a topic can leave its folder or offend a file system."""
    with pytest.raises(UnsafeName):
        check_slug(name)
    with pytest.raises(UnsafeName):
        check_topic(name)
    assert not is_slug(name)


@pytest.mark.parametrize("name", HOSTILE)
def test_P01_P02_no_hostile_path_is_accepted(name: str, library: Library) -> None:
    """A path made with such a name reaches no file."""
    for path in (f"{name}/x.zh.md", f"returns/{name}.zh.md", f"returns/x.{name}.md", name):
        with pytest.raises(UnsafeName):
            split_path(path)
        with pytest.raises(UnsafeName):
            library.read(path)


def test_P03_a_sibling_folder_is_outside(tmp_path: Path, library: Library, folder: Path) -> None:
    """A folder beside the content whose name begins alike is not part of it, by link or path."""
    private = tmp_path / "content_private"
    private.mkdir()
    (private / "secret.zh.md").write_text("secret", "utf-8")
    (folder / "linked").symlink_to(private, target_is_directory=True)
    for path in ("../content_private/secret.zh.md", "linked/secret.zh.md"):
        with pytest.raises(UnsafeName):
            library.read(path)


def test_names_tell_their_parts() -> None:
    """A good path gives topic, slug and language, and back."""
    name = split_path("returns/send-back-7.en.md")
    assert ("returns", "send-back-7", "en") == (name.topic, name.slug, name.lang)
    assert "returns/send-back-7.en.md" == name.path


def test_the_folder_for_pictures_is_no_topic() -> None:
    """``media`` keeps its meaning."""
    with pytest.raises(UnsafeName):
        check_topic("media")

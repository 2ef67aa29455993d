"""Who may import whom: the table of docs/architecture.md, read from the sources with ``ast``."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOORS = {"web", "desk", "admin", "api"}
DOMAIN = {"kb", "search", "insights", "accounts"}
OWN = {*DOMAIN, *DOORS, "doors", "cli", "app", "settings", "training", "benchmarks", "tests"}

ALLOWED_OWN = {
    "kb": set(),
    "search": {"kb"},
    "insights": {"kb", "search"},
    "accounts": {"kb"},
    "doors": {"kb", "search", "insights", "accounts"},
    "web": {"kb", "search", "insights", "accounts", "doors"},
    "desk": {"kb", "search", "insights", "accounts", "doors"},
    "admin": {"kb", "search", "insights", "accounts", "doors"},
    "api": {"kb", "search", "insights", "accounts", "doors"},
    "cli": {"kb", "search", "insights", "accounts", "settings"},
    "database": set(),
    "settings": set(),
    "training": {"search"},
}
FORBIDDEN_OUTSIDE = {
    "kb": {"flask", "numpy"},
    "search": {"flask"},
    "insights": {"flask"},
    "web": {"faiss"},
    "desk": {"faiss"},
    "admin": {"faiss"},
    "api": {"faiss"},
    "doors": {"faiss"},
    "database": {"flask"},
}
IN_ONE_FILE = {
    "faiss": "search/faiss_store.py",
    "onnxruntime": "search/embedder.py",
    "tokenizers": "search/embedder.py",
    "sentence_transformers": "search/embedder.py",
}
VIEWS = ROOT / "accounts" / "views.py"


def sources(part: str) -> Iterator[Path]:
    """The Python files of a package or of a single module."""
    single = ROOT / f"{part}.py"
    return iter([single]) if single.exists() else (ROOT / part).rglob("*.py")


def imported(path: Path) -> Iterator[str]:
    """The full names of the modules that a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield path.relative_to(ROOT).parts[0]


def is_door_like(path: Path) -> bool:
    """The sign-in views live in ``accounts`` and stand where a door stands."""
    return path == VIEWS or path.parent == VIEWS.with_suffix("")


@pytest.mark.parametrize("part", ALLOWED_OWN)
def test_only_allowed_parts_are_imported(part: str) -> None:
    """No part imports another that the table does not allow it to know."""
    for path in sources(part):
        allowed = ALLOWED_OWN[part] | {part} | ({"doors"} if is_door_like(path) else set())
        tops = {name.partition(".")[0] for name in imported(path)}
        assert set() == (tops & OWN) - allowed, path


def test_accounts_knows_of_kb_only_disclosure() -> None:
    """Accounts take from the knowledge only who may see what."""
    for path in sources("accounts"):
        names = {name for name in imported(path) if name.split(".")[0] == "kb"}
        assert names <= {"kb.disclosure"}, path


@pytest.mark.parametrize("part", FORBIDDEN_OUTSIDE)
def test_foreign_libraries_stay_out(part: str) -> None:
    """The domain knows no Flask, and the doors know no vectors."""
    for path in sources(part):
        tops = {name.partition(".")[0] for name in imported(path)}
        assert set() == tops & FORBIDDEN_OUTSIDE[part], path


def test_nobody_imports_the_app() -> None:
    """``app`` joins the parts; a part that imported it would make a circle."""
    for part in ALLOWED_OWN:
        for path in sources(part):
            assert "app" not in set(imported(path)), path


@pytest.mark.parametrize(("library", "home"), IN_ONE_FILE.items())
def test_replaceable_libraries_live_in_one_file(library: str, home: str) -> None:
    """The vector store and the model can be replaced by changing one file each."""
    parts = [part for part in ALLOWED_OWN if part != "training"]
    users = {
        path.relative_to(ROOT).as_posix()
        for part in parts
        for path in sources(part)
        if library in {name.partition(".")[0] for name in imported(path)}
    }
    assert users <= {home}

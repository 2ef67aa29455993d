"""Who may import whom: the table of docs/architecture.md, read from the sources with ``ast``."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \| ?([^|]*) ?\|$", re.MULTILINE)
TABLE = ROW.findall((ROOT / "docs" / "architecture.md").read_text("utf-8"))
ALLOWED_OWN = {part: set(re.findall(r"`(\w+)`", names)) for part, names in TABLE}
OWN = {*ALLOWED_OWN, "tests"}
WITH_THE_WHOLE = ("training", "benchmarks")
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
    "migrations": {"flask"},
}
FLASK = re.compile(r"flask(_\w+)?|wtforms")
IN_ONE_FILE = {
    "faiss": "search/faiss_store.py",
    "onnxruntime": "search/embedder.py",
    "tokenizers": "search/embedder.py",
    "sentence_transformers": "search/embedder.py",
}
VIEWS = ROOT / "accounts" / "views.py"
SIGN_IN_PAGES = ("forms.py", "refusals.py", "sessions.py", "views.py")


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


def test_every_part_has_a_row() -> None:
    """No package and no module of the project is left out of the table, or there twice."""
    modules = {path.stem for path in ROOT.glob("*.py")}
    packages = {path.parent.name for path in ROOT.glob("[a-z]*/*.py")} - {"tests"}
    assert sorted(modules | packages) == sorted(part for part, _ in TABLE)


@pytest.mark.parametrize("part", ALLOWED_OWN)
def test_only_allowed_parts_are_imported(part: str) -> None:
    """No part imports another that the table does not allow it to know."""
    for path in sources(part):
        allowed = ALLOWED_OWN[part] | {part} | ({"doors"} if path == VIEWS else set())
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


def test_accounts_knows_flask_in_its_pages_only() -> None:
    """People, passwords, links and tokens work without a request."""
    knowing = {
        path.name
        for path in sources("accounts")
        if any(FLASK.fullmatch(name.partition(".")[0]) for name in imported(path))
    }
    assert set(SIGN_IN_PAGES) == knowing


def test_nobody_imports_what_stands_on_the_whole() -> None:
    """``app`` joins the parts, so a part that imported it would make a circle; the model's recipe
    and the benchmarks never run in the application."""
    for name in ("app", *WITH_THE_WHOLE):
        assert {part for part, names in TABLE if f"`{name}`" in names} <= {"benchmarks"}, name


@pytest.mark.parametrize(("library", "home"), IN_ONE_FILE.items())
def test_replaceable_libraries_live_in_one_file(library: str, home: str) -> None:
    """The vector store and the model can be replaced by changing one file each."""
    parts = [part for part in ALLOWED_OWN if part not in WITH_THE_WHOLE]
    users = {
        path.relative_to(ROOT).as_posix()
        for part in parts
        for path in sources(part)
        if library in {name.partition(".")[0] for name in imported(path)}
    }
    assert users <= {home}

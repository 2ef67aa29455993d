"""The documents know every setting, command, target and address; links and numbers are right."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from app import create_app
from settings import Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})
PROSE = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)
SECTIONS = {"Unreleased", "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
OF_FLASK = {"routes", "run", "shell", "limiter", "spec"}
FOREIGN_PATHS = re.compile(r"(?<![\w.])/(?:work|tmp|root|home)/\S+")
LINK = re.compile(r"\]\(([\w./-]+)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, for its commands and addresses; it serves nothing here."""
    var = tmp_path_factory.mktemp("var")
    app = create_app(Settings(_env_file=None, var_dir=var, embedding_model="hashing"))
    app.extensions["dawen"].log.close()
    return app


def test_every_setting_is_in_the_readme() -> None:
    """Each option stands in the table, and the table has no option that is none."""
    names = {f"DAWEN_{name.upper()}" for name in Settings.model_fields}
    described = set(re.findall(r"^\| `(DAWEN_\w+)`", README, re.MULTILINE))
    assert names == described


def commands(group: click.Group, prefix: str = "flask") -> Iterator[str]:
    """Every command below a group, as it is typed."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}"


def test_every_command_is_in_the_readme(own_app: Flask) -> None:
    """What ``flask --help`` offers of our own is described."""
    own = [name for name in commands(own_app.cli) if name.split()[1] not in OF_FLASK]
    assert [] == [name for name in own if f"`{name}" not in README]


def test_every_command_that_is_described_exists(own_app: Flask) -> None:
    """The documents name no command that is gone."""
    own = set(commands(own_app.cli))
    groups = {name.rpartition(" ")[0] for name in own}
    described = {match.strip() for match in re.findall(r"flask(?: [a-z]+){1,2}", PROSE)}
    for name in described:
        assert {name, name.rpartition(" ")[0]} & (own | groups), name


def test_every_make_target_is_in_the_readme() -> None:
    """Each target says what it does in ``make help``, and stands in the README."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"\.PHONY: ((?:.*\\\n)*.*)", makefile)
    assert phony
    targets = set(phony[1].replace("\\", " ").split())
    helped = set(re.findall(r"^([a-z0-9-]+):.*## ", makefile, re.MULTILINE))
    assert targets == helped
    assert [] == [name for name in targets if not re.search(rf"`make {name}\b", README)]


def test_every_family_of_addresses_is_in_the_readme(own_app: Flask) -> None:
    """The first part of every address that the application answers is named."""
    families = {f"/{rule.rule.split('/')[1]}" for rule in own_app.url_map.iter_rules()}
    assert [] == [one for one in families if one not in README]


def test_decisions_are_numbered_from_one() -> None:
    """Decision records have numbers without gaps, a title with that number, and a context."""
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [f"{number:04}" for number in range(1, len(records) + 1)] == [
        path.name[:4] for path in records
    ]
    for path in records:
        assert path.read_text("utf-8").startswith(f"# {int(path.name[:4])}. "), path
        assert "## Decision" in path.read_text("utf-8"), path


def test_the_changelog_has_its_sections() -> None:
    """The changelog begins with what is unreleased and uses the usual headings only."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "## [Unreleased]" in text
    assert set(re.findall(r"^### (\w+)", text, re.MULTILINE)) <= SECTIONS


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_lead_somewhere(path: Path) -> None:
    """Every relative link leads to a file of this repository."""
    for target in LINK.findall(re.sub(r"`[^`]*`", "", path.read_text("utf-8"))):
        if not target.startswith("/"):
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_no_machine(path: Path) -> None:
    """No document leads to a folder of somebody's machine."""
    assert [] == FOREIGN_PATHS.findall(path.read_text("utf-8"))

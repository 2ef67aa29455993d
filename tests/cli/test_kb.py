"""``flask kb``: what it prints, what it writes, and how it ends."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from flask import Flask

from cli.kb import kb_group
from kb.disclosure import Level, Status
from kb.library import Library

TOPICS = "- id: returns\n  name: {zh: 退货, en: Returns}\n  description: {zh: 怎么退, en: How}\n"
GOOD = "---\nquestion: q\ndisclosure: public\nstatus: published\n---\na\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder with one topic."""
    (tmp_path / "content/returns").mkdir(parents=True)
    (tmp_path / "content/topics.yaml").write_text(TOPICS, "utf-8")
    return tmp_path / "content"


@pytest.fixture
def library(folder: Path) -> Library:
    """The library of that folder."""
    return Library(folder)


def flask_kb(library: Library, *arguments: str) -> Result:
    """Run ``flask kb`` in an application that has nothing but the content: no database."""
    app = Flask("content-only")
    app.extensions["dawen"] = SimpleNamespace(library=library)
    return app.test_cli_runner().invoke(kb_group, arguments)


def test_check_is_content_with_sound_files(library: Library, folder: Path) -> None:
    """A sound folder ends with 0 and a summary."""
    (folder / "returns/a.zh.md").write_text(GOOD, "utf-8")
    result = flask_kb(library, "check")
    assert (0, "1 files, 1 entries, 0 problems.\n") == (result.exit_code, result.output)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            GOOD.replace("public", "Public"),
            [
                "3: `disclosure`: 'Public' is not a disclosure level",
                "    → Write exactly one of public, customer, agent, internal.",
                "1 files, 0 entries, 1 problems.",
            ],
        ),
        (
            f"{GOOD}\n![b](/media/b.png)\n",
            [
                "8: an answer has no pictures yet",
                "    → Say in words what it shows, or link to a page that shows it.",
                "1 files, 1 entries, 1 problems.",
            ],
        ),
    ],
)
def test_check_prints_every_problem_with_file_line_and_hint(
    library: Library, folder: Path, text: str, expected: list[str]
) -> None:
    """Problems make the command fail, each on a line of its own with what to do below it; a picture
    leaves the entry, since nothing but itself is missing."""
    file = folder / "returns/a.zh.md"
    file.write_text(text, "utf-8")
    result = flask_kb(library, "check")
    first, *rest = expected
    assert (1, [f"{file}:{first}", *rest]) == (result.exit_code, result.output.splitlines())


def test_check_as_json(library: Library, folder: Path) -> None:
    """Programs get one object, with the same exit status."""
    (folder / "returns/a.zh.md").write_bytes(b"\xff")
    result = flask_kb(library, "check", "--json")
    report = json.loads(result.output)
    assert (1, 1, 0) == (result.exit_code, report["files"], report["entries"])
    assert {"path", "line", "code", "message", "hint"} == set(report["problems"][0])


def test_check_of_a_part_and_of_another_folder(library: Library, folder: Path) -> None:
    """PATH narrows the check; a folder that is not there is a clear error."""
    (folder / "returns/a.zh.md").write_text(GOOD, "utf-8")
    (folder / "returns/b.zh.md").write_text("", "utf-8")
    assert 0 == flask_kb(library, "check", str(folder / "returns/a.zh.md")).exit_code
    result = flask_kb(library, "check", str(folder / "../nowhere"))
    assert 1 == result.exit_code
    assert "cannot be read" in result.output


def test_new_writes_a_correct_skeleton(library: Library, folder: Path) -> None:
    """The file is valid, a draft, internal, and named after the question."""
    result = flask_kb(library, "new", "returns", "怎么退货？")
    assert (0, f"{folder}/returns/zen-me-tui-huo.zh.md\n") == (result.exit_code, result.output)
    entry = library.scan().entries["returns/zen-me-tui-huo.zh.md"].entry
    assert (Level.INTERNAL, Status.DRAFT, "怎么退货？") == (
        entry.level,
        entry.status,
        entry.question,
    )
    assert 0 == flask_kb(library, "check").exit_code


def test_new_takes_options(library: Library, folder: Path) -> None:
    """Language, address and level can be chosen."""
    options = ("--lang", "en", "--slug", "send-back", "--disclosure", "public")
    assert 0 == flask_kb(library, "new", "returns", "How?", *options).exit_code
    entry = library.scan().entries["returns/send-back.en.md"].entry
    assert Level.PUBLIC == entry.level


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere", "q"), "does not exist"),
        (("../x", "q"), "a–z"),
        (("returns", "q", "--slug", "con"), "Windows"),
        (("returns", "q", "--slug", "taken", "--lang", "zh"), "exists"),
        (("returns", ""), "missing"),
    ],
)
def test_new_refuses_with_a_reason(
    arguments: tuple[str, ...], message: str, library: Library, folder: Path
) -> None:
    """A wrong topic, name or clash is told, and nothing is written over."""
    (folder / "returns/taken.zh.md").write_text(GOOD, "utf-8")
    result = flask_kb(library, "new", *arguments)
    assert 1 == result.exit_code
    assert message in result.output
    assert GOOD == (folder / "returns/taken.zh.md").read_text("utf-8")

"""Everything that can be said about a content folder without a database."""

from dataclasses import dataclass, replace
from pathlib import Path

from kb.library import Library, Scan
from kb.markdown import render
from kb.problem import Problem


@dataclass(frozen=True, slots=True)
class Report:
    """``files`` that were looked at, sound ``entries`` among them, and every problem."""

    files: int
    entries: int
    problems: tuple[Problem, ...]


def check(library: Library, *, below: Path | None = None) -> Report:
    """Read, compare and render the folder, or the part of it that lies ``below`` a path.

    A path outside the folder is taken for a content folder of its own.
    The problems' paths are as one would type them. Raises ``KnowledgeError`` without a folder.
    """
    if below is not None and not below.resolve().is_relative_to(library.root):
        library, below = Library(below), None
    scan = library.scan()
    part = below.resolve().relative_to(library.root).as_posix() if below else "."
    files = [path for path in scan.files if _is_in(path, part)]
    problems = [each for each in _all_problems(scan) if _is_in(each.path, part)]
    return Report(
        files=len(files),
        entries=sum(path in scan.entries for path in files),
        problems=tuple(replace(each, path=_typed(library.root, each.path)) for each in problems),
    )


def _all_problems(scan: Scan) -> list[Problem]:
    rendered = (
        (path, render(text).fault)
        for path, found in scan.entries.items()
        for text in (found.entry.answer, found.entry.agent_note)
    )
    hint = "Write it more plainly."
    faults = [Problem(path, 1, "markdown", fault, hint) for path, fault in rendered if fault]
    return sorted([*scan.problems, *faults])


def _is_in(path: str, part: str) -> bool:
    return part == "." or path == part or path.startswith(f"{part}/")


def _typed(root: Path, path: str) -> str:
    place = root / path
    here = Path.cwd()
    return str(place.relative_to(here) if place.is_relative_to(here) else place)

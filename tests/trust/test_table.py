"""``docs/trust.md`` tells the truth: every case stands in it once, with tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = 123
_ROW = re.compile(r"^\| ([A-Z]\d\d) \|.*\| ([^|]+) \|$", re.MULTILINE)
_TEST = re.compile(r"def test_((?:[A-Z]\d\d_)+)")


def table() -> dict[str, str]:
    """The last column of each case."""
    rows = _ROW.findall((ROOT / "docs" / "trust.md").read_text("utf-8"))
    assert len(rows) == len(dict(rows)), "a case stands in the table twice"
    return dict(rows)


def files_by_case() -> dict[str, set[str]]:
    """For each case the files that hold a test named after it."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        for cases in _TEST.findall(path.read_text("utf-8")):
            for case in cases.rstrip("_").split("_"):
                found.setdefault(case, set()).add(path.relative_to(ROOT).as_posix())
    return found


def test_every_case_is_in_the_table() -> None:
    """All cases are there, and none that a test names is missing."""
    assert CASES == len(table())
    assert set() == set(files_by_case()) - set(table())


def test_the_files_of_a_case_hold_tests_of_it() -> None:
    """A file that is named for a case has a test named after the case."""
    existing = files_by_case()
    for case, cell in table().items():
        named = set(re.findall(r"`(tests/[^`]+)`", cell))
        assert named <= existing.get(case, set()), case


def test_a_case_without_tests_says_why() -> None:
    """Nothing is silently open, and what has tests is not called open."""
    existing = files_by_case()
    for case, cell in table().items():
        if case in existing:
            assert re.search(r"`tests/", cell), f"{case} has tests now: name their file"
        else:
            assert re.match(r"(Not yet|Does not apply): \S", cell), case

"""What a run of the suite shows beyond the sums: by level, by language, against the last run."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.disclosure import Level
from search.evaluation import Answer
from search.results import Outcome
from search.text import normalise, query_language


@dataclass(frozen=True, slots=True)
class Share:
    """Some cases: those with an answer, of these the ones that are right, of the answered ones
    those that are wrong."""

    cases: int
    answerable: int
    right: int
    answered: int
    wrong: int


def by_level_and_language(answers: Sequence[Answer]) -> dict[str, Share]:
    """The shares of each level and each language, under names such as ``public`` and ``zh``."""
    groups: dict[str, list[Answer]] = {}
    for one in answers:
        groups.setdefault(Level(one.query.level).label, []).append(one)
    for one in answers:
        groups.setdefault(query_language(normalise(one.query.text)), []).append(one)
    return {name: _share(group) for name, group in groups.items()}


def losses(answers: Sequence[Answer], before: Mapping[str, bool]) -> list[str]:
    """Queries that were right in the run ``before`` and are not now, as ``level: text``."""
    return [name for name, right in verdicts(answers).items() if before.get(name) and not right]


def verdicts(answers: Iterable[Answer]) -> dict[str, bool]:
    """Which queries that have an answer are right: their entry first, and shown."""
    return {
        f"{Level(one.query.level).label}: {one.query.text}": _is_right(one)
        for one in answers
        if one.query.gold
    }


def read_verdicts(path: Path) -> dict[str, bool]:
    """The verdicts of the last run; none where there was none that can be read."""
    try:
        kept: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): bool(right) for name, right in kept.items()} if kept else {}


def keep_verdicts(path: Path, answers: Sequence[Answer]) -> None:
    """Keep the verdicts of this run for the next one."""
    path.write_text(json.dumps(verdicts(answers), ensure_ascii=False), "utf-8")


def _share(answers: Sequence[Answer]) -> Share:
    answered = [one for one in answers if one.outcome is Outcome.ANSWERED]
    return Share(
        cases=len(answers),
        answerable=sum(bool(one.query.gold) for one in answers),
        right=sum(_is_right(one) for one in answers),
        answered=len(answered),
        wrong=sum(one.rank != 1 for one in answered),
    )


def _is_right(one: Answer) -> bool:
    return one.rank == 1 and one.outcome is not Outcome.MISSED

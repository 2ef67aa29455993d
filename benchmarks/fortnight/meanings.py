"""What visitors mean: read from ``benchmarks/judged/fortnight``, with who is answered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from insights.reasons import Reason
from insights.wording import wording_of
from kb.disclosure import Level, Status
from kb.library import Library

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "benchmarks" / "judged" / "fortnight"
NOT_ASKED = "chatter"
LANGS = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that is asked. ``level`` is that of the entry which answers it, and None where
    none does; ``answer`` holds question and answer by language, as an editor would write them."""

    name: str
    kind: str
    wordings: Mapping[str, tuple[str, ...]]
    level: Level | None = None
    topic: str = ""
    answer: Mapping[str, Mapping[str, str]] | None = None
    is_campaign: bool = False

    def is_answered_at(self, clearance: int) -> bool:
        """Whether who has this clearance may see an entry that answers it."""
        return self.level is not None and self.level <= clearance

    def reason_at(self, clearance: int) -> Reason:
        """Why who has this clearance would miss it."""
        if self.kind != "answered":
            return Reason.OUT_OF_SCOPE if self.kind == NOT_ASKED else Reason.NO_ENTRY
        if self.level is None:
            return Reason.NOT_LIVE
        return Reason.BELOW_FLOOR if self.level <= clearance else Reason.ABOVE_LEVEL


@dataclass(frozen=True, slots=True)
class Meanings:
    """All of them by kind, each the most asked first."""

    answered: tuple[Meaning, ...]
    unanswered: tuple[Meaning, ...]
    chatter: tuple[Meaning, ...]

    @property
    def all(self) -> tuple[Meaning, ...]:
        """Every meaning."""
        return self.answered + self.unanswered + self.chatter

    def with_entries(self, names: Collection[str]) -> "Meanings":
        """The same, now that public entries answer these: who finds one is content with it."""
        written = tuple(
            replace(one, level=Level.PUBLIC) if one.name in names else one
            for one in self.unanswered
        )
        return replace(self, unanswered=written)

    def by_wording(self) -> dict[str, str]:
        """What a wording of the files means, for who reads it as a person would."""
        return {
            wording_of(text): meaning.name
            for meaning in self.all
            for texts in meaning.wordings.values()
            for text in texts
        }


def read_meanings(content: Path = ROOT / "content") -> Meanings:
    """The meanings, with the levels of the content as it is."""
    levels = _published(content)
    answered = (
        _meaning(name, "answered", one, levels.get(name)) for name, one in _file("answered").items()
    )
    unanswered = (
        _meaning(name, "unanswered", one, None) for name, one in _file("unanswered").items()
    )
    chatter = (_meaning(name, NOT_ASKED, one, None) for name, one in _file("chatter").items())
    return Meanings(tuple(answered), tuple(unanswered), tuple(chatter))


def _file(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))
    return found


def _meaning(name: str, kind: str, one: Mapping[str, Any], level: Level | None) -> Meaning:
    return Meaning(
        name,
        kind,
        {lang: tuple(one[lang]) for lang in LANGS},
        level,
        one.get("topic", ""),
        one.get("answer"),
        bool(one.get("campaign")),
    )


def _published(content: Path) -> dict[str, Level]:
    entries = [found.entry for found in Library(content).scan().entries.values()]
    live = [entry for entry in entries if entry.status is Status.PUBLISHED]
    return {entry.slug: entry.level for entry in live}

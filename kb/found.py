"""An entry that was found without fault, with what the scan knows of its file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.entry import Entry
from kb.strict_yaml import Location


@dataclass(frozen=True, slots=True)
class Found:
    """``fingerprint`` is that of the file; ``lines`` holds the line of each value."""

    entry: Entry
    fingerprint: str
    lines: Mapping[Location, int] = field(default_factory=dict)

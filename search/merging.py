"""What is counted in a revised table: known passages are not counted again.

Promises what counting all of them anew would give (a test holds it).
"""

from collections.abc import Mapping

import numpy as np

from kb.disclosure import Level
from search.content import Content
from search.fields import FIELDS
from search.gathering import Gathered
from search.index import WHOLE, chapters_of
from search.postings import NO_COUNTS, Counts
from search.spelling import Spelling
from search.table import PassageTable, Positions
from search.words import terms


def counts_after(
    before: Content, gathered: Gathered, table: PassageTable, places: Positions
) -> dict[str, Counts]:
    """The counts of each field of ``table``, where what comes stands at ``places``."""
    counts = {}
    for field in FIELDS:
        added = [field.terms_of(passage) for passage in gathered.added]
        known = before.counts.get(field.name, NO_COUNTS)
        counts[field.name] = known.revised(gathered.stay, places, added)
    return counts | {WHOLE: _chapters_after(before, gathered, table, places, counts)}


def spellings_after(
    before: Content, gathered: Gathered, table: PassageTable
) -> dict[Level, Spelling]:
    """How the texts of each level of ``table`` are spelt."""
    known, levels = before.passages, before.passages.columns["level"]
    spellings = {}
    for level in Level:
        if level not in before.spellings:
            spellings[level] = Spelling.of_lines(table.lines(*table.span(level)))
            continue
        leaving = np.flatnonzero(~gathered.stay & (levels == level)).tolist()
        gone = Spelling.of(known.text(at) for at in leaving)
        come = Spelling.of(one.text for one in gathered.added if one.level == level)
        spellings[level] = before.spellings[level].revised(gone, come)
    return spellings


def _chapters_after(
    before: Content,
    gathered: Gathered,
    table: PassageTable,
    places: Positions,
    counts: Mapping[str, Counts],
) -> Counts:
    """The counts of whole chapters; one is counted again where a passage of it came or went."""
    chapters, begins = chapters_of(table)
    if WHOLE not in before.counts:
        return counts["words"].joined(chapters, begins[:-1])
    stays = np.ones(len(table), dtype=bool)
    stays[places] = False
    was, now = chapters_of(before.passages)[0], chapters[stays]
    kept = np.ones(int(was[-1]) + 1 if len(was) else 0, dtype=bool)
    kept[was[~gathered.stay]] = False
    fresh = np.zeros(len(begins) - 1, dtype=bool)
    fresh[chapters[places]] = True
    was = was[gathered.stay]
    fresh[now[~kept[was]]] = True
    kept[was[fresh[now]]] = False
    changed = np.flatnonzero(fresh)
    added = [
        np.concatenate([terms(table.text(at)) for at in range(begins[one], begins[one + 1])])
        for one in changed.tolist()
    ]
    return before.counts[WHOLE].revised(kept, changed, added)

"""From a cluster to the files: a new entry filled in, phrasings for an entry, and the cluster
settled once it is written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from admin.closing import flash_proof, settle_proof
from admin.phrasing import as_phrase
from admin.rows import rows_of
from admin.writing import change, open_entry
from doors.services import services
from doors.viewer import viewer
from insights.changes import Change
from insights.cluster_actions import answered, standing
from insights.cluster_record import Hand
from insights.decisions import Action
from insights.queue import Wording, wordings_of
from insights.wording import wording_of
from kb.disclosure import is_live
from kb.header import MAX_ITEMS
from kb.tables import EntryRow
from search.text import query_language

LOOKED_BACK = timedelta(days=180)
ALTERNATES = 10
NUMBER_MAX = 2_147_483_647


def hand() -> Hand:
    """The signed-in editor, now."""
    person = viewer().person
    return Hand(person.id if person else None, services().clock())


def number_of(raw: str | None) -> int | None:
    """The number of a cluster, where it is one."""
    text = raw or ""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(NUMBER_MAX))):
        return None
    return min(int(text), NUMBER_MAX)


def start(number: int) -> dict[str, Any]:
    """What an entry for a cluster starts with: its title, and its wordings in that language."""
    now = services().clock()
    with services().database.session() as session:
        row = standing(session, number)
        if row is None:
            return {}
        wordings = wordings_of(session, row.id, since=now - LOOKED_BACK, until=now)
    question = as_phrase(row.title)
    lang = query_language(question)
    return {
        "question": question,
        "alternates": _alternates(wordings, lang),
        "lang": lang,
        "wording": row.title,
        "cluster": str(row.id),
    }


def ways_to_ask(number: int, lang: str) -> str:
    """How a cluster was asked in one language, a line each: for the translation of its entry."""
    now = services().clock()
    with services().database.session() as session:
        row = standing(session, number)
        if row is None:
            return ""
        return _alternates(wordings_of(session, row.id, since=now - LOOKED_BACK, until=now), lang)


def _alternates(wordings: Sequence[Wording], lang: str) -> str:
    found = [one for one in phrases(wordings) if query_language(one) == lang]
    return "\n".join(found[:ALTERNATES])


def phrases(wordings: Sequence[Wording]) -> list[str]:
    """The wordings as ways to ask, each form once."""
    found: dict[str, str] = {}
    for one in wordings:
        phrase = as_phrase(one.text)
        if phrase:
            found.setdefault(wording_of(phrase), phrase)
    return list(found.values())


def settle(raw: str | None, *, slug: str, lang: str, action: Action = Action.ENTRY) -> None:
    """The cluster of that number is answered by an entry, as far as the entry is live."""
    number = number_of(raw)
    if number is None:
        return
    with services().database.session() as session:
        row = rows_of(session, slug).get(lang)
        live = row is not None and is_live(row, now=services().clock())
        answered(session, number, slug=slug, lang=lang, action=action, hand=hand(), is_live=live)
    found = settle_proof(number)
    if found is not None:
        flash_proof(number, found)


def add_phrasings(rows: dict[str, EntryRow], texts: Sequence[str]) -> int:
    """Add ways to ask to an entry, each to the language it is in; how many were new.

    Raises what ``admin.writing`` raises.
    """
    by_path: dict[str, list[str]] = {}
    for text in texts:
        row = rows.get(query_language(text)) or next(iter(rows.values()))
        by_path.setdefault(row.path, []).append(text)
    return sum(_add(path, own) for path, own in by_path.items())


def _add(path: str, texts: Sequence[str]) -> int:
    opened = open_entry(path)
    known = {wording_of(text) for text in (opened.entry.question, *opened.entry.alternates)}
    fresh = [text for text in texts if wording_of(text) not in known]
    fresh = fresh[: max(0, MAX_ITEMS - len(opened.entry.alternates))]
    if not fresh:
        return 0
    said = {wording_of(text) for text in fresh}
    entry = replace(
        opened.entry,
        alternates=(*opened.entry.alternates, *fresh),
        not_for=tuple(text for text in opened.entry.not_for if wording_of(text) not in said),
    )
    reason = "; ".join(fresh)[:300]
    change(entry, opened, expected=opened.fingerprint, action=Change.PHRASING, reason=reason)
    return len(fresh)

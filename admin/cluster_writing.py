"""From a cluster to the files: a new entry filled in, phrasings for an entry, and the cluster
settled once it is written."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from admin.closing import flash_proof, settle_proof
from admin.phrasing import as_phrase
from admin.rows import rows_of
from admin.writing import Edit, change, open_entry, with_phrases
from doors.services import services
from doors.viewer import viewer
from insights.changes import Change
from insights.cluster_actions import answered, standing
from insights.cluster_record import Hand
from insights.decisions import Action
from insights.queue import Wording, wordings_of
from insights.wording import wording_of
from kb.disclosure import Disclosed, is_live
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


def settle(
    raw: str | None,
    *,
    slug: str,
    lang: str,
    action: Action = Action.ENTRY,
    awaited: Disclosed | None = None,
) -> None:
    """The cluster of that number is answered by an entry, as far as the entry is live.

    ``awaited`` is that entry where its publication is still to come: it counts as what it will be,
    and the proof is left for later.
    """
    number = number_of(raw)
    if number is None:
        return
    with services().database.session() as session:
        one = awaited or rows_of(session, slug).get(lang)
        live = one is not None and is_live(one, now=services().clock())
        answered(session, number, slug=slug, lang=lang, action=action, hand=hand(), is_live=live)
    found = None if awaited else settle_proof(number)
    if found is not None:
        flash_proof(number, found)


def add_phrasings(rows: dict[str, EntryRow], texts: Sequence[str]) -> tuple[int, bool]:
    """Add ways to ask to an entry, each to the language it is in; how many were new, and whether
    they are published now.

    Raises what ``admin.writing`` raises.
    """
    by_path: dict[str, list[str]] = {}
    for text in texts:
        row = rows.get(query_language(text)) or next(iter(rows.values()))
        by_path.setdefault(row.path, []).append(text)
    found = [_with(path, own) for path, own in by_path.items()]
    edits = [edit for edit in found if edit.entry != edit.opened.entry]
    added = sum(len(edit.entry.alternates) - len(edit.opened.entry.alternates) for edit in edits)
    return added, change(edits)


def _with(path: str, texts: Sequence[str]) -> Edit:
    opened = open_entry(path)
    known = {wording_of(text) for text in (opened.entry.question, *opened.entry.alternates)}
    fresh = [text for text in texts if wording_of(text) not in known]
    fresh = fresh[: max(0, MAX_ITEMS - len(opened.entry.alternates))]
    entry = with_phrases(opened.entry, fresh)
    return Edit(entry, opened, Change.PHRASING, reason="; ".join(fresh)[:300])

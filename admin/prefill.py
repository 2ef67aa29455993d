"""What a new entry starts with: from a miss, or from the entry in the other language."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from admin.actions import reading
from admin.cluster_writing import number_of, start, ways_to_ask
from admin.entry_form import values_of
from admin.phrasing import as_phrase
from admin.rows import rows_of
from admin.writing import open_entry
from doors.language import ui_language
from doors.services import services
from doors.viewer import viewer
from insights.alike import alike
from insights.misses import missed
from insights.wording import wording_of
from kb.disclosure import Level
from kb.errors import KnowledgeError
from kb.names import LANGUAGES
from search.text import query_language

LOOKED_BACK = timedelta(days=90)
LOOKED_AT = 300
ALTERNATES = 6
SHARED = ("topic", "level", "owner", "review_by", "publish_from", "publish_until")


def values(asked: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a new entry. The level is internal unless the other language has one."""
    if asked.get("slug"):
        return _translation(asked["slug"], asked.get("asked_in", "")) | _of_cluster(asked)
    number = number_of(asked.get("cluster"))
    if number is not None and (begun := start(number)):
        return _from_miss(begun["question"], asked) | begun
    text = reading(asked.get("wording"))
    if text:
        return _from_miss(text, asked)
    return {"lang": ui_language(), "level": Level.INTERNAL.label, "status": "published"}


def _of_cluster(asked: Mapping[str, str]) -> dict[str, Any]:
    """The cluster that a translation is written for, and how it was asked in that language."""
    number = number_of(asked.get("cluster"))
    if number is None:
        return {}
    asked_so = ways_to_ask(number, asked.get("asked_in", ""))
    return {"cluster": str(number), "alternates": asked_so}


def _from_miss(text: str, asked: Mapping[str, str]) -> dict[str, Any]:
    question = as_phrase(text)
    lang = asked.get("asked_in") if asked.get("asked_in") in LANGUAGES else query_language(text)
    return {
        "question": question,
        "alternates": "\n".join(_alternates(question)),
        "lang": lang,
        "topic": _likely_topic(question, str(lang)),
        "level": Level.INTERNAL.label,
        "status": "published",
        "wording": text,
        "asked_level": asked.get("level", ""),
    }


def _alternates(question: str) -> list[str]:
    """The wording itself, so that it stays when the question is polished, and its likes."""
    now = services().clock()
    with services().database.session() as session:
        misses = missed(session, since=now - LOOKED_BACK, until=now, limit=LOOKED_AT)
    texts = {miss.wording: as_phrase(miss.text) for miss in misses}
    near = alike(wording_of(question), texts, limit=ALTERNATES)
    return [question, *(texts[wording] for wording in near if texts[wording])]


def _likely_topic(question: str, lang: str) -> str:
    near = services().engine.nearest(question, audience=viewer().audience, lang=lang, limit=1)
    return near[0].topic if near else ""


def _translation(slug: str, lang: str) -> dict[str, Any]:
    """What both languages share; the words are to be written."""
    start = {"slug": slug, "lang": lang, "status": "draft", "level": Level.INTERNAL.label}
    with services().database.session() as session:
        rows = rows_of(session, slug)
    for row in rows.values():
        try:
            other = values_of(open_entry(row.path).entry)
        except KnowledgeError:
            continue
        return start | {name: other[name] for name in SHARED}
    return start

"""The bench: a question asked at every level, and why each entry stands where it does.

Nothing that is asked here is logged, so a test is never counted as a search or as a miss.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, render_template, request
from flask_babel import gettext as _

from admin import blueprint
from admin.bars import Bars, bars
from admin.bench_words import BEHIND_NAMES, KIND_NAMES, LANE_NAMES, PART_NAMES, advice, verdict, why
from admin.levels import AtLevel, at_every_level, compared
from admin.said import ASKED_AS
from doors.services import services
from insights.misses import missed
from insights.wording import wording_of
from kb.disclosure import Level
from kb.names import LANGUAGES
from search.errors import QueryEmpty, QueryTooLong
from search.explanation import Reason
from search.passages import Kind
from search.results import Hit, Mode
from search.text import clean_query, normalise, one_line, query_language

TO_TRY = 6
TO_TRY_DAYS = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a result, with the sentence and the bars that say why; a pinned entry may have
    no reason of its own."""

    hit: Hit
    reason: Reason | None
    said: str
    fit: Bars | None
    sure: Bars | None


@blueprint.get("/bench")
def bench() -> str | tuple[str, int]:
    """Ask a question as each level, or say what is wrong with it."""
    raw = request.args.get("q", "")
    if not raw.strip():
        return render_template("admin/bench.html", to_try=_to_try(), **_asked("", ""))
    try:
        text = clean_query(raw, max_chars=current_app.config["QUERY_MAX_CHARS"])
    except (QueryEmpty, QueryTooLong) as error:
        shown = _asked(one_line(raw), "")
        return render_template("admin/bench.html", fault=_fault(error), **shown), 400
    asked = _asked(text, request.args.get("asked_in", ""))
    seen = at_every_level(text, lang=asked["lang"] or query_language(normalise(text)))
    chosen = seen[_level()]
    return render_template(
        "admin/bench.html",
        seen=seen,
        chosen=chosen,
        rows=rows_of(chosen),
        agreement=compared(seen),
        verdict=verdict(chosen.found),
        advice=advice(chosen.found),
        reason=services().engine.state().reason,
        lexical=chosen.found.result.mode is Mode.LEXICAL,
        wording=wording_of(text),
        **asked,
    )


def rows_of(chosen: AtLevel) -> list[Row]:
    """The entries of one level in order."""
    found = chosen.found
    return [
        _row(hit, found.reason(hit.slug), place) for place, hit in enumerate(found.result.hits, 1)
    ]


def _row(hit: Hit, reason: Reason | None, place: int) -> Row:
    said = _("An editor has put it first for this very wording.") if hit.matched is Kind.PIN else ""
    if reason is None:
        return Row(hit, None, said, None, None)
    return Row(hit, reason, said or why(reason, place=place), _fit(reason), _sure(reason, place))


def _fit(reason: Reason) -> Bars:
    spoken = reason.spoken
    terms = [(str(LANE_NAMES[one.name]), one.gives) for one in spoken.lanes]
    terms.append((str(LANE_NAMES["chorus"]), spoken.chorus))
    terms.append((str(LANE_NAMES["against"]), spoken.against))
    terms.append((str(LANE_NAMES["runoff"]), spoken.runoff))
    return bars(terms)


def _sure(reason: Reason, place: int) -> Bars:
    names = BEHIND_NAMES if place > 1 else PART_NAMES
    return bars([(str(names[one.name]), one.gives) for one in reason.parts], least=0.05)


def _asked(text: str, lang: str) -> dict[str, object]:
    """What every showing of the page needs."""
    return {
        "q": text,
        "lang": lang if lang in LANGUAGES else "",
        "languages": LANGUAGES,
        "asked_as": ASKED_AS,
        "kind_names": KIND_NAMES,
        "lane_names": LANE_NAMES,
        "part_names": PART_NAMES,
        "behind_names": BEHIND_NAMES,
    }


def _level() -> Level:
    label = request.args.get("level", "")
    return next((level for level in Level if level.label == label), Level.PUBLIC)


def _fault(error: QueryEmpty | QueryTooLong) -> str:
    if isinstance(error, QueryEmpty):
        return _("A question needs a letter or a digit.")
    most = current_app.config["QUERY_MAX_CHARS"]
    return _("A question has at most %(count)s characters.", count=most)


def _to_try() -> list[tuple[str, Level]]:
    """Questions that were missed lately: worth trying first."""
    now = services().clock()
    with services().database.session() as session:
        misses = missed(session, since=now - timedelta(days=TO_TRY_DAYS), until=now, limit=TO_TRY)
    return [(one.text, Level(one.level)) for one in misses]

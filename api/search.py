"""``GET /api/v1/search``: the engine of the site, for programs."""

from flask import Response, current_app, jsonify, url_for

from api.errors import ApiError
from api.reading import read_parameters
from api.schemas import HitAnswer, SearchAnswer, SearchParameters
from doors.asking import language_asked
from doors.services import services
from doors.viewer import asker, is_bot, is_staff, viewer
from search.errors import QueryEmpty, QueryTooLong
from search.results import Hit, Result
from search.text import clean_query


def answer_search() -> Response:
    """Search, log, and answer with the hits that the token's level may see."""
    asked = read_parameters(SearchParameters)
    query = _clean(asked.q)
    audience = viewer().audience
    lang = asked.lang or language_asked(query, otherwise=current_app.config["DEFAULT_LANGUAGE"])
    result = services().engine.search(
        query, audience=audience, lang=lang, limit=asked.limit, now=services().clock()
    )
    search_id = services().log.record(
        result,
        channel="api",
        audience=audience,
        asker=asker() + (f" {asked.session}" if asked.session else ""),
        is_bot=is_bot(),
        is_staff=is_staff(),
    )
    return jsonify(_answer(search_id, result).model_dump(mode="json"))


def _clean(raw: str) -> str:
    longest = current_app.config["QUERY_MAX_CHARS"]
    try:
        return clean_query(raw, max_chars=longest)
    except QueryEmpty:
        message, hint = "The question is empty.", "Ask with at least one letter or digit."
        raise ApiError(400, "query_empty", message, hint) from None
    except QueryTooLong:
        message, hint = "The question is too long.", f"Ask in at most {longest} characters."
        raise ApiError(400, "query_too_long", message, hint) from None


def _answer(search_id: str, result: Result) -> SearchAnswer:
    return SearchAnswer.model_validate(
        {
            "search_id": search_id,
            "query": result.query,
            "read_as": result.read_as,
            "lang": result.lang,
            "outcome": result.outcome,
            "mode": result.mode,
            "hits": [_hit(hit) for hit in result.hits],
        }
    )


def _hit(hit: Hit) -> HitAnswer:
    return HitAnswer.model_validate(
        {
            "slug": hit.slug,
            "lang": hit.lang,
            "topic": hit.topic,
            "question": hit.question,
            "snippet": hit.snippet,
            "url": url_for("web.entry", slug=hit.slug, lang=hit.lang, _external=True),
            "confidence": round(hit.confidence, 4),
            "matched": hit.matched,
            "disclosure": hit.level.label,
        }
    )

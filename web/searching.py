"""Search results, suggestions while typing, and the way on when nothing fits."""

from collections.abc import Sequence
from functools import partial

from flask import current_app, jsonify, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from doors.asking import heard
from doors.language import ui_language
from doors.services import services
from doors.viewer import asker, is_bot, is_staff, viewer
from kb import catalog
from kb.catalog import TopicView
from search.errors import QueryEmpty, QueryTooLong
from search.results import Hit, Mode, Outcome, Result, Suggestion
from search.text import clean_query, count_latin_words, has_han, one_line, query_language
from web import blueprint
from web.addresses import address_of, entry_url
from web.asking import LONGEST_QUESTION
from web.beginning import beginning
from web.contact import contact_card
from web.knowledge import sight, trail_to

PAGE_SIZE = 5
MOST_PAGES = 2
LISTED_FROM = 0.05
"""Confidence of what is listed after the first: of 36 judged questions whose entry comes later, all
have it so high."""
AS_TYPED = {"as": "typed"}
SHOWN_CHARACTERS = 260
NEAREST_TOPICS = 4
SHORTEST_PREFIX = 2
WORDS_OF_A_SENTENCE = 3


@blueprint.get("/search")
def search() -> str | tuple[str, int]:
    """The answer to ``?q=``, or what else there is to do."""
    raw = request.args.get("q", "")
    most = _most_characters()
    try:
        query = clean_query(raw, max_chars=most)
    except QueryEmpty:
        return render_template("web/search_empty.html", query=one_line(raw), topics=_topics())
    except QueryTooLong:
        return _too_long(raw.strip(), most), 400
    page = _page_number()
    result = services().engine.search(
        query,
        audience=viewer().audience,
        lang=_language_of(query),
        limit=PAGE_SIZE * MOST_PAGES,
        now=services().clock(),
        as_typed=_is_as_typed(),
    )
    return _results_page(result, page)


@blueprint.get("/suggest")
def suggest() -> Response:
    """Questions for what is being typed, as JSON; nothing for too little or too much text."""
    try:
        prefix = clean_query(
            request.args.get("q", ""), max_chars=current_app.config["QUERY_MAX_CHARS"]
        )
    except (QueryEmpty, QueryTooLong):
        prefix = ""
    found: tuple[Suggestion, ...] = ()
    if len(prefix) >= SHORTEST_PREFIX:
        found = services().engine.suggest(
            prefix, audience=viewer().audience, lang=_language_of(prefix)
        )
    return jsonify(
        suggestions=[
            {"question": one.question, "lang": one.lang, "url": entry_url(one.slug, one.lang)}
            for one in found
        ]
    )


@blueprint.post("/search/none-of-these")
def none_of_these() -> Response:
    """Nothing that was shown fits: count it, and go on to leaving the question."""
    search_id = request.form.get("from", "")[:32]
    services().log.signal(search_id, "none_of_these")
    query = request.form.get("q", "")[:LONGEST_QUESTION]
    return redirect(address_of("web.ask", {"q": query, "from": search_id}), 303)


def _too_long(raw: str, most: int) -> str:
    """The beginning to be searched, and all that the form for a question takes."""
    begun, whole = one_line(raw[:most]), one_line(raw[:LONGEST_QUESTION])
    return render_template("web/search_too_long.html", query=begun, whole=whole, most=most)


def _results_page(result: Result, page: int) -> str:
    listed = _listed(result)
    pages = max(1, -(-len(listed) // PAGE_SIZE))
    page = min(page, pages)
    answered = result.outcome is Outcome.ANSWERED and page == 1
    hits = listed[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    search_id = _record(result, page)
    top, opening, more = _top_answer(hits[0]) if answered else (None, Markup(), False)
    return render_template(
        "web/search.html",
        result=result,
        query=result.query,
        top=top,
        opening=opening,
        more=more,
        hits=hits[1:] if top else hits,
        page=page,
        pages=pages,
        search_id=search_id,
        page_url=partial(_page_url, result.query, search_id),
        typed_url=address_of("web.search", {"q": result.query} | AS_TYPED),
        topics=() if result.hits else _nearest_topics(result),
        contact=contact_card(),
    )


def _listed(result: Result) -> Sequence[Hit]:
    """The first hit, and the others that have a chance at all; all of them while words alone are
    searched, whose confidence says less."""
    hits = result.hits
    if result.mode is Mode.LEXICAL:
        return hits
    return (*hits[:1], *(hit for hit in hits[1:] if hit.confidence >= LISTED_FROM))


def _page_url(query: str, search_id: str, number: int) -> str:
    place = {"q": query, "page": str(number), "from": search_id}
    return address_of("web.search", place | (AS_TYPED if _is_as_typed() else {}))


def _is_as_typed() -> bool:
    """Whether pinyin and typing slips are to stay as they are: somebody asked for just that."""
    return request.args.get("as") == AS_TYPED["as"]


def _record(result: Result, page: int) -> str:
    """One search is one event: later pages go on with the id of the first."""
    earlier = request.args.get("from", "")[:32]
    if page > 1 and earlier:
        return earlier
    return services().log.record(
        result,
        channel="web",
        audience=viewer().audience,
        asker=asker(),
        is_bot=is_bot(),
        is_staff=is_staff(),
    )


def _top_answer(hit: Hit) -> tuple[Hit | None, Markup, bool]:
    with services().database.session() as session:
        view = catalog.find_entry(session, hit.slug, **sight(hit.lang))
    if view is None:
        return None, Markup(), False
    return (hit, *beginning(view.html, characters=SHOWN_CHARACTERS))


def _nearest_topics(result: Result) -> list[TopicView]:
    """Topics of the entries nearest to the question, filled up with the first ones."""
    near = services().engine.nearest(
        result.query, audience=viewer().audience, lang=ui_language(), as_typed=_is_as_typed()
    )
    tree = _topics()
    trails = [trail_to(hit.topic, tree) for hit in near]
    wanted = [trail[-1] for trail in trails if trail] + list(tree)
    return list({topic.id: topic for topic in wanted}.values())[:NEAREST_TOPICS]


def _topics() -> tuple[TopicView, ...]:
    with services().database.session() as session:
        return catalog.topic_tree(session, **sight())


def _language_of(query: str) -> str:
    """The language to answer in: that of a query which shows one, else that of the page.

    A query with a sentence's worth of both shows that its writer reads both; pinyin is Chinese.
    """
    query = heard(query)
    in_english = count_latin_words(query) >= WORDS_OF_A_SENTENCE
    if has_han(query):
        return ui_language() if in_english else query_language(query)
    return query_language(query) if len(query.split()) >= WORDS_OF_A_SENTENCE else ui_language()


def _page_number() -> int:
    asked = request.args.get("page", "1")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 10
    return max(1, int(asked)) if is_number else 1


def _most_characters() -> int:
    return int(current_app.config["QUERY_MAX_CHARS"])

"""The desk: one page, one box, answers to send, and a word back when none fits."""

from collections.abc import Sequence

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from desk import blueprint
from desk.cards import Card, card_of
from doors.asking import language_asked
from doors.language import ui_language
from doors.services import services
from doors.viewer import asker, is_bot, is_staff, viewer
from insights.intents import is_counted
from insights.signals import Signal
from kb.catalog import find_entry
from search.errors import QueryEmpty, QueryTooLong
from search.results import Outcome, Result
from search.text import clean_query, one_line

SHOWN = 5
FROM_THE_DESK = (Signal.COPY, Signal.NO_ENTRY, Signal.WRONG)


@blueprint.get("/")
def home() -> str | tuple[str, int]:
    """The box, and what was found for it."""
    raw = request.args.get("q", "")
    try:
        query = clean_query(raw, max_chars=current_app.config["QUERY_MAX_CHARS"])
    except QueryEmpty:
        return render_template("desk/desk.html", query="", result=None, cards=(), search_id="")
    except QueryTooLong:
        flash(_("This is too long to search. Shorten it to the question itself."), "warning")
        kept = one_line(raw)
        page = render_template("desk/desk.html", query=kept, result=None, cards=(), search_id="")
        return page, 400
    result = _search(query)
    search_id = services().log.record(
        result,
        channel="desk",
        audience=viewer().audience,
        asker=asker(),
        is_bot=is_bot(),
        is_staff=is_staff(),
    )
    cards = _cards(result)
    return render_template(
        "desk/desk.html",
        query=query,
        result=result,
        cards=cards,
        unfolded=_unfolded(result, cards),
        counted=is_counted(mode=result.mode, is_bot=is_bot(), is_staff=is_staff()),
        search_id=search_id,
    )


@blueprint.post("/signal")
def signal() -> Response | tuple[str, int]:
    """What the agent says of a search: copied, no entry, wrong. Hidden entries are unknown."""
    kind, slug = request.form.get("kind", ""), request.form.get("slug", "")
    if kind not in FROM_THE_DESK or (slug and not _is_visible(slug)):
        abort(404)
    reason = request.form.get("reason", "")
    services().log.signal(request.form.get("search_id", ""), kind, slug=slug, reason=reason)
    if kind == Signal.COPY:
        return "", 204
    flash(_("Thank you. The editors see it on their list."), "success")
    return redirect(url_for("desk.home", q=request.form.get("q") or None))


def _search(query: str) -> Result:
    return services().engine.search(
        query,
        audience=viewer().audience,
        lang=language_asked(query, otherwise=ui_language()),
        limit=SHOWN,
        now=services().clock(),
    )


def _cards(result: Result) -> list[Card]:
    """The hits with their answers; the customer's language is that of the question."""
    with services().database.session() as session:
        found = [
            card_of(
                session,
                hit,
                audience=viewer().audience,
                lang=result.lang,
                now=services().clock(),
                root=request.url_root,
            )
            for hit in result.hits
        ]
    return [card for card in found if card is not None]


def _unfolded(result: Result, cards: Sequence[Card]) -> int:
    """How many cards stand open: the first, and beside an unsure one the second where it would be
    suggested if it stood alone."""
    unsure = result.outcome is not Outcome.ANSWERED
    floor = services().engine.floors.suggest
    return 2 if unsure and len(cards) > 1 and cards[1].hit.confidence >= floor else 1


def _is_visible(slug: str) -> bool:
    with services().database.session() as session:
        view = find_entry(
            session,
            slug,
            lang=ui_language(),
            audience=viewer().audience,
            now=services().clock(),
        )
    return view is not None

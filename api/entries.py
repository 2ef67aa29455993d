"""``GET /api/v1/entries/<slug>``: one entry, if the token's level may see it."""

from flask import Response, current_app, jsonify, url_for

from api.errors import not_found
from api.reading import read_parameters
from api.schemas import EntryAnswer, EntryParameters
from doors.services import services
from doors.viewer import viewer
from kb.catalog import EntryView, find_entry
from kb.plain_text import text_of


def answer_entry(slug: str) -> Response:
    """The entry at a slug or an old slug; hidden and unknown ones answer 404 alike."""
    wanted = read_parameters(EntryParameters)
    with services().database.session() as session:
        entry = find_entry(
            session,
            slug,
            lang=wanted.lang or current_app.config["DEFAULT_LANGUAGE"],
            audience=viewer().audience,
            now=services().clock(),
        )
    if entry is None:
        raise not_found()
    return jsonify(_answer(entry).model_dump(mode="json"))


def _answer(entry: EntryView) -> EntryAnswer:
    return EntryAnswer.model_validate(
        {
            "slug": entry.slug,
            "lang": entry.lang,
            "langs": list(entry.langs),
            "topic": entry.topic,
            "question": entry.question,
            "html": entry.html,
            "text": text_of(entry.html),
            "agent_note_html": entry.note_html,
            "tags": list(entry.tags),
            "updated": entry.updated,
            "url": url_for("web.entry", slug=entry.slug, lang=entry.lang, _external=True),
            "disclosure": entry.level.label,
        }
    )

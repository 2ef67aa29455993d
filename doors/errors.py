"""One map from exceptions to HTTP, and the pages and JSON of every error.

Promises that an error says nothing of what was asked for: no title, path, query or trace, and
that a hidden thing and an unknown one get the same 404. Below ``/api`` errors are JSON.
"""

import logging

from flask import Flask, Response, jsonify, render_template
from flask.globals import request_ctx
from sqlalchemy.exc import DatabaseError, DataError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException

from accounts.errors import TooManyAttempts
from doors.addresses import is_for_programs
from doors.error_texts import (
    GONE,
    KNOWLEDGE,
    NOT_WRITABLE,
    SAVED,
    SAVED_ONLY,
    STILL_SHOWN,
    TEXTS,
    ErrorText,
)
from doors.logging import request_id
from doors.viewer import assume_anonymous
from kb.errors import (
    ContentFull,
    ContentReadOnly,
    EntryConflict,
    EntryGone,
    EntryInvalid,
    KnowledgeError,
    UnsafeName,
)
from migrations import SchemaError
from search.errors import (
    EncoderBusy,
    IndexUnwritable,
    NotPublished,
    NotSynced,
    PublicationBusy,
    QueryEmpty,
    QueryTooLong,
)

STATUS_OF: dict[type[Exception], int] = {
    QueryEmpty: 400,
    QueryTooLong: 400,
    UnicodeEncodeError: 400,
    DataError: 400,
    EntryConflict: 409,
    EntryGone: 409,
    EntryInvalid: 422,
    UnsafeName: 422,
    TooManyAttempts: 429,
    KnowledgeError: 503,
    ContentReadOnly: 503,
    EncoderBusy: 503,
    NotPublished: 503,
    OperationalError: 503,
    TimeoutError: 503,
    DatabaseError: 503,
    SchemaError: 503,
    ContentFull: 507,
}
TEXT_OF: dict[type[Exception], ErrorText] = {
    PublicationBusy: SAVED,
    IndexUnwritable: SAVED_ONLY,
    NotSynced: STILL_SHOWN,
    ContentReadOnly: NOT_WRITABLE,
    EntryGone: GONE,
    KnowledgeError: KNOWLEDGE,
}
"""Those that say more than their status does."""
_KEPT_HEADERS = ("Allow", "Retry-After")
_BUSY_SECONDS = "5"
_log = logging.getLogger("dawen.errors")


def init_app(app: Flask) -> None:
    """Answer every error of the app."""
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_exception)


def status_of(error: Exception) -> int:
    """The HTTP status that an exception means; 500 for one that nobody expected."""
    for kind in type(error).__mro__:
        if kind in STATUS_OF:
            return STATUS_OF[kind]
    return 500


def _answer_http(error: HTTPException) -> Response:
    headers = {name: text for name, text in error.get_headers() if name in _KEPT_HEADERS}
    return answer(error.code or 500, headers)


def _answer_exception(error: Exception) -> Response:
    status = status_of(error)
    if isinstance(error, SchemaError):
        _log.error(str(error))
    elif status >= 500:
        _log.error("request failed", exc_info=error)
    return answer(status, _waits(error, status), text=TEXT_OF.get(type(error)))


def _waits(error: Exception, status: int) -> dict[str, str]:
    if isinstance(error, TooManyAttempts):
        return {"Retry-After": str(error.seconds)}
    passes = status == 503 and not isinstance(error, ContentReadOnly)
    return {"Retry-After": _BUSY_SECONDS} if passes else {}


def answer(
    status: int, headers: dict[str, str] | None = None, *, text: ErrorText | None = None
) -> Response:
    """The response for a status: a page, or JSON below ``/api``; ``text`` in place of its own."""
    said = text or TEXTS.get(status, TEXTS[500 if status >= 500 else 400])
    response = _json(said) if is_for_programs() else _page(status, said)
    response.status_code = status
    response.headers.update(headers or {})
    return response


def _json(text: ErrorText) -> Response:
    body = {"code": text.code, "message": str(text.title), "hint": str(text.hint)}
    return jsonify(error=body)


def _page(status: int, text: ErrorText) -> Response:
    if status < 500 and _knows_addresses():
        try:
            return Response(render_template("errors/page.html", status=status, text=text))
        except Exception:
            _log.exception("the error page failed")
    assume_anonymous()
    reference = request_id() if status == 500 else ""
    plain = render_template("errors/plain.html", status=status, text=text, reference=reference)
    return Response(plain)


def _knows_addresses() -> bool:
    """Whether pages can be linked to: not under a host name that is none, or not one of ours."""
    return request_ctx.url_adapter is not None

"""Logs: one JSON object per line on standard error, one line per request.

Promises that no line holds what was asked: the view's name stands in place of the address, and
neither addresses, queries, forms nor browsers' names are written.
"""

import logging
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request

_NAME = "dawen"
_SHARED: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(("method", "endpoint", "status", "ms")),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class _ToStderr(logging.Handler):
    """Writes to what standard error is now, not to what it was at the start."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(self.format(record) + "\n")


def configure(level: str) -> None:
    """Send every log line of the process, of libraries too, to standard error as JSON."""
    handler = _ToStderr()
    handler.set_name(_NAME)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
        )
    )
    root = logging.getLogger()
    for old in [known for known in root.handlers if known.get_name() == _NAME]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def init_app(app: Flask) -> None:
    """Write one line per request of the app."""
    log = logging.getLogger("dawen.requests")

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id())

    @app.after_request
    def note(response: Response) -> Response:
        began = g.get("began")
        milliseconds = round((time.perf_counter() - began) * 1000, 1) if began else None
        level = logging.DEBUG if request.endpoint == "static" else logging.INFO
        line = {
            "method": request.method if request.method.isalpha() else "?",
            "endpoint": request.endpoint,
            "status": response.status_code,
            "ms": milliseconds,
        }
        log.log(level, "request", extra=line)
        return response


def request_id() -> str:
    """The word that names this request in the log and on the page of a failure."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    word: str = g.request_id
    return word

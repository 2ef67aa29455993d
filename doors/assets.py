"""Addresses of static files: with a mark of their content, so that browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join

_FOREVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Mark the addresses that ``url_for("static", …)`` makes, and let marked files be kept."""
    app.url_defaults(_mark)
    app.after_request(_keep)


def _mark(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint != "static" or "filename" not in values or current_app.static_folder is None:
        return
    path = safe_join(current_app.static_folder, values["filename"])
    if path and Path(path).is_file():
        values["v"] = _digest(path, Path(path).stat().st_mtime_ns)


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = _FOREVER
    return response


@cache
def _digest(path: str, _changed_ns: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]

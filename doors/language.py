"""The language of the pages: what was asked for, remembered, or set in the browser.

Programs are spoken to in English unless they ask for Chinese; cookies count for nothing there.
"""

from typing import Literal, cast

from flask import Flask, Response, current_app, g, request
from flask_babel import Babel

from doors.addresses import is_for_programs

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
COOKIE = "lang"
REMEMBERED_SECONDS = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Translate the pages of the app and remember a choice that was made."""
    Babel(app, locale_selector=_locale)
    app.after_request(_remember)
    app.jinja_env.globals["ui_language"] = ui_language


def ui_language() -> Language:
    """The language of the page: ``?lang=``, else cookie, else browser, else the default."""
    if "ui_language" not in g:
        g.ui_language = _choose()
    return cast(Language, g.ui_language)


def _locale() -> str:
    return "zh_Hans_CN" if ui_language() == "zh" else "en"


def _choose() -> Language:
    remembered = None if is_for_programs() else request.cookies.get(COOKIE)
    for word in (request.args.get("lang"), remembered):
        if word in LANGUAGES:
            return word
    return _accepted() or ("en" if is_for_programs() else current_app.config["DEFAULT_LANGUAGE"])


def _accepted() -> Language | None:
    for tag, _quality in request.accept_languages:
        language = tag.partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return None


def _remember(response: Response) -> Response:
    chosen = request.args.get("lang")
    if chosen in LANGUAGES and request.blueprint not in ("api", "health", None):
        response.set_cookie(
            COOKIE,
            chosen,
            max_age=REMEMBERED_SECONDS,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response

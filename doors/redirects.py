"""Where to go on: only to a page of this site, never to another one."""

from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, request

HOME = "/"
SIGNING_IN = "accounts"
"""The blueprint whose pages lead on to where one came from, not back to themselves."""


def init_app(app: Flask) -> None:
    """Let the templates of the app say where signing in leads back to."""
    app.jinja_env.globals["way_back"] = way_back


def safe_next(raw: str | None) -> str:
    """The path in ``raw`` where it is one of this site, else the home page.

    Browsers drop TAB, CR and LF from an address and read a backslash as a slash, so that
    ``/<TAB>/evil.example`` would leave the site: whatever holds such a character is refused.
    """
    if not raw or len(raw) > 2000 or not raw.isprintable() or "\\" in raw:
        return HOME
    try:
        parts = urlsplit(raw)
    except ValueError:
        return HOME
    is_own_path = raw.startswith("/") and not raw.startswith("//")
    return raw if is_own_path and not parts.scheme and not parts.netloc else HOME


def next_asked() -> str:
    """Where the visitor wants to go on, by link or by field; home where nothing good is said."""
    return safe_next(request.values.get("next"))


def way_back() -> str | None:
    """The ``next`` of a link to sign in from this page: its own address with all that was asked.

    Nothing for home, and for a page that cannot be opened again by its address.
    """
    if request.blueprint == SIGNING_IN:
        following = next_asked()
    else:
        following = _own_address() if request.method in ("GET", "HEAD") else HOME
    return None if following == HOME else following


def _own_address() -> str:
    path = quote(request.script_root + request.path)
    arguments = urlencode([*request.args.items(multi=True)])
    return safe_next(f"{path}?{arguments}" if arguments else path)

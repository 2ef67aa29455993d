"""Where to go on: only to a page of this site, never to another one."""

from urllib.parse import urlsplit

HOME = "/"


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

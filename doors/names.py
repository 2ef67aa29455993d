"""Names in the reader's language that every door shows."""

from flask import Flask
from flask_babel import gettext as _

from kb.disclosure import Level


def init_app(app: Flask) -> None:
    """Let the templates of the app use them."""
    app.jinja_env.globals["level_name"] = level_name


def level_name(level: int) -> str:
    """What a disclosure level is called on a page; takes a ``Level`` or its number."""
    names = {
        Level.PUBLIC: _("Public"),
        Level.CUSTOMER: _("Customers"),
        Level.AGENT: _("Agents"),
        Level.INTERNAL: _("Internal"),
    }
    return str(names[Level(level)])

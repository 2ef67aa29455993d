"""Names in the reader's language that every door shows."""

from flask import Flask, current_app
from flask_babel import gettext as _

from doors.language import ui_language
from doors.services import services
from kb.disclosure import Level


def init_app(app: Flask) -> None:
    """Let the templates of the app use them."""
    app.jinja_env.globals["level_name"] = level_name
    app.jinja_env.globals["shop_name"] = shop_name


def shop_name() -> str:
    """What the shop is called in the language of the page."""
    return services().shop.called(ui_language(), configured=current_app.config["SHOP_NAME"])


def level_name(level: int) -> str:
    """What a disclosure level is called on a page; takes a ``Level`` or its number."""
    names = {
        Level.PUBLIC: _("Public"),
        Level.CUSTOMER: _("Customers"),
        Level.AGENT: _("Agents"),
        Level.INTERNAL: _("Internal"),
    }
    return str(names[Level(level)])

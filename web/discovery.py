"""What other programs read of the site. Only what everyone may see, whoever asks."""

from flask import Response, render_template

from accounts.roles import Role, audience_of
from doors.names import shop_name
from doors.services import services
from kb.overview import listed
from web import blueprint


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Where programs are welcome."""
    return _plain(render_template("web/robots.txt"), "text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Every public entry in each of its public languages."""
    audience = audience_of(Role.ANONYMOUS)
    with services().database.session() as session:
        entries = listed(session, audience=audience, now=services().clock())
    return _plain(render_template("web/sitemap.xml", entries=entries), "application/xml")


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """Lets a browser offer this search among its own."""
    text = render_template("web/opensearch.xml", name=shop_name()[:16])
    return _plain(text, "application/opensearchdescription+xml")


def _plain(text: str, kind: str) -> Response:
    return Response(text, mimetype=kind)

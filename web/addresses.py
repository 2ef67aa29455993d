"""Addresses that templates need: this page in another language, and pages for the outside."""

from urllib.parse import urlencode

from flask import request

from web import blueprint


@blueprint.app_template_global()
def language_url(lang: str) -> str:
    """The address of this page in another interface language; never leaves this site."""
    path = "/" + (request.script_root + request.path).lstrip("/\\")
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{path}?{urlencode([*arguments, ('lang', lang)])}"

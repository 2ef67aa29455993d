"""What stands for personal data in a text that was asked, as the page's language calls it.

What is stored stays as it is; only texts that are shown pass through here.
"""

import re

from flask_babel import gettext as _

from admin import blueprint

_TOKEN = re.compile(r"<([A-Z]{2,10})>", re.IGNORECASE)


@blueprint.app_template_filter("blotted")
def blotted(text: str) -> str:
    """``text`` with readable words in the place of ``<PHONE>`` and its like; plain text."""
    names = _names()
    return _TOKEN.sub(lambda found: names.get(found[1].upper(), found[0]), text)


def _names() -> dict[str, str]:
    """The words of ``insights.redaction``, which wordings have in small letters."""
    return {
        "EMAIL": _("[e-mail]"),
        "ACCOUNT": _("[account]"),
        "ORDER": _("[order number]"),
        "PHONE": _("[phone number]"),
        "ID": _("[identity number]"),
        "CARD": _("[card number]"),
        "PASSWORD": _("[password]"),
        "CODE": _("[code]"),
        "PLATE": _("[number plate]"),
        "ADDRESS": _("[address]"),
        "NUMBER": _("[number]"),
    }

"""Pictures in an answer: the site serves none yet, so a file that shows one is at fault.

Markdown itself says what is a picture; code that shows how one is written is none.
"""

import re

from kb.markdown import render
from kb.markdown_limits import Fault

MESSAGE = "an answer has no pictures yet"
HINT = "Say in words what it shows, or link to a page that shows it."
_LIKE_ONE = re.compile(r"!\[|<ima?ge?\b", re.IGNORECASE)


def find_pictures(text: str) -> list[Fault]:
    """The lines that look like a picture, where the Markdown ``text`` has one at all."""
    lines = [n for n, line in enumerate(text.split("\n"), start=1) if _LIKE_ONE.search(line)]
    if not lines or "<img" not in render(text).html:
        return []
    return [Fault(number, MESSAGE, HINT) for number in lines]

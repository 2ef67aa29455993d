"""Pictures in an answer: the site serves none yet, so a file that shows one is reported.

The rest of such an entry is read and shown all the same; only a new version with a picture is
refused. Markdown itself says what is a picture; code that shows how one is written is none.
"""

import re

from kb.markdown import render
from kb.problem import Problem

CODE = "picture"
MESSAGE = "an answer has no pictures yet"
HINT = "Say in words what it shows, or link to a page that shows it."
_LIKE_ONE = re.compile(r"!\[|<ima?ge?\b", re.IGNORECASE)


def find_pictures(path: str, data: bytes) -> list[Problem]:
    """The lines of an entry's file that look like a picture, where it has one at all."""
    text = data.decode("utf-8-sig", errors="replace")
    lines = [n for n, line in enumerate(text.split("\n"), start=1) if _LIKE_ONE.search(line)]
    if not lines or "<img" not in render(text).html:
        return []
    return [Problem(path, number, CODE, MESSAGE, HINT) for number in lines]

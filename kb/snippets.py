"""The beginning of an answer, for lists and results."""

import re

SNIPPET_LENGTH = 120
SNIPPET_SOURCE = 400
_SENTENCE_END = re.compile(r"[。！？；]|[.!?;](?=\s)")
_HALF_END = "；;"
_GAP_AFTER_WIDE = re.compile(r"(?<=[。！？；：，、”）]) ")
_WORD_END = re.compile(r"[\s，、：,:]")


def snippet(text: str, *, length: int = SNIPPET_LENGTH) -> str:
    """The beginning of ``text`` on one line, at most ``length`` characters and an ellipsis.

    Cut after a sentence where one ends in the last half, else between words, else anywhere.
    A semicolon promises more, so the ellipsis takes its place.
    Wide (Chinese) text is as long in characters as narrow text; the width is the page's affair.
    """
    line = " ".join(text.split())[: 2 * length + 2]  # at most every second character is a gap
    line = _GAP_AFTER_WIDE.sub("", line)
    if len(line) <= length:
        return line
    head = line[: length + 1]
    sentence = _last_end(_SENTENCE_END, head, length)
    if sentence > length // 2:
        whole = head[:sentence].rstrip()
        return whole if whole[-1] not in _HALF_END else whole.rstrip(_HALF_END) + "…"
    word = _last_start(_WORD_END, head)
    return head[: word if word > length // 2 else length].rstrip(" ，、：,:") + "…"


def _last_end(pattern: re.Pattern[str], text: str, limit: int) -> int:
    return max((found.end() for found in pattern.finditer(text) if found.end() <= limit), default=0)


def _last_start(pattern: re.Pattern[str], text: str) -> int:
    return max((found.start() for found in pattern.finditer(text)), default=0)

"""Marks what was asked for in a line of plain text: escape first, then mark."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from web import blueprint

HAN_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
WORD = re.compile(r"[a-z0-9]{3,}", re.IGNORECASE)
QUIET = frozenset(
    re.findall(
        r"\w+",
        "the and for you your are can how what when where why does did was with this that have "
        "has get not from about will would should there",
    )
)
QUIET_PAIRS = frozenset(
    re.findall(
        r"\w+",
        "怎么 么办 什么 可以 能不 不能 我的 你们 我们 多少 为什 时候 如何 一下 请问 一个 是不 "
        "有没 没有 了怎 的怎",
    )
)


@blueprint.app_template_filter("marked")
def marked(text: str, query: str) -> Markup:
    """``text`` with the words and word parts of ``query`` in ``<mark>``. Both are plain text."""
    parts: list[Markup] = []
    at = 0
    for start, end in _merged(sorted(_spans(text, query))):
        parts += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def _spans(text: str, query: str) -> Iterator[tuple[int, int]]:
    words = {word.lower() for word in WORD.findall(query)} - QUIET
    for found in WORD.finditer(text):
        if found.group().lower() in words:
            yield found.span()
    for run in HAN_RUN.findall(query):
        for pair in {run[at : at + 2] for at in range(len(run) - 1)} - QUIET_PAIRS:
            for found in re.finditer(re.escape(pair), text):
                yield found.span()


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans without overlap, neighbours joined."""
    current: tuple[int, int] | None = None
    for start, end in spans:
        if current and start <= current[1]:
            current = (current[0], max(current[1], end))
            continue
        if current:
            yield current
        current = (start, end)
    if current:
        yield current

"""Markdown of an answer to the HTML that a page shows and the text that a search reads.

Promises that the HTML holds only what ``kb.sanitise`` allows, that rendering ends within a time
limit, and that it never raises: what cannot be rendered comes back as escaped text with a fault.

Rendering runs in the caller's thread. A thread cannot be stopped in Python and a process for each
text costs more than the rendering, so hostile input is met twice: its weight is bounded before
(``kb.markdown_limits``), and a deadline is read at each step that Markdown takes.
"""

import html
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import markdown as python_markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.extensions.toc import slugify_unicode
from markdown.inlinepatterns import Pattern

from kb.markdown_limits import find_faults
from kb.plain_text import text_of
from kb.sanitise import links_in, sanitise, without_links

__all__ = ["RENDER_VERSION", "Rendered", "render", "without_links"]

RENDER_VERSION = 2
TIME_LIMIT_S = 2.0
EXTENSIONS = (
    "tables",
    "fenced_code",
    "footnotes",
    "def_list",
    "abbr",
    "sane_lists",
    "admonition",
    "toc",
)
EXTENSION_CONFIGS: dict[str, dict[str, Any]] = {
    "tables": {"use_align_attribute": True},
    "toc": {"slugify": slugify_unicode, "marker": "", "baselevel": 2},
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """``html`` is safe to show as it is; ``text`` is plain, one block per line.

    ``links`` are the slugs that it links to; ``fault`` says why it is only escaped text, or is
    empty.
    """

    html: str
    text: str
    links: tuple[str, ...]
    fault: str = ""


class RenderTimeout(Exception):
    """Rendering took longer than it may."""


def render(markdown: str, *, time_limit: float = TIME_LIMIT_S) -> Rendered:
    """Render an answer or a note. Never raises; see ``Rendered.fault``."""
    faults = find_faults(markdown)
    if faults:
        return _escaped(markdown, faults[0].message)
    try:
        clean = sanitise(_convert(markdown, time_limit))
    except RenderTimeout:
        return _escaped(markdown, f"rendering took longer than {time_limit:g} s")
    except Exception as error:  # Markdown's extensions raise anything on input they did not expect
        return _escaped(markdown, f"Markdown could not read it ({type(error).__name__})")
    return Rendered(clean, text_of(clean), links_in(clean))


def _convert(text: str, time_limit: float) -> str:
    converter = python_markdown.Markdown(
        extensions=[*EXTENSIONS, _Deadline(time.monotonic() + time_limit)],
        extension_configs=EXTENSION_CONFIGS,
        output_format="html",
    )
    return converter.convert(text)


def _escaped(text: str, fault: str) -> Rendered:
    blocks = (block for block in re.split(r"\n\s*\n", text) if block.strip())
    markup = "".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks)
    return Rendered(sanitise(markup), text.strip(), (), fault)


class _Deadline(Extension):
    """Reads the clock wherever Markdown tries a block rule or meets an inline marker."""

    def __init__(self, until: float) -> None:
        super().__init__()
        self.until = until

    def extendMarkdown(self, md: python_markdown.Markdown) -> None:  # noqa: N802
        for pattern in md.inlinePatterns:
            self._watch(pattern, "handleMatch")
        for processor in md.parser.blockprocessors:
            self._watch(processor, "test")

    def _watch(self, part: Pattern | BlockProcessor, name: str) -> None:
        original: Callable[..., Any] = getattr(part, name)

        def watched(*arguments: Any) -> Any:
            if time.monotonic() > self.until:
                raise RenderTimeout
            return original(*arguments)

        setattr(part, name, watched)

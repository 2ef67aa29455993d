"""The words of sanitised HTML: what a passage holds and a snippet begins with."""

import re
from html.parser import HTMLParser

BLOCKS = frozenset(
    {"p", "div", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "blockquote"}
    | {"table", "thead", "tbody", "tr", "pre", "hr", "br"}
)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


def text_of(html: str) -> str:
    """The text of ``html``, entities resolved, each block on a line of its own.

    References to footnotes are left out; a picture gives its description.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = _SPACES.sub(" ", "".join(reader.pieces))
    return _LINES.sub("\n", text).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.skipping = False
        self.preformatted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "a" and "footnote" in (attributes.get("class") or ""):
            self.skipping = True
        elif tag == "pre":
            self.preformatted = True
        elif tag == "img":
            self.pieces.append(attributes.get("alt") or "")
        self._separate(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.skipping = False
        elif tag == "pre":
            self.preformatted = False
        self._separate(tag)

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.pieces.append(data if self.preformatted else data.replace("\n", " "))

    def _separate(self, tag: str) -> None:
        if tag in BLOCKS:
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append(" ")

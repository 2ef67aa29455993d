"""Sanitised HTML as a message that can be pasted into a chat: lines, bullets, whole addresses."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

BLOCKS = frozenset({"p", "div", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "dt", "dd"}) | {
    *("blockquote", "table", "tr", "pre", "hr", "br", "li")
}
PARAGRAPHS = frozenset({"p", "ul", "ol", "dl", "blockquote", "table", "pre", "h2", "h3", "h4"})
_BLANKS = re.compile(r"[ \t\r\f\v]+")
_GAPS = re.compile(r" *\n[ \n]*\n *| *\n *")


def as_message(html: str, *, root: str) -> str:
    """The text of ``html``; links keep their address in brackets, made whole with ``root``."""
    reader = _Reader(root)
    reader.feed(html)
    reader.close()
    text = _BLANKS.sub(" ", "".join(reader.pieces))
    lines = _GAPS.sub(lambda gap: "\n\n" if gap[0].count("\n") > 1 else "\n", text)
    return lines.strip()


class _Reader(HTMLParser):
    def __init__(self, root: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = root
        self.pieces: list[str] = []
        self.lists: list[int | None] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
        nested = tag in ("ul", "ol") and len(self.lists) > 1
        if tag in BLOCKS and not nested:
            self.pieces.append("\n\n" if tag in PARAGRAPHS and len(self.lists) < 2 else "\n")
        if tag == "li":
            self.pieces.append(self._bullet())
        elif tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        if tag in PARAGRAPHS and not self.lists:
            self.pieces.append("\n\n")
        elif tag in ("td", "th"):
            self.pieces.append("  ")
        elif tag == "a" and self.links:
            self._close_link(self.links.pop())

    def handle_data(self, data: str) -> None:
        self.pieces.append(data.replace("\n", " "))

    def _bullet(self) -> str:
        if self.lists and self.lists[-1] is not None:
            self.lists[-1] += 1
            return f"{self.lists[-1]}. "
        return "- "

    def _close_link(self, address: str) -> None:
        if address.startswith(("/", "http://", "https://")):
            self.pieces.append(f" ({urljoin(self.root, address)})")

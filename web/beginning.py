"""The first blocks of a rendered answer, for the answer on top of the results."""

from html.parser import HTMLParser

from markupsafe import Markup

VOID = frozenset({"br", "hr", "img", "input", "wbr"})


def beginning(html: str, *, characters: int) -> tuple[Markup, bool]:
    """Whole top-level blocks with about ``characters`` of text, and whether more follows.

    ``html`` is the sanitised answer; it is cut between blocks only, so nothing is left open.
    """
    counter = _BlockCounter(characters)
    counter.feed(html)
    counter.close()
    cut = counter.cut if counter.cut is not None else len(html)
    rest = html[cut:].strip()
    return Markup(html[:cut] if rest else html), bool(rest)  # noqa: S704  (sanitised by kb)


class _BlockCounter(HTMLParser):
    """Finds the end of the top-level block in which the wanted amount of text is reached."""

    def __init__(self, characters: int) -> None:
        super().__init__(convert_charrefs=True)
        self.left = characters
        self.depth = 0
        self.full = False
        self.cut: int | None = None
        self._lines = [0]

    def feed(self, data: str) -> None:
        """Read the whole text at once."""
        for line in data.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        super().feed(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if self.depth == 0 and self.full and self.cut is None:
            line, column = self.getpos()
            self.cut = self._lines[line - 1] + column
        if tag not in VOID:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.depth = max(0, self.depth - 1)
        self.full = self.full or (self.depth == 0 and self.left <= 0)

    def handle_data(self, data: str) -> None:
        self.left -= len(data.strip())

"""``content/pins.yaml``: wordings whose first entry an editor has fixed. The file is optional.

Promises every fault with its line. Refuses the file as a whole when anything is wrong;
the caller then keeps the pins it had. Whether the entries exist is the library's to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from unicodedata import normalize

from kb.errors import PinsInvalid
from kb.names import PINS_FILE, is_slug
from kb.problem import Problem
from kb.strict_yaml import Document, read_yaml

MAX_FILE_BYTES = 256 * 1024
MAX_QUERY = 200
MAX_VALUES = 20_000
KEYS = {"query", "slug"}
HINT = "Write `- query: …` with `slug: …` below it."


@dataclass(frozen=True, slots=True)
class Pin:
    """``slug`` stands first where ``query`` is asked. ``line`` is where it is written."""

    query: str
    slug: str
    line: int = field(default=1, compare=False)


def parse_pins(data: bytes) -> tuple[Pin, ...]:
    """The pins in ``data``. Raises ``PinsInvalid`` with every problem."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(PINS_FILE, line, "encoding", "not UTF-8", "Save the file as UTF-8.")
        raise PinsInvalid([problem]) from None
    document = read_yaml(text, path=PINS_FILE, first_line=1, max_depth=2, max_values=MAX_VALUES)
    problems = [*document.problems] or [*_faults(document)]
    if problems:
        raise PinsInvalid(problems)
    return tuple(
        Pin(pin["query"], pin["slug"], document.lines.get((number, "slug"), 1))
        for number, pin in enumerate(document.value or ())
    )


def _faults(document: Document) -> Iterator[Problem]:
    if document.value is None:
        return
    if not isinstance(document.value, list):
        yield _problem(1, "the file must be a list of pins")
        return
    seen: dict[str, int] = {}
    for number, pin in enumerate(document.value):
        line = document.lines.get((number,), 1)
        if not isinstance(pin, dict) or pin.keys() != KEYS:
            yield _problem(line, "a pin has `query` and `slug`, and nothing else")
            continue
        if fault := _fault_of_query(pin["query"], seen):
            yield _problem(document.lines.get((number, "query"), line), fault)
        else:
            seen[_form(pin["query"])] = document.lines.get((number, "query"), line)
        if not isinstance(pin["slug"], str) or not is_slug(pin["slug"]):
            yield _problem(document.lines.get((number, "slug"), line), "here must be a slug")


def _fault_of_query(query: object, seen: dict[str, int]) -> str:
    if not isinstance(query, str) or not any(letter.isalnum() for letter in query):
        return "here must be what is asked"
    if len(query) > MAX_QUERY or not query.isprintable():
        return f"the query is longer than {MAX_QUERY} characters or has an unseen one"
    if first := seen.get(_form(query)):
        return f"{query} is pinned a second time (first on line {first})"
    return ""


def _form(query: str) -> str:
    return " ".join(normalize("NFKC", query).casefold().split())


def _problem(line: int, message: str) -> Problem:
    return Problem(PINS_FILE, line, "pins", message, HINT)

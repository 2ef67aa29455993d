"""``content/synonyms.yaml``: words that mean the same in this shop. The file is optional.

Promises every fault with its line. Refuses the file as a whole when anything is wrong;
the caller then keeps the groups it had.
"""

from collections.abc import Iterator
from unicodedata import normalize

from kb.errors import SynonymsInvalid
from kb.names import SYNONYMS_FILE
from kb.problem import Problem
from kb.strict_yaml import Document, read_yaml

MAX_FILE_BYTES = 256 * 1024
MAX_WORD = 60
MAX_WORDS = 40
"""Words in one group."""
MAX_VALUES = 20_000
HINT = "Write one group per line: `- [word, another word]`."

Synonyms = tuple[tuple[str, ...], ...]
"""Groups of equivalents, as they are written."""


def parse_synonyms(data: bytes) -> Synonyms:
    """The groups in ``data``. Raises ``SynonymsInvalid`` with every problem."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(SYNONYMS_FILE, line, "encoding", "not UTF-8", "Save the file as UTF-8.")
        raise SynonymsInvalid([problem]) from None
    document = read_yaml(text, path=SYNONYMS_FILE, first_line=1, max_depth=2, max_values=MAX_VALUES)
    problems = [*document.problems] or [*_faults(document)]
    if problems:
        raise SynonymsInvalid(problems)
    return tuple(tuple(group) for group in document.value or ())


def _faults(document: Document) -> Iterator[Problem]:
    if document.value is None:
        return
    if not isinstance(document.value, list):
        yield _problem(1, "the file must be a list of groups")
        return
    seen: dict[str, int] = {}
    for number, group in enumerate(document.value):
        line = document.lines.get((number,), 1)
        if not isinstance(group, list) or not 2 <= len(group) <= MAX_WORDS:
            yield _problem(line, f"a group is a list of 2 to {MAX_WORDS} words")
            continue
        for at, word in enumerate(group):
            place = document.lines.get((number, at), line)
            if fault := _fault_of(word, seen):
                yield _problem(place, fault)
            else:
                seen[_form(word)] = place


def _fault_of(word: object, seen: dict[str, int]) -> str:
    if not isinstance(word, str) or not any(letter.isalnum() for letter in word):
        return "here must be a word"
    if len(word) > MAX_WORD or not word.isprintable():
        return f"a word is longer than {MAX_WORD} characters or has an unseen one"
    if first := seen.get(_form(word)):
        return f"{word} stands here a second time (first on line {first})"
    return ""


def _form(word: str) -> str:
    return " ".join(normalize("NFKC", word).casefold().split())


def _problem(line: int, message: str) -> Problem:
    return Problem(SYNONYMS_FILE, line, "synonyms", message, HINT)

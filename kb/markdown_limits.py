"""What Markdown may weigh before anyone tries to render it.

Python-Markdown is quadratic on long runs of its own markers (20,000 ``[`` take 101 s).
The cost grows with the markers in one block of text, so blocks, runs and nesting are bounded
here, in linear time, with the line of each breach.
"""

import re
from dataclasses import dataclass

MAX_CHARS = 64 * 1024
MAX_LINE_CHARS = 8 * 1024
MAX_BLOCK_CHARS = 16 * 1024
MAX_MARKERS = 400
MAX_RUN = 60
MAX_DEPTH = 12
MAX_DEFINITIONS = 60
MARKERS = "[]<!*_`&\\"
_RUN = re.compile(rf"([\[\]!<>*_`&\\~(){{}}])\1{{{MAX_RUN},}}")
_NEST = re.compile(r"(?:\s*(?:>|[-+*]\s|\d{1,9}[.)]\s))+")
_STEP = re.compile(r">|[-+*]\s|\d{1,9}[.)]\s")
_DEFINITION = re.compile(r"\s*(?:\*\[|\[\^?)[^\]]*\]:|:\s")
SHORTER = "Split it, or write it more plainly."


@dataclass(frozen=True, slots=True)
class Fault:
    """One breach; ``line`` counts from 1 within the text."""

    line: int
    message: str
    hint: str


def find_faults(text: str) -> list[Fault]:
    """Every breach in ``text``, none where it is safe to render."""
    if len(text) > MAX_CHARS:
        message = f"the text is longer than {MAX_CHARS // 1024} K characters"
        return [Fault(1, message, "Split it into several entries.")]
    faults: list[Fault] = []
    block = _Block()
    definitions = 0
    for number, line in enumerate(text.split("\n"), start=1):
        faults += _line_faults(number, line)
        definitions += bool(_DEFINITION.match(line))
        if line.strip():
            block.add(number, line)
        else:
            faults += block.faults()
            block = _Block()
    faults += block.faults()
    if definitions > MAX_DEFINITIONS:
        faults.append(Fault(1, f"more than {MAX_DEFINITIONS} definitions or references", SHORTER))
    return faults


class _Block:
    """Lines without an empty one between them; Markdown reads them as one."""

    def __init__(self) -> None:
        self.first = 0
        self.chars = 0
        self.counts = dict.fromkeys(MARKERS, 0)

    def add(self, number: int, line: str) -> None:
        self.first = self.first or number
        self.chars += len(line)
        for marker in self.counts:
            self.counts[marker] += line.count(marker)

    def faults(self) -> list[Fault]:
        found = []
        if self.chars > MAX_BLOCK_CHARS:
            message = f"a paragraph of more than {MAX_BLOCK_CHARS // 1024} K characters"
            found.append(Fault(self.first, message, "Put an empty line between paragraphs."))
        for marker, count in self.counts.items():
            if count > MAX_MARKERS:
                message = f"a paragraph with more than {MAX_MARKERS} times `{marker}`"
                found.append(Fault(self.first, message, SHORTER))
        return found


def _line_faults(number: int, line: str) -> list[Fault]:
    faults = []
    if len(line) > MAX_LINE_CHARS:
        message = f"a line of more than {MAX_LINE_CHARS // 1024} K characters"
        faults.append(Fault(number, message, "Break the line."))
    if run := _RUN.search(line):
        message = f"more than {MAX_RUN} times `{run[1]}` in a row"
        faults.append(Fault(number, message, SHORTER))
    if "<![" in line:
        hint = "Write `&lt;` for a plain `<`."
        faults.append(Fault(number, "`<![` begins a declaration", hint))
    prefix = _NEST.match(line)
    indent = (len(line) - len(line.lstrip())) // 4
    depth = indent + (len(_STEP.findall(prefix[0])) if prefix else 0)
    if prefix and depth > MAX_DEPTH:
        faults.append(Fault(number, f"nested more than {MAX_DEPTH} deep", "Flatten the list."))
    return faults

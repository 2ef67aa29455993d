"""What is wrong with a file, said so that a person can put it right."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of one file. ``line`` counts from 1; ``hint`` says what to do."""

    path: str
    line: int
    code: str
    message: str
    hint: str

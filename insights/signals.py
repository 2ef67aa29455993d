"""What an asker can do with a search, and which of it says that the search failed."""

from enum import StrEnum


class Signal(StrEnum):
    """One thing that was done with the result of a search."""

    CLICK = "click"
    COPY = "copy"
    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"
    NONE_OF_THESE = "none_of_these"
    CONTACT = "contact"
    NO_ENTRY = "no_entry"
    WRONG = "wrong"


NEGATIVE = frozenset(
    {Signal.UNHELPFUL, Signal.NONE_OF_THESE, Signal.CONTACT, Signal.NO_ENTRY, Signal.WRONG}
)
"""Signals that make a search a miss, although something was shown."""

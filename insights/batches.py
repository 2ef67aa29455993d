"""Long lists in parts that a database takes as the values of one ``IN``."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
AT_ONCE = 400


def batches(items: Sequence[Item], size: int = AT_ONCE) -> Iterator[Sequence[Item]]:
    """The items in their order, at most ``size`` at a time."""
    yield from (items[at : at + size] for at in range(0, len(items), size))

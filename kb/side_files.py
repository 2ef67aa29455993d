"""The optional files beside the topics: shop, synonyms and pins.

Promises never to raise: an absent file is an empty one, and of a faulty one nothing is read but
its problems.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from kb import pins, shop, synonyms
from kb.errors import PinsInvalid, ShopInvalid, SynonymsInvalid
from kb.files import FileRefused, read_file
from kb.names import PINS_FILE, SHOP_FILE, SYNONYMS_FILE
from kb.problem import Problem

Value = TypeVar("Value")
Reading = tuple[Value | None, list[Problem]]
"""What a file says, None where it is faulty, and its problems."""


def read_shop(root: Path) -> Reading[shop.Shop]:
    """What the shop is called, and how to reach it."""
    return _read(root / SHOP_FILE, shop.MAX_FILE_BYTES, shop.parse_shop, absent=shop.Shop())


def read_synonyms(root: Path) -> Reading[synonyms.Synonyms]:
    """The groups of equivalents."""
    place = root / SYNONYMS_FILE
    return _read(place, synonyms.MAX_FILE_BYTES, synonyms.parse_synonyms, absent=())


def read_pins(root: Path) -> Reading[tuple[pins.Pin, ...]]:
    """The wordings whose first entry is fixed."""
    return _read(root / PINS_FILE, pins.MAX_FILE_BYTES, pins.parse_pins, absent=())


def _read(
    place: Path, limit: int, parse: Callable[[bytes], Value], *, absent: Value
) -> Reading[Value]:
    if not os.path.lexists(place):
        return absent, []
    try:
        return parse(read_file(place, limit=limit)[0]), []
    except FileRefused as refused:
        return None, [Problem(place.name, 1, refused.code, refused.message, refused.hint)]
    except (ShopInvalid, SynonymsInvalid, PinsInvalid) as invalid:
        return None, list(invalid.problems)

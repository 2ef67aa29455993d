"""A small shop of its own for each test of ``search``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.search.shop import ENTRIES, Shop, open_shop


@pytest.fixture
def empty_shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop without entries."""
    shop = open_shop(tmp_path / "shop")
    yield shop
    shop.database.close()


@pytest.fixture
def shop(empty_shop: Shop) -> Shop:
    """A shop with a few public entries, published."""
    for slug, lang, fields in ENTRIES:
        empty_shop.write(slug, lang, **fields)
    empty_shop.publish()
    return empty_shop

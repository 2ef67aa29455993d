"""``kb.slugs``: an address from any question, in plain letters, and never a taken one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database import Database
from kb.library import Library
from kb.names import check_slug
from kb.slugs import free_slug, slugify
from kb.sync import Changes


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("怎么申请退货？", "zen-me-shen-qing-tui-huo"),
        ("重庆发货吗", "chong-qing-fa-huo-ma"),
        ("How do I return it?", "how-do-i-return-it"),
        ("iPhone 15 保修", "iphone-15-bao-xiu"),
        ("？？？", "entry"),
        ("CON", "entry-con"),
        ("Crème brûlée", "creme-brulee"),
    ],
)
def test_slugs_are_read_aloud(question: str, slug: str) -> None:
    """Chinese becomes pinyin, the rest plain lower-case letters."""
    assert slug == slugify(question)


@given(st.text(max_size=200))
def test_P02_every_question_gives_a_safe_slug(question: str) -> None:
    """Whatever is asked, the slug is one that a file may have, and short."""
    assert len(check_slug(slugify(question))) <= 60


def test_a_taken_slug_gets_a_number(
    put: Callable[..., Path], publish: Callable[[], Changes], library: Library, store: Database
) -> None:
    """Slugs and aliases of files and rows are both taken, even those of faulty files."""
    put("returns/tui-huo.zh.md", extra="aliases: [tui-huo-2]\n")
    put("buying/tui-huo-3.zh.md", data=b"")
    publish()
    assert "tui-huo-4" == free_slug(library, "退货")
    with store.session() as session:
        assert "tui-huo-3" == free_slug(session, "退货")
        assert "huan-huo" == free_slug(session, "换货")

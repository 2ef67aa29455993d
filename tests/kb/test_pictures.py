"""``kb.pictures``: what Markdown would show as a picture is found, and nothing else."""

import pytest

from kb.pictures import find_pictures


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("看图：![尺码](/media/a.png)", [1]),
        ("甲\n\n![a](https://a.example/b.png) ![b](c.png)\n\n![d][e]\n\n[e]: /media/e.png", [3, 5]),
        ("甲\n\n<IMG src='/media/a.png'>", [3]),
        ("<image src=a>", [1]),
        ("<picture><source srcset=a><img src=a></picture>", [1]),
    ],
)
def test_each_way_to_write_a_picture_is_found(text: str, lines: list[int]) -> None:
    """Markdown's own ways and HTML's, each with its line."""
    assert lines == [one.line for one in find_pictures("a/b.zh.md", text.encode())]


@pytest.mark.parametrize(
    "text",
    [
        "[尺码](/media/a.png)",
        "真的![是吗]",
        "写成 `![a](b.png)` 就行",
        "```\n![a](b.png)\n<img src=a>\n```",
        "&lt;img src=a>",
        "\\![a][b]",
    ],
)
def test_what_shows_no_picture_is_left_alone(text: str) -> None:
    """A link, a mark of exclamation, and code that shows how a picture is written."""
    assert [] == find_pictures("a/b.zh.md", text.encode())

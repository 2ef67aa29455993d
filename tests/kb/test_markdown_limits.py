"""``kb.markdown_limits``: what is too heavy is told with its line, and ordinary text is not."""

import time

import pytest

from kb.markdown_limits import MAX_CHARS, find_faults


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("fine\n\n" + "[" * 61, 3),
        ("fine\n\n" + ("x" * 99 + "\n") * 200, 3),
        ("x" * 8_200, 1),
        ("fine\n" + "- " * 13 + "x", 2),
        ("fine\n" + ">" * 13 + "x", 2),
        ("    " * 13 + "- x", 1),
        ("fine\n\n\n" + "a [b] " * 401, 4),
        ("<![CDATA[", 1),
        ("x\n" * MAX_CHARS, 1),
        ("*[a]: b\n" * 61, 1),
    ],
)
def test_heavy_text_is_refused_with_its_line(text: str, line: int) -> None:
    """Runs, long blocks and lines, deep nesting and too many definitions are each found."""
    assert line in [fault.line for fault in find_faults(text)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Title\n\nText with [a link](/faq/x), `code` and **bold**.\n",
        "\n".join(f"| {n} | [x](/faq/a-{n}) | *y* |" for n in range(150)),
        "\n".join(f"- point {n} with `code`" for n in range(150)),
        "```\n" + "x = [[0] * 3]\n" * 100 + "```\n",
        "=" * 80 + "\n" + "-" * 80,
        "\n\n".join("段落。" * 200 for _ in range(50)),
    ],
)
def test_ordinary_text_passes(text: str) -> None:
    """Long tables, lists, code and articles are no attack."""
    assert [] == find_faults(text)


@pytest.mark.parametrize("piece", ["[", "> ", "- ", "1. ", "1", " ", "*[", "[^", "\\", "\t", "a]:"])
def test_Q08_the_check_itself_is_linear(piece: str) -> None:
    """100,000 hostile characters are judged in no time, in one line or in many."""
    line = piece * 50 + "\n"
    for text in (piece * (60_000 // len(piece)), line * (60_000 // len(line))):
        begun = time.thread_time()
        find_faults(text)
        assert time.thread_time() - begun < 0.1

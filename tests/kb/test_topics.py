"""``kb.topics``: the tree is read whole or refused with every fault and its line."""

import pytest

from kb.errors import TopicsInvalid
from kb.topics import parse_topics

NAMED = "name: {zh: 一, en: One}"
TOLD = "description: {zh: 二, en: Two}"


def problems_of(text: str | bytes) -> list[tuple[int, str]]:
    """Line and code of every problem."""
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(TopicsInvalid) as caught:
        parse_topics(data)
    return [(each.line, each.code) for each in caught.value.problems]


def test_reads_the_tree_in_order() -> None:
    """Parents come before their children, siblings in the order of the file."""
    text = f"- {{id: b, {NAMED}, {TOLD}, icon: bag}}\n- id: a\n  {NAMED}\n  {TOLD}\n  children:\n"
    text += f"    - {{id: a-2, {NAMED}, {TOLD}}}\n    - {{id: a-1, {NAMED}, {TOLD}}}\n"
    tree = parse_topics(text.encode())
    assert [("b", None), ("a", None), ("a-2", "a"), ("a-1", "a")] == [
        (topic.id, parent) for topic, parent in tree.walk()
    ]
    assert "bag" == tree.topics[0].icon
    assert {"zh": "一", "en": "One"} == tree.topics[0].names


def test_reports_every_problem_at_once() -> None:
    """Each fault of several topics stands on its own line."""
    text = (
        f"- id: good\n  {NAMED}\n  {TOLD}\n"
        f"- id: Bad\n  name: {{zh: 一}}\n  {TOLD}\n  colour: red\n"
        f"- id: good\n  {NAMED}\n"
        f"- {NAMED}\n  {TOLD}\n  icon: ../x\n"
    )
    expected = [
        (4, "name"),
        (5, "missing"),
        (7, "unknown-key"),
        (8, "duplicate-topic"),
        (8, "missing"),
        (10, "missing"),
        (12, "topics"),
    ]
    assert expected == problems_of(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", (1, "topics")),
        ("{}", (1, "topics")),
        ("- x", (1, "topics")),
        ("- id: [a\n", (2, "yaml")),
        ("- &a id: x\n", (1, "anchor")),
        ("- id: x\n  id: y\n", (2, "duplicate-key")),
        (b"- id: \xff\n", (1, "encoding")),
    ],
)
def test_F02_F04_other_files_are_refused(text: str | bytes, problem: tuple[int, str]) -> None:
    """An empty, broken or different file is no tree."""
    assert problem in problems_of(text)


def test_depth_is_limited() -> None:
    """Four levels of topics are refused; a page would not show them."""
    text = ""
    for depth in range(4):
        pad = "    " * depth
        text += f"{pad}- id: t{depth}\n{pad}  {NAMED}\n{pad}  {TOLD}\n{pad}  children:\n"
    assert "depth" in problems_of(text + "                - x\n")[0][1] or problems_of(text)

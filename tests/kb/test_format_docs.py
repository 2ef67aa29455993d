"""``docs/entry-format.md``: what it shows is valid, and it leaves no key out."""

import re
from pathlib import Path

from kb.entry import parse_entry
from kb.header import KEYS
from kb.topics import parse_topics

TEXT = (Path(__file__).resolve().parents[2] / "docs/entry-format.md").read_text("utf-8")
EXAMPLES = re.findall(r"```\n(.*?)```", TEXT, re.DOTALL)


def test_the_example_is_a_valid_entry() -> None:
    """Whoever copies the example has an entry that is accepted."""
    entry = parse_entry("returns/return.zh.md", EXAMPLES[0].encode())
    assert "七天无理由退货怎么申请？" == entry.question


def test_the_example_of_topics_is_valid() -> None:
    """The same for the tree."""
    assert {"returns", "refunds"} == parse_topics(EXAMPLES[1].encode()).ids


def test_every_key_is_described_in_order() -> None:
    """The table lists the keys that the schema has, in the order in which they are written."""
    assert list(KEYS) == re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)

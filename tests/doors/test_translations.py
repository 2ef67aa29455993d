"""Every text of every door stands in both languages."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po

from settings import ROOT, TRANSLATED

PLACES = {
    "web": ("web", "templates/web"),
    "desk": ("desk", "templates/desk"),
    "admin": ("admin", "templates/admin"),
    "accounts": ("accounts", "templates/accounts"),
    "doors": ("doors", "templates/errors"),
}
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.xml", "jinja2")]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")


def texts_of(door: str) -> set[object]:
    """The English texts of a door, plural forms as pairs; those of the frame are the shop's."""
    frame = (ROOT / "templates").glob("*.html") if door == "web" else ()
    found = {
        message
        for path in frame
        for _, message, _, _ in extract_from_file("jinja2", path, keywords=KEYWORDS)
    }
    for place in PLACES[door]:
        every = extract_from_dir(ROOT / place, method_map=METHODS, keywords=KEYWORDS)
        found |= {message for _, _, message, _, _ in every}
    return found


def messages_of(door: str) -> list[Message]:
    """What the Chinese catalogue of a door holds."""
    path = ROOT / "translations" / door / "zh" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as source:
        return [message for message in read_po(source, locale="zh") if message.id]


def forms(text: object) -> Iterator[str]:
    """A text, or each of its plural forms."""
    yield from (text,) if isinstance(text, str) else text  # type: ignore[misc]


@pytest.mark.parametrize("door", PLACES)
def test_no_text_lacks_its_chinese(door: str) -> None:
    """What is said in English is said in Chinese too, and nothing is left over."""
    messages = messages_of(door)
    assert texts_of(door) == {message.id for message in messages}
    assert [] == [
        message.id for message in messages if message.fuzzy or not all(forms(message.string))
    ]


@pytest.mark.parametrize("door", PLACES)
def test_the_chinese_fills_in_what_the_english_does(door: str) -> None:
    """A number or name that a sentence names is not lost in the other language."""
    for message in messages_of(door):
        english = [sorted(PLACEHOLDER.findall(text)) for text in forms(message.id)]
        chinese = [sorted(PLACEHOLDER.findall(text)) for text in forms(message.string)]
        assert english[-1:] == chinese, message.id


def test_a_text_has_one_chinese() -> None:
    """The catalogues are read as one, so that of two translations one would never be seen."""
    said: dict[object, object] = {}
    for message in (message for door in PLACES for message in messages_of(door)):
        assert said.setdefault(message.id, message.string) == message.string, message.id


@pytest.mark.parametrize("word", ["你", "下线", "级别", "未解答"])
def test_one_thing_has_one_chinese_word(word: str) -> None:
    """Readers are 您, levels 可见范围, what is retired 下架, and what was missed 没答上."""
    messages = [message for door in PLACES for message in messages_of(door)]
    said = [text for message in messages for text in forms(message.string)]
    assert [] == [text for text in said if word in text]


def test_every_folder_of_translations_is_used() -> None:
    """A folder that the settings or this test do not name would never be read."""
    assert set(TRANSLATED) == {path.name for path in (ROOT / "translations").iterdir()}
    assert set(TRANSLATED) == set(PLACES)


def test_no_text_is_hidden_in_a_variable() -> None:
    """A text that is handed over by name is found by no completeness test."""
    unseen = re.compile(r"(?<![\w.])(?:_|_l|gettext|lazy_gettext|ngettext)\(\s*(?![\s\"')])")
    folders = [ROOT / place for places in PLACES.values() for place in places]
    for path in (path for folder in folders for path in folder.rglob("*.*")):
        if path.suffix in (".py", ".html", ".xml"):
            assert unseen.search(path.read_text("utf-8")) is None, path

"""Every text of the accounts and of what the doors share stands in both languages."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from settings import ROOT, TRANSLATED

PLACES = {
    "accounts": ("accounts", "templates/accounts"),
    "doors": ("doors", "templates/errors"),
}
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]


def texts_of(folder: Path) -> set[object]:
    """The English texts below a folder, plural forms as pairs."""
    found = extract_from_dir(folder, method_map=METHODS, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


@pytest.mark.parametrize("door", PLACES)
def test_no_text_lacks_its_chinese(door: str) -> None:
    """What is said in English is said in Chinese too, and nothing is left over."""
    path = ROOT / "translations" / door / "zh" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as source:
        catalog = {message.id: message.string for message in read_po(source) if message.id}
    texts = set[object]().union(*(texts_of(ROOT / place) for place in PLACES[door]))
    assert texts == set(catalog)
    assert all(string and "" != string for string in catalog.values())


def test_every_folder_of_translations_is_used() -> None:
    """A folder that the settings do not name would never be read."""
    assert set(TRANSLATED) == {path.name for path in (ROOT / "translations").iterdir()}

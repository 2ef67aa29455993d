"""``content/shop.yaml``: what the shop is called, and which entry says how to reach a person.

The file is optional. Promises every fault with its line. Refuses the file as a whole when anything
is wrong. Whether the entry exists is the library's to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.errors import ShopInvalid
from kb.names import LANGUAGES, SHOP_FILE, is_slug
from kb.problem import Problem
from kb.strict_yaml import Document, read_yaml

MAX_FILE_BYTES = 4 * 1024
MAX_NAME = 60
KEYS = {"name", "contact"}
UNNAMED = {"zh": "答问", "en": "Dawen"}
HINT = "Write `name: {zh: …, en: …}`."
CONTACT_HINT = "Write the slug of the entry that says how to reach a person, or nothing."


@dataclass(frozen=True, slots=True)
class Shop:
    """``names`` per language; empty where the shop has no file.

    ``contact`` is the slug of the entry that says how to reach a person; empty without one.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    contact: str = ""
    contact_line: int = field(default=1, compare=False)

    def called(self, lang: str, *, configured: str = "") -> str:
        """What it is called: by the setting, else by the content, else as the program is."""
        return configured or self.names.get(lang) or UNNAMED[lang]


def parse_shop(data: bytes) -> Shop:
    """The shop in ``data``. Raises ``ShopInvalid`` with every problem."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        problem = Problem(SHOP_FILE, 1, "encoding", "not UTF-8", "Save the file as UTF-8.")
        raise ShopInvalid([problem]) from None
    document = read_yaml(text, path=SHOP_FILE, first_line=1, max_depth=2, max_values=10)
    problems = [*document.problems] or _faults(document)
    if problems:
        raise ShopInvalid(problems)
    line = document.lines.get(("contact",), 1)
    return Shop(document.value["name"], document.value.get("contact", ""), line)


def _faults(document: Document) -> list[Problem]:
    keys = document.value.keys() if isinstance(document.value, dict) else set()
    names = document.value.get("name") if {"name"} <= keys <= KEYS else None
    if not isinstance(names, dict) or names.keys() != set(LANGUAGES):
        message = "the file must hold `name` for each language, `contact` if wanted, no more"
        return [Problem(SHOP_FILE, 1, "shop", message, HINT)]
    faults = [
        Problem(SHOP_FILE, document.lines.get(("name", lang), 1), "shop", message, HINT)
        for lang, name in names.items()
        if (message := _fault_of_name(lang, name))
    ]
    contact = document.value.get("contact", "")
    if contact != "" and not (isinstance(contact, str) and is_slug(contact)):
        line = document.lines[("contact",)]
        faults.append(Problem(SHOP_FILE, line, "shop", "`contact` must be a slug", CONTACT_HINT))
    return faults


def _fault_of_name(lang: str, name: object) -> str:
    if not isinstance(name, str) or not name.strip():
        return f"there is no name for {lang}"
    if len(name) > MAX_NAME or not name.isprintable():
        return f"the name for {lang} is longer than {MAX_NAME} or has an unseen character"
    return ""

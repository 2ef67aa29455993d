"""Slugs, topics and file names: one rule that is safe in an address and on every file system.

Promises that an accepted name is plain lower-case ASCII, so that no two names differ only by case
or Unicode form, and that it names a file on Windows too. Refuses everything else, and never
repairs a name silently.
"""

import re
from dataclasses import dataclass

from kb.errors import UnsafeName

LANGUAGES = ("zh", "en")
MAX_SLUG = 80
MAX_TOPIC = 60
TOPICS_FILE = "topics.yaml"
SHOP_FILE = "shop.yaml"
SYNONYMS_FILE = "synonyms.yaml"
PINS_FILE = "pins.yaml"
MEDIA_FOLDER = "media"

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WINDOWS_DEVICES = {"con", "prn", "aux", "nul", "conin", "conout"} | {
    f"{device}{digit}" for device in ("com", "lpt") for digit in range(10)
}


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of ``<topic>/<slug>.<lang>.md``."""

    topic: str
    slug: str
    lang: str

    @property
    def path(self) -> str:
        """The path below the content folder, with ``/`` on every system."""
        return f"{self.topic}/{self.slug}.{self.lang}.md"


def check_slug(slug: str) -> str:
    """The slug itself. Raises ``UnsafeName`` with the broken rule."""
    return _check(slug, "slug", MAX_SLUG)


def check_topic(topic: str) -> str:
    """The topic id itself. Raises ``UnsafeName`` with the broken rule."""
    if topic == MEDIA_FOLDER:
        raise UnsafeName(f"the topic {topic!r} is kept for pictures")
    return _check(topic, "topic", MAX_TOPIC)


def check_lang(lang: str) -> str:
    """The language itself. Raises ``UnsafeName`` unless it is one of ``LANGUAGES``."""
    if lang not in LANGUAGES:
        raise UnsafeName(f"the language {lang!a} is none of {', '.join(LANGUAGES)}")
    return lang


def split_path(path: str) -> Name:
    """The parts of an entry's path. Raises ``UnsafeName`` for anything but an entry's path."""
    folder, slash, file_name = path.partition("/")
    parts = file_name.split(".")
    if not slash or "/" in file_name or len(parts) != 3 or parts[2] != "md":
        raise UnsafeName(f"{path!a} is not <topic>/<slug>.<lang>.md")
    return Name(check_topic(folder), check_slug(parts[0]), check_lang(parts[1]))


def is_entry_path(path: str) -> bool:
    """Whether ``path`` could be that of an entry."""
    try:
        split_path(path)
    except UnsafeName:
        return False
    return True


def is_slug(text: str) -> bool:
    """Whether ``text`` could be the slug of an entry."""
    return len(text) <= MAX_SLUG and bool(_NAME.fullmatch(text)) and text not in _WINDOWS_DEVICES


def _check(name: str, kind: str, longest: int) -> str:
    if len(name) > longest:
        raise UnsafeName(f"the {kind} is longer than {longest} characters")
    if not _NAME.fullmatch(name):
        raise UnsafeName(f"the {kind} {name!a} has more than a–z, 0–9 and single hyphens")
    if name in _WINDOWS_DEVICES:
        raise UnsafeName(f"the {kind} {name!a} names a device on Windows")
    return name

"""What can go wrong with the knowledge, named by what the caller can do about it.

::

    KnowledgeError
    ├── EntryInvalid      the text of an entry breaks the rules: show the problems
    ├── TopicsInvalid     topics.yaml breaks the rules: show the problems
    ├── ShopInvalid       shop.yaml breaks the rules: show the problems
    ├── SynonymsInvalid   synonyms.yaml breaks the rules: show the problems
    ├── PinsInvalid       pins.yaml breaks the rules: show the problems
    ├── EntryConflict     the file is not what was read before: show both versions
    ├── EntryGone         the file of an entry was removed: say so, and publish
    ├── UnsafeName        a slug, topic or path that no file may have: choose another
    ├── ContentReadOnly   the content folder cannot be written: tell the operator
    └── ContentFull       no space is left: tell the operator
"""

from collections.abc import Sequence

from kb.problem import Problem


class KnowledgeError(Exception):
    """Any failure of the knowledge base that a caller may handle."""


class _Invalid(KnowledgeError):
    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("; ".join(f"{p.path}:{p.line}: {p.message}" for p in self.problems))


class EntryInvalid(_Invalid):
    """An entry breaks the rules; ``problems`` holds every fault, in order of lines."""


class TopicsInvalid(_Invalid):
    """``topics.yaml`` breaks the rules; ``problems`` holds every fault."""


class ShopInvalid(_Invalid):
    """``shop.yaml`` breaks the rules; ``problems`` holds every fault."""


class SynonymsInvalid(_Invalid):
    """``synonyms.yaml`` breaks the rules; ``problems`` holds every fault."""


class PinsInvalid(_Invalid):
    """``pins.yaml`` breaks the rules; ``problems`` holds every fault."""


class EntryConflict(KnowledgeError):
    """The file changed since it was read, vanished, or stands where a new one should go.

    ``current_text`` and ``current_fingerprint`` are those on disk, empty where there is no file.
    """

    def __init__(self, path: str, current_text: str, current_fingerprint: str) -> None:
        self.path = path
        self.current_text = current_text
        self.current_fingerprint = current_fingerprint
        super().__init__(f"{path} is not the version that was edited")


class EntryGone(KnowledgeError):
    """There is no file of that path, though the tables may know the entry still."""


class UnsafeName(KnowledgeError):
    """A name that no file of the knowledge base may have; the text says which rule it breaks."""


class ContentReadOnly(KnowledgeError):
    """The content folder cannot be written by this process."""


class ContentFull(KnowledgeError):
    """There is no space left for the content folder."""

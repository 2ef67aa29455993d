"""A knowledge base with a word of its own in each field of each entry, to see where it ends up.

Every level × state × language has an entry; each of its fields holds a word that occurs nowhere
else. ``Canary.seen_with`` says who may meet the word; the crawler looks for those who may not.
"""

import hashlib
import string
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kb.disclosure import Level
from kb.names import LANGUAGES


class State(StrEnum):
    """Where an entry stands; ``INVALID`` is a file that breaks the schema."""

    DRAFT = "draft"
    RETIRED = "retired"
    PUBLISHED = "published"
    SCHEDULED = "scheduled"
    EXPIRED = "expired"
    INVALID = "invalid"


HEADER_OF_STATE = {
    State.DRAFT: "status: draft",
    State.RETIRED: "status: retired",
    State.PUBLISHED: "status: published",
    State.SCHEDULED: "status: published\npublish_from: 2999-01-01T00:00:00Z",
    State.EXPIRED: "status: published\npublish_until: 2001-01-01T00:00:00Z",
    State.INVALID: "status: published\nvisibility: everyone",
}
FIELDS = ("question", "alternate", "not_for", "tag", "owner", "note", "body", "alias")
QUESTIONS = {"zh": "关于 {} 怎么办", "en": "How is {} done"}
ONLY_FOR_EDITORS = frozenset({"not_for", "owner"})


def word(*parts: object) -> str:
    """A word of twelve letters that nothing else contains, the same on each run."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return "".join(string.ascii_lowercase[byte % 26] for byte in digest[:12])


@dataclass(frozen=True, slots=True)
class Canary:
    """One word, and where it was put."""

    word: str
    field: str
    level: Level
    state: State

    def seen_with(self, clearance: Level) -> bool:
        """Whether someone with this clearance, who does not edit, may meet the word."""
        if self.state is not State.PUBLISHED or self.level > clearance:
            return False
        if self.field == "note":
            return clearance >= Level.AGENT
        return self.field not in ONLY_FOR_EDITORS


@dataclass(frozen=True, slots=True)
class Specimen:
    """The entry of one level and state, in both languages, in a topic of its own."""

    level: Level
    state: State

    @property
    def slug(self) -> str:
        """The address; it is a canary too."""
        return word("slug", self.level, self.state)

    @property
    def topic(self) -> str:
        """The id of its topic; it is a canary too."""
        return word("topic", self.level, self.state)

    def field(self, name: str, lang: str) -> str:
        """The canary in one field of one language."""
        return word(name, self.level, self.state, lang)

    def canaries(self) -> Iterator[Canary]:
        """Every canary of the entry and of its topic."""
        place = (self.level, self.state)
        yield Canary(self.slug, "slug", *place)
        yield Canary(self.topic, "topic", *place)
        for lang in LANGUAGES:
            yield Canary(self.field("topic name", lang), "topic name", *place)
            yield Canary(self.field("topic description", lang), "topic description", *place)
            for name in FIELDS:
                yield Canary(self.field(name, lang), name, *place)

    def text(self, lang: str) -> str:
        """The file of one language."""
        put = {name: self.field(name, lang) for name in FIELDS}
        # the word stands alone, so that the tokenizers of both languages keep it whole
        question = QUESTIONS[lang].format(put["question"])
        return (
            f"---\nquestion: {question}\ndisclosure: {self.level.label}\n"
            f"{HEADER_OF_STATE[self.state]}\nalternates:\n  - about {put['alternate']} please\n"
            f"not_for:\n  - rather {put['not_for']} instead\ntags: [{put['tag']}]\n"
            f"aliases: [{put['alias']}]\nowner: {put['owner']}\n"
            f"agent_note: |\n  Say {put['note']} first.\n---\n"
            f"The answer is {put['body']}, for sure.\n"
        )


SPECIMENS = tuple(Specimen(level, state) for level in Level for state in State)
CANARIES = tuple(canary for specimen in SPECIMENS for canary in specimen.canaries())
BY_WORD = {canary.word: canary for canary in CANARIES}
OPEN_SLUG = "return-parcel"
ORDINARY = {
    "return-parcel": {"zh": "怎么退货", "en": "How do I return a parcel"},
    "refund-time": {"zh": "退款多久到账", "en": "When does the refund arrive"},
    "delivery-fee": {"zh": "运费多少钱", "en": "What does delivery cost"},
    "change-address": {"zh": "能改收货地址吗", "en": "Can I change the address"},
    "get-invoice": {"zh": "怎么开发票", "en": "How do I get an invoice"},
    "reset-password": {"zh": "忘记密码怎么办", "en": "I forgot my password"},
}


def write_world(content: Path, *, clearance: Level | None) -> None:
    """Write the knowledge base into ``content``.

    With a ``clearance`` it is the twin: only what somebody with that clearance may see.
    The ordinary entries are the same in both, and one of them links to everything hidden. The shop
    of both names an entry for agents as the way to a person.
    """
    kept = [one for one in SPECIMENS if clearance is None or _belongs(one, clearance)]
    for specimen in kept:
        folder = content / specimen.topic
        folder.mkdir(parents=True)
        for lang in LANGUAGES:
            path = folder / f"{specimen.slug}.{lang}.md"
            path.write_text(_without_note(specimen.text(lang), clearance), "utf-8")
    _write_ordinary(content / "orders")
    (content / "topics.yaml").write_text(_topics(kept), "utf-8")
    contact = Specimen(Level.AGENT, State.PUBLISHED).slug
    (content / "shop.yaml").write_text(
        f"name: {{zh: 灯笼, en: Lantern}}\ncontact: {contact}\n", "utf-8"
    )


def _belongs(specimen: Specimen, clearance: Level) -> bool:
    return specimen.state is State.PUBLISHED and specimen.level <= clearance


def _without_note(text: str, clearance: Level | None) -> str:
    """A note is a layer of its own: the twin for those below agents has none."""
    if clearance is None or clearance >= Level.AGENT:
        return text
    lines = text.split("\n")
    start = lines.index("agent_note: |")
    return "\n".join(lines[:start] + lines[start + 2 :])


def _write_ordinary(folder: Path) -> None:
    folder.mkdir()
    for slug, questions in ORDINARY.items():
        for lang, question in questions.items():
            links = _links_to_hidden() if slug == OPEN_SLUG else ""
            header = f"question: {question}\ndisclosure: public\nstatus: published"
            path = folder / f"{slug}.{lang}.md"
            path.write_text(f"---\n{header}\n---\n{question}.\n{links}", "utf-8")


def _links_to_hidden() -> str:
    hidden = [one for one in SPECIMENS if not _belongs(one, Level.PUBLIC)]
    targets = [f"/faq/{name}" for one in hidden for name in (one.slug, one.field("alias", "en"))]
    return "\n" + "\n".join(f"- [more about this]({target})" for target in targets) + "\n"


def _topics(specimens: list[Specimen]) -> str:
    texts = "{zh: 订单, en: Orders}"
    lines = [f"- id: orders\n  name: {texts}\n  description: {texts}\n"]
    for one in specimens:
        pairs = [
            f"  {key}: {{zh: {one.field(name, 'zh')}, en: {one.field(name, 'en')}}}\n"
            for key, name in (("name", "topic name"), ("description", "topic description"))
        ]
        lines.append(f"- id: {one.topic}\n{''.join(pairs)}")
    return "".join(lines)

"""The judged queries of the shipped content keep the rules of benchmarks/judged/README.md."""

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.disclosure import Level, Status
from kb.library import Library

ROOT = Path(__file__).resolve().parents[2]
JUDGED = ROOT / "benchmarks" / "judged"
LANGUAGES = {"zh", "en", "mixed"}
NO_ANSWER = {"absent", "above", "withdrawn", "offtopic"}
ANSWERED = {"plain", "colloquial", "indirect", "typo", "short", "mixed", "story"}
SUITES = {
    "codes", "cross", "fullwidth", "mixed", "pinyin", "plain", "stemming", "synonyms",
    "traditional", "typo_en", "typo_zh",
}  # fmt: skip
TOO_NEAR = 0.6


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@cache
def queries() -> list[dict[str, Any]]:
    return read(JUDGED / "queries.jsonl")


@cache
def suites() -> dict[str, list[dict[str, Any]]]:
    return {path.stem: read(path) for path in sorted((JUDGED / "robustness").glob("*.jsonl"))}


def everything() -> list[dict[str, Any]]:
    return queries() + [case for cases in suites().values() for case in cases]


@cache
def content() -> dict[str, tuple[Level, Status]]:
    """Level and status of every entry by slug."""
    scan = Library(ROOT / "content").scan()
    found = (one.entry for one in scan.entries.values())
    return {entry.slug: (entry.level, entry.status) for entry in found}


@cache
def noted() -> set[str]:
    """The slugs of entries with a note that only agents see."""
    scan = Library(ROOT / "content").scan()
    return {one.entry.slug for one in scan.entries.values() if one.entry.agent_note}


@cache
def phrases() -> dict[str, frozenset[str]]:
    """The bigrams of every question, alternate and not_for of the content, by normal form."""
    scan = Library(ROOT / "content").scan()
    entries = [one.entry for one in scan.entries.values()]
    texts = [text for one in entries for text in (one.question, *one.alternates, *one.not_for)]
    return {normal(text): bigrams(text) for text in texts}


def level_of(case: dict[str, Any]) -> Level:
    return Level[case["level"].upper()]


def normal(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(character for character in folded if character.isalnum())


def bigrams(text: str) -> frozenset[str]:
    bare = normal(text)
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def test_every_query_has_the_fields_it_must_have() -> None:
    """Fields, languages and kinds are only those that the README names."""
    for case in queries():
        kinds = ANSWERED if case["ids"] else NO_ANSWER
        assert case["q"].strip(), case
        assert case["kind"] in kinds, case
        assert case["lang"] in LANGUAGES, case
        assert set(case) - {"hidden"} == {"q", "ids", "lang", "level", "split", "kind"}, case


def test_there_are_enough_queries_in_both_languages() -> None:
    """At least 360 queries, neither language with less than two fifths of them."""
    counts = Counter(case["lang"] for case in queries())
    assert len(queries()) >= 360
    assert min(counts["zh"], counts["en"]) >= 0.4 * len(queries())


def test_the_unanswerable_are_of_every_sort() -> None:
    """At least 80: about half absent, a quarter above the level, a quarter off-topic."""
    unanswerable = [case for case in queries() if not case["ids"]]
    shares = Counter(case["kind"] for case in unanswerable)
    assert len(unanswerable) >= 80
    assert shares["absent"] >= 0.4 * len(unanswerable)
    assert min(shares["above"], shares["offtopic"]) >= 0.2 * len(unanswerable)


def test_every_published_entry_is_asked_for_in_both_languages() -> None:
    """Three queries for what shoppers may see, two for the rest, and never one language alone."""
    asked = Counter((slug, case["lang"]) for case in queries() for slug in case["ids"])
    for slug, (level, status) in content().items():
        if status is Status.PUBLISHED:
            total = sum(asked[slug, lang] for lang in LANGUAGES)
            assert total >= (3 if level <= Level.CUSTOMER else 2), slug
            assert min(asked[slug, "zh"], asked[slug, "en"]) >= 1, slug


def test_every_id_is_published_and_within_the_askers_level() -> None:
    """An entry that the asker may not see, or nobody sees, is not an answer."""
    for case in everything():
        for slug in case["ids"]:
            level, status = content()[slug]
            assert status is Status.PUBLISHED, case
            assert level <= level_of(case), case


def test_what_is_hidden_is_hidden_for_the_reason_given() -> None:
    """The entry that would answer, or its agent note, is above the level, or is not published."""
    for case in queries():
        if case["kind"] in {"above", "withdrawn"}:
            level, status = content()[case["hidden"]]
            withdrawn = status is not Status.PUBLISHED
            needed = level if case["hidden"] not in noted() else max(level, Level.AGENT)
            assert (case["kind"] == "withdrawn") == withdrawn, case
            assert withdrawn or needed > level_of(case), case


def test_no_query_is_or_nearly_is_a_phrase_of_the_content() -> None:
    """A query that an editor wrote into an entry would prove nothing."""
    for case in everything():
        assert normal(case["q"]) not in phrases(), case
        pieces = bigrams(case["q"])
        nearest = max(likeness(pieces, phrase) for phrase in phrases().values())
        assert nearest < TOO_NEAR, case


def test_no_query_is_among_the_words_written_for_training() -> None:
    """A model that was shown the query would be measured on its memory."""
    files = [*(ROOT / "training").rglob("*.txt"), *(ROOT / "training").rglob("*.tsv")]
    assert len(files) > 2
    pieces = (re.split(r"[\t\n;]", path.read_text(encoding="utf-8")) for path in files)
    shown = {normal(piece) for parts in pieces for piece in parts}
    assert not shown & {normal(case["q"]) for case in queries()}


def test_no_query_is_asked_twice() -> None:
    """Judged queries and every suite are distinct, and the suites share none with the queries."""
    judged = [normal(case["q"]) for case in queries()]
    assert len(judged) == len(set(judged))
    for name, cases in suites().items():
        spelled = [normal(case["q"]) for case in cases]
        assert len(spelled) == len(set(spelled)), name
        assert not set(spelled) & set(judged), name


def test_the_split_is_fixed_by_the_query_alone_and_even() -> None:
    """A query stays in its half whatever is added, and neither half is below 45 %."""
    for case in queries():
        even = sha256(case["q"].encode()).digest()[0] % 2 == 0
        assert ("dev" if even else "test") == case["split"], case
    halves = Counter(case["split"] for case in queries())
    assert min(halves["dev"], halves["test"]) >= 0.45 * len(queries())


def test_every_suite_is_there() -> None:
    """No measure of robustness goes without its cases."""
    assert set(suites()) == SUITES


@pytest.mark.parametrize("name", sorted(SUITES))
def test_a_suite_has_enough_answerable_cases(name: str) -> None:
    """At least 55 cases, each with an answer, over at least 20 entries."""
    cases = suites()[name]
    assert len(cases) >= 55
    assert all(set(case) == {"q", "ids", "level", "lang"} and case["ids"] for case in cases)
    assert all(case["lang"] in LANGUAGES for case in cases)
    assert len({slug for case in cases for slug in case["ids"]}) >= 20


def test_synonyms_are_groups_in_which_no_word_stands_twice() -> None:
    """A word in two groups would join them by accident."""
    text = (ROOT / "content" / "synonyms.yaml").read_text(encoding="utf-8")
    groups = yaml.safe_load(text)
    words = [word.lower() for group in groups for word in group]
    assert len(words) == len(set(words))
    assert all(len(group) >= 2 for group in groups)


def test_pins_name_published_entries() -> None:
    """A pin to an entry that is gone would do nothing, silently."""
    text = (ROOT / "content" / "pins.yaml").read_text(encoding="utf-8")
    assert all(content()[pin["slug"]][1] is Status.PUBLISHED for pin in yaml.safe_load(text))

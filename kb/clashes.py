"""What is wrong between files that are each right by themselves.

Promises the same verdict whatever the order of the files: where two claim the same address, both
are refused, so that neither ever replaces the other silently.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from kb.errors import UnsafeName
from kb.found import Found
from kb.names import Name, split_path
from kb.problem import Problem


def find_clashes(found: Mapping[str, Found], paths: Collection[str]) -> list[Problem]:
    """Problems between files. ``paths`` are those of all files, faulty ones included."""
    slugs, problems = _of_names(frozenset(paths))
    return [
        *problems,
        *_aliases_that_are_slugs(found, slugs),
        *_aliases_of_two_entries(found),
    ]


@lru_cache(maxsize=2)
def _of_names(paths: frozenset[str]) -> tuple[frozenset[str], tuple[Problem, ...]]:
    """All slugs, and what is wrong between the names alone; mostly the names are what they were."""
    names = [name for name in map(_name, sorted(paths)) if name is not None]
    problems = (*_slugs_in_two_topics(names), *_names_that_look_alike(paths))
    return frozenset(name.slug for name in names), problems


def _name(path: str) -> Name | None:
    try:
        return split_path(path)
    except UnsafeName:
        return None


def _slugs_in_two_topics(names: Collection[Name]) -> Iterator[Problem]:
    topics: dict[str, set[str]] = defaultdict(set)
    for name in names:
        topics[name.slug].add(name.topic)
    for name in names:
        if others := sorted(topics[name.slug] - {name.topic}):
            message = f"the slug {name.slug!a} stands in {', '.join(others)} too"
            hint = "Keep all languages of an entry in one topic, or rename one of the two."
            yield Problem(name.path, 1, "duplicate-slug", message, hint)


def _names_that_look_alike(paths: Collection[str]) -> Iterator[Problem]:
    alike: dict[str, list[str]] = defaultdict(list)
    for path in sorted(paths):
        alike[unicodedata.normalize("NFKC", path).casefold()].append(path)
    for group in alike.values():
        for path in group if len(group) > 1 else ():
            if _name(path) is None:
                others = ", ".join(ascii(other) for other in group if other != path)
                message = f"the name differs only by case or Unicode form from {others}"
                yield Problem(path, 1, "name", message, "Rename or remove this file.")


def _aliases_that_are_slugs(
    found: Mapping[str, Found], slugs: Collection[str]
) -> Iterator[Problem]:
    for path, each in found.items():
        for number, alias in enumerate(each.entry.aliases):
            if alias in slugs:
                message = f"the alias {alias!a} is the slug of an entry"
                hint = "Remove the alias: that address is taken."
                yield Problem(path, _line(each, number), "alias", message, hint)


def _aliases_of_two_entries(found: Mapping[str, Found]) -> Iterator[Problem]:
    owners: dict[str, set[str]] = defaultdict(set)
    for each in found.values():
        for alias in each.entry.aliases:
            owners[alias].add(each.entry.slug)
    for path, each in found.items():
        for number, alias in enumerate(each.entry.aliases):
            if others := sorted(owners[alias] - {each.entry.slug}):
                message = f"the alias {alias!a} is claimed by {', '.join(others)} too"
                hint = "Keep it in one of them."
                yield Problem(path, _line(each, number), "alias", message, hint)


def _line(found: Found, number: int) -> int:
    return found.lines.get(("aliases", number), 1)

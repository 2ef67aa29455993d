"""Numbers that disagree between the languages of an entry, on the shipped content."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from insights.numbers import disagreements
from insights.twins import Told, contradictions
from kb.entry import Entry, parse_entry
from kb.library import Library
from kb.markdown import render
from settings import ROOT

CONTENT = ROOT / "content"
HERE = Path(__file__).parent
LEAST_RECALL = 0.9


def cases(name: str) -> list[dict[str, str]]:
    """The rows of a file of cases: slug, lang, and the text ``old`` that becomes ``new``."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def edited(case: dict[str, str]) -> tuple[Entry, Entry]:
    """The entry with the change of a case made in one language, and its other language."""
    path = next(CONTENT.glob(f"*/{case['slug']}.{case['lang']}.md"))
    text = path.read_text("utf-8")
    assert 1 == text.count(case["old"]), f"{path} changed: renew the case {case}"
    other = "en" if case["lang"] == "zh" else "zh"
    twin = path.with_name(f"{case['slug']}.{other}.md")
    return entry(path, text.replace(case["old"], case["new"])), entry(twin, twin.read_text("utf-8"))


def entry(path: Path, text: str) -> Entry:
    """A file of the content as an entry."""
    return parse_entry(path.relative_to(CONTENT).as_posix(), text.encode())


def texts(one: Entry) -> tuple[str, str]:
    """What is compared: question with answer, and the agent note."""
    return f"{one.question}\n{render(one.answer).text}", render(one.agent_note).text


def alarms(one: Entry, other: Entry) -> list[object]:
    """The disagreements of two languages of an entry."""
    pairs = zip(texts(one), texts(other), strict=True)
    return [gap for mine, theirs in pairs for gap in disagreements(mine, theirs)]


def shipped() -> Iterator[dict[str, Entry]]:
    """The shipped entries, each with its languages."""
    found: dict[str, dict[str, Entry]] = {}
    for each in Library(CONTENT).scan().entries.values():
        found.setdefault(each.entry.slug, {})[each.entry.lang] = each.entry
    return iter(found.values())


def test_seeded_conflicts_are_found() -> None:
    """Of 100 numbers of the shipped content, each changed in one language, at least 90 show."""
    seeded = cases("number_conflicts.jsonl")
    found = [case for case in seeded if alarms(*edited(case))]
    assert 100 == len(seeded)
    assert len(found) / len(seeded) >= LEAST_RECALL


@pytest.mark.parametrize("case", cases("number_harmless.jsonl"), ids=lambda case: case["new"])
def test_harmless_edits_raise_no_alarm(case: dict[str, str]) -> None:
    """Another numeral, unit, notation or word for the same thing is no conflict."""
    assert [] == alarms(*edited(case))


def test_there_are_a_hundred_harmless_edits() -> None:
    """The measure is taken on as many as it says."""
    assert 100 == len(cases("number_harmless.jsonl"))


def test_the_shipped_content_raises_no_alarm() -> None:
    """No language of a shipped entry disagrees with the other, and no entry with its twin."""
    entries = list(shipped())
    assert {} == {
        each["zh"].slug: found
        for each in entries
        if len(each) == 2 and (found := alarms(each["zh"], each["en"]))
    }
    for lang in ("zh", "en"):
        told = [
            Told(one.slug, one.topic, (one.question, *one.alternates), texts(one)[0])
            for each in entries
            if (one := each.get(lang))
        ]
        assert () == contradictions(told)


def test_a_disagreement_shows_both_numbers_and_their_sentences() -> None:
    """What an editor needs to see which of the two is right."""
    found = disagreements("先拍照。七天内可以退货。", "Take a photo. Return it within 10 days.")
    assert [("七天",), ("10 days",)] == [found[0].one, found[0].other]
    assert "七天内可以退货。" == found[0].one_says
    assert "Return it within 10 days." == found[0].other_says


def test_what_one_side_leaves_out_or_says_twice_is_no_conflict() -> None:
    """A translation may tell less, or repeat itself."""
    assert () == disagreements("7 天内退，满 99 元包邮。", "Return it within 7 days.")
    assert () == disagreements("7 天。再说一遍：7 天。", "7 days.")


def test_twin_entries_that_say_the_same_with_other_numbers_are_found() -> None:
    """One sentence in two entries, its number changed in one."""
    said = "顾客签收商品以后 {} 天内可以申请无理由退货。"
    one = Told("return-a", "returns", ("怎么退货？",), said.format(7))
    other = Told("return-b", "returns", ("如何退货？",), said.format(10))
    found = contradictions([one, other])
    assert [("return-a", "return-b")] == [(each.one, each.other) for each in found]


def test_two_rules_that_one_entry_names_both_are_no_contradiction() -> None:
    """An entry that gives both thresholds knows of the other; nothing is wrong."""
    far = Told("far", "delivery", ("偏远地区？",), "寄往您那里的包裹满 299 元包邮。")
    all_areas = "寄往您那里的包裹满 99 元包邮。偏远地区满 299 元。"
    near = Told("near", "delivery", ("运费？",), all_areas)
    assert () == contradictions([far, near])


def test_near_sentences_count_in_twins_only() -> None:
    """Almost the same sentence is the same statement where the questions are the same."""
    one = Told("a", "returns", ("退款多久到账",), "验货通过之后，我们在 24 小时内把退款退给您。")
    text = "验货通过之后，我们会在 48 小时内把退款退给您。"
    twin = Told("b", "returns", ("退款多久到账？",), text)
    stranger = Told("c", "returns", ("换货怎么换",), text)
    assert 1 == len(contradictions([one, twin]))
    assert () == contradictions([one, stranger])

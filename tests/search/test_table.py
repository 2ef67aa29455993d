"""``search.table``: what goes in comes out, whatever was there before."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from kb.disclosure import Level
from search.passages import Kind, Passage
from search.table import NOTHING, place_of, table_of

SOON = datetime(2027, 1, 1, tzinfo=UTC)


def passages(count: int, seed: int = 1) -> list[Passage]:
    """Different passages in the order of their places."""
    dice = random.Random(seed)
    made = {
        (number % 4, f"slug-{number // 3:03}", lang, kind): Passage(
            f"slug-{number // 3:03}",
            lang,
            kind,
            Level(number % 4),
            number,
            f"退货 {number} {lang}" * dice.randint(1, 4),
            SOON if number % 7 == 0 else None,
        )
        for number in range(count)
        for lang, kind in [(dice.choice(["zh", "en"]), dice.choice(list(Kind)[:5]))]
    }
    return sorted(made.values(), key=place_of)


def test_a_table_reads_as_what_it_was_made_of() -> None:
    """Every field of every passage, in order; slices and negative places too."""
    written = passages(60)
    table = table_of(written)
    assert written == list(table)
    assert written[3:9] == table[3:9]
    assert written[-1].text == table.text(-1)
    with pytest.raises(IndexError):
        table.text(len(written))


@pytest.mark.parametrize(("begin", "end"), [(0, 60), (7, 31), (5, 5), (0, 0)])
def test_lines_are_the_texts_of_neighbours(begin: int, end: int) -> None:
    """Each text ends its line; no neighbour means no line."""
    table = table_of(passages(60))
    assert "".join(f"{table.text(at)}\n" for at in range(begin, end)) == table.lines(begin, end)


@pytest.mark.parametrize("seed", range(5))
def test_a_revised_table_is_one_made_anew(seed: int) -> None:
    """Some passages go, some come: nothing tells the result from a table of what is left."""
    dice = random.Random(seed)
    old, new = passages(80), [replace(one, text=f"新 {one.text}") for one in passages(30, seed)]
    kept = np.array([dice.random() < 0.6 for _ in old])
    staying = [one for one, stays in zip(old, kept, strict=True) if stays]
    places_taken = set(map(place_of, staying))
    added = [one for one in new if place_of(one) not in places_taken]
    revised, places = table_of(old).revised(kept, added, [7] * len(added))
    expected = table_of(sorted([*staying, *added], key=place_of))
    assert list(expected) == list(revised)
    assert (expected.slugs, expected.langs) == (revised.slugs, revised.langs)
    assert expected.windows == revised.windows
    assert added == [revised[int(at)] for at in places]
    for name in ("owner", "lang", "kind", "level", "ordinal", "window", "end", "text"):
        np.testing.assert_array_equal(expected.columns[name], revised.columns[name])


def test_parts_of_texts_are_found_in_whole_texts_only() -> None:
    """No match reaches from one text into the next, and hidden passages are not looked at."""
    made = [
        Passage(f"a-{at}", "zh", Kind.QUESTION, Level(at // 2), 0, text)
        for at, text in enumerate(["怎么退", "货到了吗", "退货", "退货险"])
    ]
    table = table_of(made)
    assert [2, 3] == table.holding("退货", visible=4)
    assert [] == table.holding("退货", visible=2)
    assert [] == table.holding("", visible=4)
    assert [2] == table.holding("退货", visible=4, most=1)
    assert (2, -1) == (table.where("退货"), table.where("退"))


def test_windows_open_and_close() -> None:
    """A passage is live from the first moment of its window on."""
    one = Passage("a", "zh", Kind.QUESTION, Level.PUBLIC, 0, "退", publish_from=SOON)
    assert [False] == table_of([one]).live(datetime(2026, 12, 31, tzinfo=UTC)).tolist()
    assert [True] == table_of([one]).live(SOON).tolist()
    assert 0 == len(NOTHING.live(SOON))

"""Intents: what is joined, what counts as missed, and what never does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from insights.intents import Asked, Cause, Intent, Said, intents_of

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def asked(
    wording: str,
    *shown: str,
    second: float = 0,
    outcome: str = "",
    said: tuple[Said, ...] = (),
    session: str = "one",
    **more: object,
) -> Asked:
    """A search ``second`` seconds after noon; missed when nothing was shown."""
    values: dict[str, object] = {
        "id": f"{session}-{second:07.1f}",
        "at": NOON + timedelta(seconds=second),
        "session": session,
        "text": wording,
        "wording": wording,
        "lang": "zh",
        "level": 0,
        "channel": "web",
        "outcome": outcome or ("suggested" if shown else "missed"),
        "mode": "hybrid",
        "confidence": 0.3 if shown else 0.05,
        "shown": shown,
        "said": said,
    }
    return Asked(**values | more)  # type: ignore[arg-type]


def did(kind: str, slug: str = "", *, second: float = 5) -> tuple[Said, ...]:
    """One signal."""
    return (Said(NOON + timedelta(seconds=second), kind, slug),)


def only(*searches: Asked) -> Intent:
    """The one intent that these searches are."""
    found = intents_of(searches)
    assert 1 == len(found), [intent.wording for intent in found]
    return found[0]


def causes(*searches: Asked) -> list[str]:
    """The causes of the intents of these searches."""
    return [intent.cause for intent in intents_of(searches)]


def test_keystrokes_collapse_to_the_full_question() -> None:
    """What was typed letter by letter is one intent, and speaks with its longest form."""
    typed = [asked(text, second=at) for at, text in enumerate(("退", "退货", "退货运", "退货运费"))]
    intent = only(*typed)
    assert ("退货运费", "退货运费", 4, Cause.FLOOR) == (
        intent.wording,
        intent.first,
        intent.searches,
        intent.cause,
    )


def test_letters_taken_away_do_not_speak_for_the_intent() -> None:
    """Deleting what was typed leaves the longest form as the question."""
    intent = only(asked("gift card", second=0), asked("gift", second=2))
    assert "gift card" == intent.wording


def test_rewordings_within_ten_minutes_are_one_intent() -> None:
    """A question put again in similar words is the same want; first and last are kept."""
    intent = only(asked("退货运费谁出"), asked("退货的运费谁承担", second=120))
    assert ("退货运费谁出", "退货的运费谁承担", 2) == (
        intent.first,
        intent.wording,
        intent.searches,
    )


def test_after_ten_minutes_a_want_is_a_new_one() -> None:
    """The same words much later are asked anew."""
    assert 2 == len(intents_of([asked("退货运费"), asked("退货运费", second=700)]))


@pytest.mark.parametrize(
    ("one", "other"),
    [("怎么退货", "怎么换货"), ("how do i return it", "how do i exchange it"), ("发票", "积分")],
)
def test_questions_that_share_only_question_words_stay_apart(one: str, other: str) -> None:
    """How-do-I in common makes nobody ask the same."""
    assert 2 == len(intents_of([asked(one), asked(other, second=30)]))


def test_the_same_accepted_entry_joins() -> None:
    """Two wordings that led to one opened entry were one want."""
    one = asked("东西不想要了", "a", "b", said=did("click", "a"))
    other = asked("退货流程", "a", second=60, said=did("click", "a", second=70))
    assert 2 == only(one, other).searches


def test_the_same_first_entry_joins_across_languages() -> None:
    """A question put again in the other language is the same want."""
    one, other = asked("退货怎么弄", "a", "b"), asked("return an item", "a", second=40)
    assert Cause.UNACCEPTED == only(one, other).cause


def test_interleaved_wants_are_told_apart() -> None:
    """A want goes on although another one was asked in between."""
    run = [asked("退货运费谁出"), asked("开发票", second=30), asked("退货运费", second=60)]
    assert ["开发票", "退货运费"] == [intent.wording for intent in intents_of(run)]


def test_meaning_joins_where_words_do_not() -> None:
    """The caller may bring a better judge of likeness."""
    pair = [asked("东西不想要了咋整"), asked("退货", "a", second=30)]
    assert [2, 1] == [len(intents_of(pair)), len(intents_of(pair, alike=lambda *_: True))]


def test_sessions_are_never_joined() -> None:
    """Two people with one question are two intents."""
    assert 2 == len(intents_of([asked("退货"), asked("退货", session="two")]))


def test_below_the_floor_is_missed_once() -> None:
    """Three tries that all found nothing are one miss."""
    tries = [asked("礼品卡怎么用", second=at * 60) for at in range(3)]
    assert [Cause.FLOOR] == causes(*tries)


def test_shown_and_reworded_without_taking_anything_is_missed() -> None:
    """Results that were passed over before a rewording did not help."""
    assert [Cause.UNACCEPTED] == causes(
        asked("退货运费", "a"), asked("退货 运费 谁", "b", second=60)
    )


def test_shown_and_left_alone_is_no_miss() -> None:
    """Results that nobody complained about may well have been read."""
    assert [""] == causes(asked("退货运费", "a"))


def test_reworded_until_answered_is_no_miss() -> None:
    """An answer stands in full on the page: no click is needed to have taken it."""
    pair = asked("退货运费", "a"), asked("退货运费谁出", "b", second=60, outcome="answered")
    assert [""] == causes(*pair)


def test_a_rewording_that_was_taken_is_no_miss() -> None:
    """Whoever found it at the second try found it; the first wording is kept for proposals."""
    taken = asked("退货运费谁出", "b", second=60, said=did("click", "b", second=65))
    intent = only(asked("退货运费"), taken)
    assert ("", "b", "退货运费") == (intent.cause, intent.accepted, intent.first)


@pytest.mark.parametrize("kind", ["none_of_these", "contact", "no_entry", "wrong", "unhelpful"])
def test_each_negative_signal_makes_a_miss(kind: str) -> None:
    """What the asker says outweighs an answer that was sure of itself."""
    one = asked("退货", "a", outcome="answered", said=did(kind, "a"))
    assert [kind] == causes(one)


@pytest.mark.parametrize("kind", ["click", "copy", "helpful"])
def test_each_positive_signal_accepts(kind: str) -> None:
    """Opening, copying and thanking take an entry."""
    intent = only(asked("退货", "a", said=did(kind, "a")))
    assert ("a", "") == (intent.accepted, intent.cause)


def test_a_vote_after_the_click_outweighs_it() -> None:
    """Opened and found unhelpful is a miss; the entry that was opened is still told."""
    said = did("click", "a") + did("unhelpful", "a", second=40)
    intent = only(asked("退货", "a", said=said))
    assert (Cause.UNHELPFUL, "a") == (intent.cause, intent.accepted)


def test_a_click_after_none_of_these_takes_it_back() -> None:
    """Whoever then opened an entry did find one."""
    said = did("none_of_these") + did("click", "a", second=40)
    assert [""] == causes(asked("退货", "a", said=said))


@pytest.mark.parametrize("kind", ["contact", "no_entry", "wrong"])
def test_a_word_to_the_shop_is_not_taken_back(kind: str) -> None:
    """A question that was left waits for its answer, whatever was opened later."""
    said = did(kind, "a") + did("click", "b", second=40)
    assert [kind] == causes(asked("退货", "a", said=said))


def test_bots_make_no_intent() -> None:
    """A program that reads the site wants nothing."""
    assert [] == intents_of([asked("退货", is_bot=True)])


def test_staff_make_no_intent() -> None:
    """Editors who try the site out do not ask."""
    assert [] == intents_of([asked("退货", is_staff=True)])


def test_engine_failures_make_no_intent() -> None:
    """A search without vectors that found nothing says nothing of the content."""
    assert [] == intents_of([asked("退货", mode="lexical")])


def test_a_failure_within_a_want_counts_for_nothing() -> None:
    """Between two whole searches, one without vectors neither joins nor is counted."""
    run = [asked("退货运费", "a", second=0, said=did("click", "a"))]
    run.append(replace(asked("退货运费", second=20), mode="lexical"))
    assert (1, "") == (only(*run).searches, only(*run).cause)


def test_contact_is_told_apart_from_the_cause() -> None:
    """``contacted`` stays true where another cause spoke last."""
    said = did("contact") + did("no_entry", second=50)
    intent = only(asked("退货", said=said))
    assert (True, Cause.NO_ENTRY) == (intent.contacted, intent.cause)


def test_the_order_in_which_rows_are_read_does_not_matter() -> None:
    """Intents are a function of what was asked, not of the query that read it."""
    run = [asked("退货运费"), asked("发票", second=10), asked("退货运费谁出", second=50)]
    assert intents_of(run) == intents_of(reversed(run))

"""Suggestions while typing: helpful, and nothing for those who may not know."""

import pytest

from tests.search.shop import ANYONE, EDITOR, Shop


def slugs(shop: Shop, typed: str) -> list[str]:
    """What is suggested to anyone."""
    return [one.slug for one in shop.engine().suggest(typed, audience=ANYONE, lang="zh")]


@pytest.mark.parametrize("typed", ["", " ", "a", "%", "_", "*", "？", "1"])
def test_L11_too_little_gives_nothing(shop: Shop, typed: str) -> None:
    """Less than one Chinese character or two letters lists nothing, wildcards least of all."""
    assert [] == slugs(shop, typed)


def test_a_beginning_comes_before_a_middle(shop: Shop) -> None:
    """What starts as typed stands first."""
    assert ["refund-time", "return-how"] == slugs(shop, "退")


def test_phrasings_lead_to_the_question(shop: Shop) -> None:
    """An alternate is found, the entry's question is shown."""
    found = shop.engine().suggest("不想要", audience=ANYONE, lang="zh")
    assert ("return-how", "怎么退货？") == (found[0].slug, found[0].question)


def test_L11_nothing_hidden_is_suggested(shop: Shop) -> None:
    """The beginning of a hidden question gives what an unknown one gives."""
    shop.write("secret", disclosure="internal", question="秘密流程")
    shop.publish()
    assert "secret" not in slugs(shop, "秘密流程")
    found = shop.engine().suggest("秘密", audience=EDITOR, lang="zh")
    assert "secret" == found[0].slug


def test_the_list_is_short(shop: Shop) -> None:
    """No more than asked for."""
    assert 1 == len(shop.engine().suggest("怎么", audience=ANYONE, lang="zh", limit=1))

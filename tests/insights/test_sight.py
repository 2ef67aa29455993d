"""What a replay sees of an index is what the engine shows."""

from pathlib import Path

import pytest

from database import utc_now
from insights.sight import heard_in, look
from kb.disclosure import Audience, Level
from tests.search.shop import open_shop


@pytest.mark.parametrize("hidden_first", [True, False])
def test_of_pins_with_one_form_the_same_stands_first_as_in_the_engine(
    tmp_path: Path, hidden_first: bool
) -> None:
    """The first that the level may see, whatever order the file has."""
    shop = open_shop(tmp_path)
    shop.write("return-how", question="怎么退货？")
    shop.write("invoice-get", question="怎么开发票？")
    shop.write("secret", question="满天星暗号", disclosure="agent")
    pins = ["- query: 黑五，退货\n  slug: invoice-get\n", "- query: 黑五 退货\n  slug: secret\n"]
    text = "".join(reversed(pins) if hidden_first else pins)
    (shop.content / "pins.yaml").write_text(text, "utf-8")
    shop.publisher().publish()
    engine = shop.engine()
    asked = [("黑五、退货", int(level)) for level in Level]
    serving = engine.serving(now=utc_now())
    texts = heard_in(serving, asked)
    vectors = dict(zip(texts, engine.encode(texts), strict=True))
    shown = [
        engine.look(text, audience=Audience(Level(level)), lang="zh").hits[0].slug
        for text, level in asked
    ]
    assert shown == look(engine, serving, asked, texts, vectors).slugs
    shop.database.close()

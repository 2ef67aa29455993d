"""What stands for personal data, in the language of the page."""

from collections.abc import Callable

from sqlalchemy import select

from admin.blotting import blotted
from database import Database
from insights.redaction_rules import RULES
from insights.redaction_secrets import SECRETS
from insights.tables import SearchRow
from tests.admin.pages import Editor, words


def test_what_stands_for_redacted_data_is_shown_in_the_language_of_the_page(
    editor: Editor, ask: Callable[[str], str], database: Database
) -> None:
    """Every word of redaction has one here; what is stored keeps its own."""
    ask("螺旋桨 13812345678 验证码 482910")
    page = words(editor.page("/admin/wordings?lang=zh"))
    assert "螺旋桨 〈电话〉 验证码 〈验证码〉" in page
    with database.session() as session:
        assert "螺旋桨 <PHONE> 验证码 <CODE>" == session.scalar(select(SearchRow.text))
    used = {rule.word for rule in (*SECRETS, *RULES) if rule.word}
    with editor.client.application.test_request_context("/admin/?lang=zh"):
        assert {word for word in used if blotted(word).startswith("<")} == set()
        assert "<b> <phones> 〈电话〉" == blotted("<b> <phones> <phone>")

"""Pinyin in what was missed, read with the letters of what others missed in Chinese; slips undone.

Shoppers who type ``lvxin duojiu huan`` miss what others miss as 滤芯多久换. The engine hears pinyin
by what its entries say, and what was missed is what they do not say. For editors only: the letters
come from entries of every level and from everybody's misses.
"""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from insights.work_tables import IntentRow
from kb.disclosure import Audience, Level
from search.hearing import Hearing
from search.index import Index
from search.spelling import Spelling
from search.text import has_han

Hear = Callable[[str], str]
LISTENED_TO = 20_000
"""Missed wordings whose letters are learnt, the last ones."""


def overhearing(session: Session, index: Index) -> Hear:
    """What reads the pinyin of a missed wording and undoes its slips; others stay as they are."""
    query = select(IntentRow.wording).where(IntentRow.cause != "").group_by(IntentRow.wording)
    last_first = (func.max(IntentRow.at).desc(), IntentRow.wording)
    lately = session.scalars(query.order_by(*last_first).limit(LISTENED_TO))
    missed = [wording for wording in lately if has_han(wording)]
    spelling = Spelling.of([*(passage.text for passage in index.passages), *missed])
    named = Spelling.of(index.synonymy(Audience(Level.INTERNAL)).words)
    return Hearing.of([spelling], named=named).hear

"""Why an entry stands where it does, in sentences: no number that a sentence can say."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from doors.language import ui_language
from search.explanation import CONSTANT, MEANING, Explanation, Reason
from search.passages import Kind
from search.results import Outcome

LANE_NAMES = {
    MEANING: _l("Means the same"),
    "words": _l("Same words in this passage"),
    "whole": _l("Same words in the whole entry"),
    "sound": _l("Sounds alike"),
    "spelling": _l("Spelt alike"),
    "meant": _l("Synonyms"),
    "chorus": _l("Its other phrasings fit less"),
    "against": _l("It is “not the answer to” something near"),
    "runoff": _l("Another entry’s phrasings are closer"),
}
PART_NAMES = {
    "score": _l("How well it fits"),
    "margin": _l("Its lead over the next entry"),
    "spoken": _l("Language of the question"),
    CONSTANT: _l("Doubt to begin with"),
}
BEHIND_NAMES = PART_NAMES | {"margin": _l("How far it is behind the first")}
"""The same for all but the first."""
KIND_NAMES = {
    Kind.QUESTION: _l("Its question"),
    Kind.ALTERNATE: _l("Another way to ask it"),
    Kind.ANSWER: _l("From its answer"),
    Kind.NOTE: _l("From its note for agents"),
}
NEAR, NEARLY_SAME = 0.6, 0.85
"""Cosines from which on a passage means something near, and nearly the same."""
CLEAR, CLOSE = 0.15, 0.05
"""Leads that are clear, and that are hardly any."""


VERDICTS = {
    Outcome.ANSWERED: _l(
        "Shown as the answer: the engine is %(sure)s sure, and an answer needs %(answer)s."
    ),
    Outcome.SUGGESTED: _l(
        "Shown as a suggestion only: the engine is %(sure)s sure, and an answer needs %(answer)s."
    ),
    Outcome.MISSED: _l(
        "Nothing is shown: the engine is %(sure)s sure, and even a suggestion needs %(suggest)s."
    ),
}
FAR = _l(
    "No phrasing of any entry means nearly this. Add the question to the entry that answers it, "
    "or write one."
)
TWO_ALIKE = _l(
    "Two entries fit nearly alike. Add the question to the right one as a phrasing, or name it in "
    "the other under “Not the answer to”."
)
ALMOST = _l(
    "It is near, but not near enough. If the first entry is right, add the question to it as a "
    "phrasing."
)
SPEAKERS = {
    Kind.QUESTION: _l("Its question fits best"),
    Kind.ALTERNATE: _l("One of its other ways to ask fits best"),
    Kind.ANSWER: _l("A passage of its answer fits best"),
    Kind.NOTE: _l("Its note for agents fits best"),
}


def why(reason: Reason, *, place: int) -> str:
    """Why an entry stands at this place, from 1 on, in a few short sentences."""
    said = [_speaker(reason), _words(reason), _standing(reason, place)]
    if reason.spoken.against < 0:
        text = reason.spoken.against_text
        said.append(_("It was taken down: it says that it does not answer “%(text)s”.", text=text))
    return ("" if ui_language() == "zh" else " ").join(said)  # no spaces between Chinese sentences


def verdict(found: Explanation) -> str:
    """What the asker gets, and by which floor."""
    floors = found.floors
    shares = {
        "sure": _percent(found.result.confidence),
        "answer": _percent(floors.answer),
        "suggest": _percent(floors.suggest),
    }
    return str(VERDICTS[found.result.outcome]) % shares


def advice(found: Explanation) -> str:
    """What holds the first entry back, and what helps; empty for an answer."""
    if found.result.outcome is Outcome.ANSWERED or not found.reasons:
        return ""
    first = found.reasons[0]
    if first.spoken.lanes[0].share < NEAR:
        return str(FAR)
    return str(TWO_ALIKE if first.lead < CLOSE else ALMOST)


def _speaker(reason: Reason) -> str:
    speaker, cosine = SPEAKERS[reason.kind], reason.spoken.lanes[0].share
    if cosine >= NEARLY_SAME:
        return _("%(speaker)s and means nearly the same.", speaker=speaker)
    if cosine >= NEAR:
        return _("%(speaker)s and means something near.", speaker=speaker)
    return _("%(speaker)s, but means something else.", speaker=speaker)


def _words(reason: Reason) -> str:
    shared = reason.shared
    if not shared.found:
        return _("It has none of the question's words.")
    return _(
        "It has %(found)s of the question's %(asked)s words.",
        found=shared.found,
        asked=shared.asked,
    )


def _standing(reason: Reason, place: int) -> str:
    gap = f"{abs(reason.lead):.2f}"
    if place > 1:
        return _("It stands %(gap)s behind the first.", gap=gap)
    if reason.lead >= CLEAR:
        return _("It leads the next entry clearly, by %(gap)s.", gap=gap)
    if reason.lead >= CLOSE:
        return _("It leads the next entry by %(gap)s.", gap=gap)
    return _("The next entry is nearly as near, only %(gap)s behind.", gap=gap)


def _percent(share: float) -> str:
    return f"{share * 100:.0f}%"

"""What ``flask search --explain`` prints: a search taken apart, as text."""

from collections.abc import Iterable, Iterator

from search.explanation import Explanation, Reason
from search.passages import Kind
from search.reading import Reading
from search.results import Hit, Result

INDENT = "       "


def listed(result: Result) -> str:
    """The outcome, and the entries in order."""
    lines = [f"{result.outcome} ({result.mode}, confidence {result.confidence:.2f})"]
    for place, hit in enumerate(result.hits, 1):
        lines += [_titled(place, hit), f"{INDENT}{hit.snippet}"]
    return "\n".join(lines)


def explained(explanation: Explanation) -> str:
    """The same with how the question was read, and why each entry stands where it does."""
    result, floors = explanation.result, explanation.floors
    from_floors = f"answered from {floors.answer:.2f}, suggested from {floors.suggest:.2f}"
    lines = [
        f"{result.outcome} ({result.mode}, confidence {result.confidence:.2f}; {from_floors})",
        *_read(explanation.reading),
    ]
    for place, hit in enumerate(result.hits, 1):
        lines.append(_titled(place, hit))
        reason = explanation.reason(hit.slug)
        if hit.matched is Kind.PIN:
            lines.append(f"{INDENT}pinned: an editor has put it first for this wording")
        lines += _why(reason) if reason else []
    return "\n".join(lines)


def _titled(place: int, hit: Hit) -> str:
    return f"{place}. {hit.confidence:.2f}  {hit.question}  [{hit.slug}.{hit.lang}]"


def _read(reading: Reading) -> Iterator[str]:
    if reading.is_simplified:
        yield f"written in simplified characters: {reading.written}"
    if reading.is_reread:
        yield f"read as: {reading.heard}"
    for word, said in reading.meant:
        yield f"{word} is also searched as: {', '.join(said)}"


def _why(reason: Reason) -> Iterator[str]:
    shared, spoken = reason.shared, reason.spoken
    yield f"{INDENT}{reason.kind} ({reason.level}, {reason.lang}): {reason.passage}"
    stands = f"leads by {reason.lead:.3f}" if reason.lead > 0 else f"behind by {-reason.lead:.3f}"
    yield f"{INDENT}shares {shared.found} of {shared.asked} words; {stands}"
    lanes = [(one.name, one.gives) for one in spoken.lanes]
    lanes += [
        ("chorus", spoken.chorus),
        ("not_for", spoken.against),
        ("runoff", spoken.runoff),
    ]
    yield f"{INDENT}score {reason.score:.3f} = {_sum(lanes)}"
    shares = "  ".join(f"{one.name} {one.share:.3f}" for one in spoken.lanes)
    yield f"{INDENT}shares and cosine: {shares}"
    if spoken.against_text:
        yield f"{INDENT}not for: {spoken.against_text}"
    odds = sum(part.gives for part in reason.parts)
    terms = _sum(
        (f"{part.name} {part.value:.3f} × {part.weight:g} =", part.gives) for part in reason.parts
    )
    yield f"{INDENT}log-odds {odds:+.3f} = {terms}; probability {reason.probability:.3f}"


def _sum(terms: Iterable[tuple[str, float]]) -> str:
    """Terms that are something, each with its sign."""
    return "  ".join(f"{name} {gives:+.3f}" for name, gives in terms if gives) or "0"

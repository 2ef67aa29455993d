"""What editors do to clusters, each on record and each with a way back.

A decision about a cluster is one about each of its wordings (``insights.decisions``), so that the
list of clusters and the list of wordings say the same. Undoing brings back what the clusters and
their members were before; it is refused once something newer was done to one of them.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from insights.batches import batches
from insights.cluster_record import Done, Hand, bring_back, is_latest, remember, touched
from insights.clusters import Status, new_cluster
from insights.decisions import Action, decide, decisions_of
from insights.space import Space
from insights.titles import TITLE_LONGEST, refresh
from insights.work_tables import ClusterActionRow, ClusterRow, MemberRow

WATCH = timedelta(days=14)
"""How long an answered cluster is watched for further misses."""


def merge(session: Session, numbers: Sequence[int], *, space: Space, hand: Hand) -> int:
    """Join clusters into the first of them; its number. Raises ``ValueError`` for fewer than two
    that stand: of a page from before, two may have become one."""
    found = [row for number in numbers if (row := standing(session, number))]
    rows = list({row.id: row for row in found}.values())
    if len(rows) < 2:
        raise ValueError("to merge takes two clusters")
    home, others = rows[0], rows[1:]
    gone = [row.id for row in others]
    moved = _wordings(session, gone)
    note = "; ".join(row.title for row in others)
    remember(session, Done.MERGED, home, others=others, moved=moved, note=note, hand=hand)
    session.execute(
        update(MemberRow).where(MemberRow.cluster_id.in_(gone)).values(cluster_id=home.id)
    )
    for row in others:
        row.status, row.merged_into, row.changed_at = Status.MERGED.value, home.id, hand.at
    session.flush()
    refresh(session, [home.id], space=space, now=hand.at)
    return home.id


def split(
    session: Session, number: int, wordings: Sequence[str], *, space: Space, hand: Hand
) -> int:
    """Move some wordings of a cluster to one of their own; its number. Raises ``ValueError`` where
    nothing would move or nothing would stay."""
    home = standing(session, number)
    own = set(_wordings(session, [home.id])) if home else set()
    moved = [wording for wording in dict.fromkeys(wordings) if wording in own]
    if home is None or not moved or len(moved) == len(own):
        raise ValueError("some wordings must go and some stay")
    made = new_cluster(moved[0][:TITLE_LONGEST], home.centroid, now=hand.at)
    session.add(made)
    session.flush()
    remember(session, Done.SPLIT, home, made=made, moved=moved, note=moved[0], hand=hand)
    for batch in batches(moved):
        chosen = MemberRow.wording.in_(batch)
        session.execute(update(MemberRow).where(chosen).values(cluster_id=made.id, by_hand=True))
    session.flush()
    refresh(session, [home.id, made.id], space=space, now=hand.at)
    return made.id


def rename(session: Session, number: int, title: str, *, space: Space, hand: Hand) -> None:
    """Name a cluster by hand; an empty title gives the naming back to its wordings."""
    row = _needed(session, number)
    said = " ".join(title.split())[:TITLE_LONGEST]
    remember(session, Done.RENAMED, row, note=said, hand=hand)
    row.named_by_hand = bool(said)
    row.title = said or row.title
    session.flush()
    refresh(session, [row.id], space=space, now=hand.at)


def assign(session: Session, number: int, person_id: int | None, *, hand: Hand) -> None:
    """Give a cluster to a person, or to nobody."""
    row = _needed(session, number)
    remember(session, Done.ASSIGNED, row, note=str(person_id or ""), hand=hand)
    row.assigned_to, row.changed_at = person_id, hand.at


def dismiss(session: Session, number: int, *, hand: Hand) -> None:
    """The shop does not answer this: the cluster leaves, and what is like it stays away."""
    row = _needed(session, number)
    remember(session, Done.DISMISSED, row, note=row.title, hand=hand)
    row.status, row.changed_at = Status.DISMISSED.value, hand.at
    _decide(session, _wordings(session, [row.id]), Action.DISMISSED, hand=hand)


def reopen(session: Session, number: int, *, hand: Hand, note: str = "") -> None:
    """Put a dismissed, watched or closed cluster back on the list, with all that it holds."""
    row = _needed(session, number)
    remember(session, Done.REOPENED, row, note=note, hand=hand)
    row.status, row.watched_until, row.changed_at = Status.OPEN.value, None, hand.at
    _take_back(session, _wordings(session, [row.id]), hand=hand)


def answered(
    session: Session,
    number: int,
    *,
    slug: str,
    lang: str,
    action: Action,
    hand: Hand,
    is_live: bool = True,
) -> None:
    """An entry or its new phrasings answer a cluster: it is watched while the entry is live."""
    row = standing(session, number)
    if row is None:
        return
    remember(session, Done.ANSWERED, row, note=slug, hand=hand)
    row.slug, row.changed_at = slug, hand.at
    if is_live:
        row.status, row.watched_until = Status.WATCHED.value, hand.at + WATCH
        wordings = _wordings(session, [row.id])
        _decide(session, wordings, action, hand=hand, slug=slug, lang=lang)


def undo(session: Session, action_id: int, *, space: Space, hand: Hand) -> bool:
    """Take an action back; ``False`` where it is unknown, undone, or something newer was done."""
    action = session.get(ClusterActionRow, action_id)
    if action is None or action.undone_at is not None or not is_latest(session, action):
        return False
    bring_back(session, action)
    numbers = touched(action)
    if action.action in (Done.DISMISSED, Done.ANSWERED):
        _take_back(session, _wordings(session, numbers), hand=hand)
    elif action.action == Done.REOPENED:
        _decide_again(session, action, hand=hand)
    action.undone_at = hand.at
    refresh(session, numbers, space=space, now=hand.at)
    return True


def standing(session: Session, number: int) -> ClusterRow | None:
    """The cluster of that number, or the one that it was merged into."""
    row = session.get(ClusterRow, number)
    for _step in range(100):
        if row is None or row.status != Status.MERGED or row.merged_into is None:
            return row
        row = session.get(ClusterRow, row.merged_into)
    return None


def _needed(session: Session, number: int) -> ClusterRow:
    row = standing(session, number)
    if row is None:
        raise LookupError(f"no cluster {number}")
    return row


def _wordings(session: Session, numbers: Sequence[int]) -> list[str]:
    query = select(MemberRow.wording).where(MemberRow.cluster_id.in_(numbers))
    return list(session.scalars(query.order_by(MemberRow.wording)))


def _decide(
    session: Session,
    wordings: Iterable[str],
    action: Action,
    *,
    hand: Hand,
    slug: str = "",
    lang: str = "",
) -> None:
    for wording in wordings:
        decide(
            session,
            wording,
            action=action,
            at=hand.at,
            person_id=hand.person_id,
            slug=slug,
            lang=lang,
        )


def _take_back(session: Session, wordings: Sequence[str], *, hand: Hand) -> None:
    """Open again those wordings that a decision keeps away."""
    for batch in batches(wordings):
        known = decisions_of(session, batch)
        closed = [wording for wording, row in known.items() if row.action != Action.REOPENED]
        _decide(session, closed, Action.REOPENED, hand=hand)


def _decide_again(session: Session, action: ClusterActionRow, *, hand: Hand) -> None:
    before = action.before["clusters"][str(action.cluster_id)]
    wordings = _wordings(session, [action.cluster_id])
    if before["status"] == Status.DISMISSED:
        _decide(session, wordings, Action.DISMISSED, hand=hand)
    elif before["slug"]:
        _decide(session, wordings, Action.ENTRY, hand=hand, slug=before["slug"])

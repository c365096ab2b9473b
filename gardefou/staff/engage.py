"""Engage a person: bind them by a contract for a time."""

from sqlalchemy import RowMapping, insert, or_, select

from gardefou.clock import to_iso
from gardefou.events import Actor
from gardefou.staff.bump_version import bump_version
from gardefou.staff.enrol import seen
from gardefou.staff.errors import EngagementOverlapError, PersonError
from gardefou.staff.queries import require_person
from gardefou.staff.tables import engagement
from gardefou.storage import Tx


def engage(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    now: int,
    person_id: int,
    employer: str,
    team: str,
    starts: int,
    ends: int | None = None,
    order_id: int | None = None,
) -> int:
    """Bind a person from `starts` up to, not including, `ends`; without an end when None.

    Saying the same twice changes nothing. A person has one engagement at a time, so that nobody's last day hides behind
    another contract.

    Returns:
        The engagement's id.

    Raises:
        UnknownPersonError: nobody works here by that number.
        PersonError: employer or team is empty, or it ends before it begins.
        EngagementOverlapError: the person is already engaged in that time.
    """
    employer, team = employer.strip(), team.strip()
    if not employer or not team:
        raise PersonError("an engagement names its employer and its team")
    seen("employer", employer)
    seen("team", team)
    if ends is not None and ends <= starts:
        raise PersonError(f"an engagement cannot end at {to_iso(ends)}, before it begins at {to_iso(starts)}")
    require_person(tx, person_id, lock=True)
    row = overlapping(tx, person_id=person_id, starts=starts, ends=ends)
    if row is not None:
        if (row["starts"], row["ends"], row["employer"], row["team"]) == (starts, ends, employer, team):
            return int(row["id"])
        raise EngagementOverlapError(
            f"person {person_id} is already engaged from {to_iso(row['starts'])} with {row['employer']}; "
            "end that engagement first"
        )
    engagement_id = tx.new_id(now)
    tx.execute(
        insert(engagement).values(
            id=engagement_id,
            person_id=person_id,
            employer=employer,
            team=team,
            starts=starts,
            ends=ends,
            notice_given_at=None,
            cut_short=0,
            order_id=order_id,
        )
    )
    bump_version(tx, person_id)
    return engagement_id


def overlapping(tx: Tx, *, person_id: int, starts: int, ends: int | None) -> RowMapping | None:
    """Return the first engagement that binds a person within an interval, or None."""
    overlap = select(engagement).where(
        engagement.c.person_id == person_id, or_(engagement.c.ends.is_(None), engagement.c.ends > starts)
    )
    if ends is not None:
        overlap = overlap.where(engagement.c.starts < ends)
    return tx.first(overlap.order_by(engagement.c.starts))

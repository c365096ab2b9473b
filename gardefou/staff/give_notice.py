"""Record that notice was given: from then on the last day is known, and the last-days rule counts towards it."""

from sqlalchemy import update

from gardefou.clock import to_iso
from gardefou.events import Actor
from gardefou.staff.bump_version import bump_version
from gardefou.staff.errors import NotEngagedError, PersonError
from gardefou.staff.queries import current_engagement, require_person
from gardefou.staff.tables import engagement
from gardefou.storage import Tx


def give_notice(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    now: int,
    person_id: int,
    given_at: int,
    ends: int,
    order_id: int | None = None,
) -> None:
    """Fix when the engagement in force ends, since notice was given at `given_at`.

    Notice brings the last day nearer, or names one where none was set; it puts none off.

    Raises:
        UnknownPersonError: nobody works here by that number.
        NotEngagedError: no engagement binds this person now.
        PersonError: the last day lies before the first, before now, or after the one that was agreed.
    """
    require_person(tx, person_id, lock=True)
    row = current_engagement(tx, person_id, now)
    if row is None:
        raise NotEngagedError(f"no engagement binds person {person_id} now; there is nothing to give notice of")
    if ends <= max(now, int(row["starts"])):
        raise PersonError(f"the engagement cannot end at {to_iso(ends)}, before it begins or before now")
    if row["ends"] is not None and ends > row["ends"]:
        raise PersonError(f"notice puts no last day off: the engagement ends at {to_iso(row['ends'])} already")
    told = {"ends": ends, "notice_given_at": given_at, "order_id": order_id}
    tx.execute(update(engagement).where(engagement.c.id == row["id"]).values(told))
    bump_version(tx, person_id)

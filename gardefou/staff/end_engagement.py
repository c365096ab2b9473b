"""End a person's engagement, and with it everything that rested on it."""

from sqlalchemy import update

from gardefou.events import Actor, record
from gardefou.staff.bump_version import bump_version
from gardefou.staff.errors import NotEngagedError
from gardefou.staff.queries import engagement_to_end, engagements_ahead, require_person
from gardefou.staff.tables import engagement, session, sign_in_link
from gardefou.storage import Tx


def end_engagement(tx: Tx, *, actor: Actor, now: int, person_id: int, order_id: int | None = None) -> None:
    """End the engagement in force at `now`; sessions and unused links end in the same transaction (promise 6).

    One that has run out keeps its date; what its person kept of it, being one of the last who can restore, ends now.
    One that is agreed upon and has not begun never does: it lasts a microsecond, since an interval is never empty.

    Raises:
        UnknownPersonError: nobody works here by that number.
        NotEngagedError: no engagement binds this person now, and none has run out by its own date.
    """
    require_person(tx, person_id, lock=True)
    row, ahead = engagement_to_end(tx, person_id, now), engagements_ahead(tx, person_id, now)
    if row is None and not ahead:
        raise NotEngagedError(f"no engagement binds person {person_id} now; there is nothing to end")
    for one in filter(None, (row, *ahead)):
        ran_out = one["ends"] is not None and one["ends"] <= now
        ends = one["ends"] if ran_out else max(now, int(one["starts"]) + 1)
        ended = {"ends": ends, "cut_short": 1, "order_id": order_id}
        tx.execute(update(engagement).where(engagement.c.id == one["id"]).values(ended))
    bump_version(tx, person_id)
    tx.execute(
        update(session).where(session.c.person_id == person_id, session.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    tx.execute(
        update(sign_in_link)
        .where(sign_in_link.c.person_id == person_id, sign_in_link.c.used_at.is_(None))
        .values(used_at=now)
    )
    record(
        tx,
        now=now,
        kind="person.engagement_ended",
        subject=f"person:{person_id}",
        body={"engagement": str((row or ahead[0])["id"]), "by": str(actor)},
    )

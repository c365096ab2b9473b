"""One's own sessions: which browsers are signed in, and ending one of them, or all others."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, select, update

from gardefou.events import Actor
from gardefou.staff.errors import UnknownSessionError
from gardefou.staff.sessions import living
from gardefou.staff.tables import engagement, session
from gardefou.storage import Tx
from gardefou.words import gettext as _


def own_sessions(tx: Tx, person_id: int, now: int) -> Sequence[RowMapping]:
    """Return a person's sessions that are alive at `now`, the one seen last first."""
    return tx.all(
        select(session)
        .join(engagement, engagement.c.id == session.c.engagement_id)
        .where(session.c.person_id == person_id, *living(now))
        .order_by(session.c.seen_at.desc(), session.c.id.desc())
    )


def end_session(tx: Tx, *, actor: Actor, now: int, session_id: int) -> None:
    """End one of the actor's own sessions; its streams end with it.

    Raises:
        UnknownSessionError: it is none of theirs, or over already.
    """
    mine = (session.c.id == session_id) & (session.c.person_id == actor.person_id) & session.c.revoked_at.is_(None)
    if tx.execute(update(session).where(mine).values(revoked_at=now)).rowcount != 1:
        raise UnknownSessionError(_("You have no such session, or it is over already."))


def end_others(tx: Tx, *, actor: Actor, now: int, keep: int) -> int:
    """End every session of the actor but one.

    Returns:
        How many ended.
    """
    others = (session.c.person_id == actor.person_id) & (session.c.id != keep) & session.c.revoked_at.is_(None)
    return tx.execute(update(session).where(others, session.c.expires_at > now).values(revoked_at=now)).rowcount

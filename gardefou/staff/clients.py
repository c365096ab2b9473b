"""A program that acts as a person: chosen by them in a session of theirs, and never for longer than that lasts.

It is no way in of its own: what it may do is what the person may, asked at each call; and when the session ends, by
whatever cause, the engagement's end among them, the program is nobody's (promise 6).
"""

from dataclasses import dataclass

from sqlalchemy import RowMapping, delete, insert, select

from gardefou.events import Actor
from gardefou.staff.errors import SessionOverError
from gardefou.staff.queries import colleagues
from gardefou.staff.sessions import living
from gardefou.staff.tables import engagement, session, session_client
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The person behind a program at this instant; `keeps_restore` says that they can bring back, and nothing else."""

    person_id: int
    name: str
    roles: frozenset[str]
    keeps_restore: bool

    @property
    def actor(self) -> Actor:
        """The actor of what it does."""
        return Actor.person(self.person_id)


def person_behind(tx: Tx, client_id: int, now: int) -> Behind | None:
    """Return the person whom a program acts as, or None: nobody chose it, or the session is over."""
    row = tx.first(
        select(session.c.person_id, engagement.c.ends)
        .join(session_client, session_client.c.session_id == session.c.id)
        .join(engagement, engagement.c.id == session.c.engagement_id)
        .where(session_client.c.client_id == client_id, *living(now))
    )
    if row is None:
        return None
    one = colleagues(tx, [int(row["person_id"])], now)[int(row["person_id"])]
    if row["ends"] is not None and row["ends"] <= now and not one.keeps_restore:
        return None
    return Behind(person_id=one.id, name=one.name, roles=one.roles, keeps_restore=one.keeps_restore)


def clients_of(tx: Tx, session_id: int) -> set[int]:
    """Return the programs that act in a session."""
    rows = tx.all(select(session_client.c.client_id).where(session_client.c.session_id == session_id))
    return {int(row["client_id"]) for row in rows}


def choose_client(tx: Tx, *, actor: Actor, now: int, session_id: int, client_id: int) -> None:
    """Let a program act as the actor while this session of theirs lasts.

    Raises:
        SessionOverError: it is over, or somebody else's.
    """
    _own(tx, actor, session_id, now)
    tx.execute(delete(session_client).where(session_client.c.client_id == client_id))
    tx.execute(insert(session_client).values(client_id=client_id, session_id=session_id, since=now))


def let_client_go(tx: Tx, *, actor: Actor, now: int, session_id: int, client_id: int) -> None:
    """Let a program act as the actor no more.

    Raises:
        SessionOverError: the session is over, or somebody else's.
    """
    _own(tx, actor, session_id, now)
    mine = (session_client.c.client_id == client_id) & (session_client.c.session_id == session_id)
    tx.execute(delete(session_client).where(mine))


def _own(tx: Tx, actor: Actor, session_id: int, now: int) -> RowMapping:
    row = tx.first(
        select(session.c.id)
        .join(engagement, engagement.c.id == session.c.engagement_id)
        .where(session.c.id == session_id, session.c.person_id == actor.person_id, *living(now))
    )
    if row is None:
        raise SessionOverError
    return row

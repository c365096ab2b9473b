"""What a house's identity provider last said somebody may do here. It only ever narrows what orders granted.

Whoever never came in through the provider is not narrowed, and where no mapping is configured nothing is kept. Raw SQL
that takes such a row away gives nobody more than orders did.
"""

import json
from collections.abc import Collection

from sqlalchemy import bindparam, delete, insert, select, update

from gardefou.events import Actor
from gardefou.staff.roles import Role
from gardefou.staff.tables import heard_role
from gardefou.storage import Tx

_SAID = select(heard_role.c.person_id, heard_role.c.roles).where(
    heard_role.c.person_id.in_(bindparam("ids", expanding=True))
)


def said_of(tx: Tx, ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Return the roles that the provider leaves each of these people; those it never spoke of are left out."""
    rows = tx.all(_SAID, {"ids": ids})
    return {int(row["person_id"]): frozenset(json.loads(row["roles"])) for row in rows}


def heard_at(tx: Tx, person_id: int) -> int | None:
    """Return when the provider last spoke of a person; None when it never did."""
    found: int | None = tx.scalar(select(heard_role.c.at).where(heard_role.c.person_id == person_id))
    return found


def hear_roles(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the provider said it as this person came in
    now: int,
    person_id: int,
    roles: Collection[Role],
) -> None:
    """Keep the provider's last word about a person.

    What was signed about them stands: otherwise whoever is to be removed could stop it by signing in. What it leaves
    them is read wherever roles are, at the effect of an order too.
    """
    said, before = sorted({role.value for role in roles}), said_of(tx, [person_id]).get(person_id)
    row = {"roles": json.dumps(said), "at": now}
    if before is None:
        tx.execute(insert(heard_role).values(person_id=person_id, **row))
    else:
        tx.execute(update(heard_role).where(heard_role.c.person_id == person_id).values(**row))


def forget_roles(tx: Tx, *, actor: Actor) -> None:  # noqa: ARG001  # every write names its actor
    """Forget what was heard of everybody: no mapping is configured any more."""
    tx.execute(delete(heard_role))

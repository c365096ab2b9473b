"""Take a role from a person."""

from sqlalchemy import update

from gardefou.events import Actor
from gardefou.staff.bump_version import bump_version
from gardefou.staff.grant_role import role_named
from gardefou.staff.queries import grants_in_force, require_person
from gardefou.staff.tables import role_grant
from gardefou.storage import Tx


def take_role(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    now: int,
    person_id: int,
    role: str,
    order_id: int | None = None,
) -> bool:
    """Take a role away from now on.

    Returns:
        Whether the person held it.

    Raises:
        UnknownPersonError: nobody works here by that number.
        PersonError: there is no such role.
    """
    wanted = role_named(role)
    require_person(tx, person_id, lock=True)
    held = [row for row in grants_in_force(tx, [person_id], now) if row["role"] == wanted]
    for row in held:
        # An interval is never empty: one that began in this very microsecond lasts one.
        ends = max(now, int(row["starts"]) + 1)
        tx.execute(update(role_grant).where(role_grant.c.id == row["id"]).values(ends=ends, order_id=order_id))
    if held:
        bump_version(tx, person_id)
    return bool(held)

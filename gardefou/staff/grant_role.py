"""Grant a person a role."""

from sqlalchemy import insert

from gardefou.events import Actor
from gardefou.staff.bump_version import bump_version
from gardefou.staff.errors import PersonError
from gardefou.staff.queries import grants_in_force, require_person
from gardefou.staff.roles import Role
from gardefou.staff.tables import role_grant
from gardefou.storage import Tx


def role_named(name: str) -> Role:
    """Return the role of that name.

    Raises:
        PersonError: there is no such role.
    """
    try:
        return Role(name)
    except ValueError:
        raise PersonError(f"'{name}' is not a role; use one of {', '.join(Role)}") from None


def grant_role(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    now: int,
    person_id: int,
    role: str,
    order_id: int | None = None,
) -> None:
    """Give a person a role from now on; one they already hold stays as it is.

    Raises:
        UnknownPersonError: nobody works here by that number.
        PersonError: there is no such role.
    """
    wanted = role_named(role)
    require_person(tx, person_id, lock=True)
    if any(row["role"] == wanted for row in grants_in_force(tx, [person_id], now)):
        return
    tx.execute(
        insert(role_grant).values(
            id=tx.new_id(now), person_id=person_id, role=wanted.value, starts=now, ends=None, order_id=order_id
        )
    )
    bump_version(tx, person_id)

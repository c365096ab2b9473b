"""Who one can be in the demo, with a way in for each."""

from typing import Any

from sqlalchemy import select

from gardefou.app.demo.accounts import PASSWORD
from gardefou.app.demo.cast import CAST
from gardefou.app.house import House, address
from gardefou.events import Actor
from gardefou.network.tables import net_account
from gardefou.staff import queries
from gardefou.staff.colleague import Colleague
from gardefou.staff.sessions import make_link
from gardefou.storage import Tx

DOOR = Actor.machine("demo")


def members(tx: Tx) -> list[dict[str, Any]]:
    """Return the members one can sign in as."""
    rows = tx.all(
        select(net_account.c.id, net_account.c.handle, net_account.c.display_name, net_account.c.email)
        .where(net_account.c.password_hash.is_not(None), net_account.c.email.like("%.example"))
        .order_by(net_account.c.id)
    )
    return [
        {
            "id": str(row["id"]),
            "acct": row["handle"],
            "name": row["display_name"],
            "email": row["email"],
            "password": PASSWORD,
        }
        for row in rows
    ]


def staff(tx: Tx, now: int) -> list[Colleague]:
    """Return the cast as they are now, in the order of the bill."""
    places = {part.name: place for place, part in enumerate(CAST)}
    return sorted((one for one in queries.people(tx, now) if one.name in places), key=lambda one: places[one.name])


def people(house: House) -> dict[str, Any]:
    """Return everybody, with a fresh sign-in link for each who works here."""
    now = house.clock.now()
    with house.db.transaction() as tx:
        url = address(tx, house)
        links = [
            {
                "role": next(iter(one.roles), ""),
                "name": one.name,
                "person": str(one.id),
                "team": one.team,
                "sign_in_url": f"{url}/desk/sign-in/" + make_link(tx, actor=DOOR, now=now, person_id=one.id),
            }
            for one in staff(tx, now)
            if one.engaged
        ]
        return {"members": members(tx), "staff": links}

"""What every verb of a member asks first: who are you, and may you act?"""

from sqlalchemy import select

from gardefou.events import Actor
from gardefou.network.errors import NoSuchPageError, OwnerCannotActError
from gardefou.network.ports import AccountRow
from gardefou.network.tables import net_account, net_post
from gardefou.network.visibility import owner_may_act
from gardefou.storage import Tx


def acting_member(tx: Tx, actor: Actor) -> int:
    """Return the id of the account that acts.

    Raises:
        NoSuchPageError: the actor is not a member.
        OwnerCannotActError: the account is frozen or hidden.
    """
    if actor.member_id is None:
        raise NoSuchPageError
    if not owner_may_act(tx, actor.member_id):
        raise OwnerCannotActError
    return actor.member_id


def locked(tx: Tx, *account_ids: int) -> dict[int, AccountRow]:
    """Return accounts by id, their rows locked, always in the same order so that two verbs never wait in a circle."""
    rows = tx.all(
        select(net_account).where(net_account.c.id.in_(account_ids)).order_by(net_account.c.id).with_for_update()
    )
    return {int(row["id"]): row for row in rows}


def locked_posts(tx: Tx, *post_ids: int) -> set[int]:
    """Lock the rows of posts, always in the same order, and return which of them are there."""
    rows = tx.all(select(net_post.c.id).where(net_post.c.id.in_(post_ids)).order_by(net_post.c.id).with_for_update())
    return {int(row["id"]) for row in rows}


def reread(tx: Tx, account_id: int) -> AccountRow:
    """Return an account as it is after a change.

    Raises:
        NoSuchPageError: there is none.
    """
    row = tx.first(select(net_account).where(net_account.c.id == account_id))
    if row is None:
        raise NoSuchPageError
    return row
